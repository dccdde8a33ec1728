/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.runtime.CancelledException;
import org.stroma.runtime.ConsoleCommand;
import org.stroma.runtime.Devices;
import org.stroma.runtime.ExperimentException;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.PartCatalog;
import picocli.CommandLine;

/**
 * The commands. The launcher calls them by the service {@code ToIntFunction<String[]>} with {@code stroma.main=true}; the
 * Gogo console by their names in the scope {@code stroma}.
 */
@Component(
    service = {ToIntFunction.class, Commands.class},
    property = {
      "stroma.main:Boolean=true",
      "osgi.command.scope=stroma",
      "osgi.command.function=run",
      "osgi.command.function=validate",
      "osgi.command.function=predict",
      "osgi.command.function=evaluate",
      "osgi.command.function=export",
      "osgi.command.function=parts",
      "osgi.command.function=describe",
      "osgi.command.function=doctor"
    })
public final class Commands implements ToIntFunction<String[]> {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  /** Exit codes. */
  static final int DONE = 0;
  static final int OUR_FAULT = 1;
  static final int WRONG_USE = 2;
  static final int UNUSABLE_DATA = 3;
  static final int PART_MISSING = 4;
  static final int INTERRUPTED = 130;

  private final BundleContext context;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Devices devices;

  /** Commands that other bundles add. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ConsoleCommand> others;

  @Activate
  public Commands(
      BundleContext context, @Reference Experiments experiments, @Reference PartCatalog catalog,
      @Reference Devices devices) {
    this.context = context;
    this.experiments = experiments;
    this.catalog = catalog;
    this.devices = devices;
  }

  @Override
  public int applyAsInt(String[] arguments) {
    return execute(System.out, System.err, arguments);
  }

  /** Gogo: run EXPERIMENT. */
  public void run(String[] arguments) {
    gogo("run", arguments);
  }

  /** Gogo: validate EXPERIMENT. */
  public void validate(String[] arguments) {
    gogo("validate", arguments);
  }

  /** Gogo: predict RUN_DIR COHORT. */
  public void predict(String[] arguments) {
    gogo("predict", arguments);
  }

  /** Gogo: evaluate RUN_DIR COHORT. */
  public void evaluate(String[] arguments) {
    gogo("evaluate", arguments);
  }

  /** Gogo: export RUN_DIR. */
  public void export(String[] arguments) {
    gogo("export", arguments);
  }

  /** Gogo: parts. */
  public void parts(String[] arguments) {
    gogo("parts", arguments);
  }

  /** Gogo: describe PART. */
  public void describe(String[] arguments) {
    gogo("describe", arguments);
  }

  /** Gogo: doctor. */
  public void doctor(String[] arguments) {
    gogo("doctor", arguments);
  }

  private void gogo(String command, String[] arguments) {
    execute(System.out, System.err, Stream.concat(Stream.of(command), Arrays.stream(arguments)).toArray(String[]::new));
  }

  private int execute(PrintStream out, PrintStream err, String[] arguments) {
    Screen screen = new Screen(err, Boolean.getBoolean("stroma.terminal"));
    CommandLine line = new CommandLine(new Stroma(context, experiments, catalog, devices, out, screen));
    others.forEach(other -> line.addSubcommand(other.call(out, screen)));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setExecutionExceptionHandler((e, failed, parsed) -> {
      screen.clear();
      return explain(e, err);
    });
    line.setParameterExceptionHandler((e, given) -> {
      err.println("stroma: " + e.getMessage());
      err.println("Try: stroma " + (e.getCommandLine().getCommandName().equals("stroma") ? ""
          : e.getCommandLine().getCommandName() + " ") + "--help");
      return WRONG_USE;
    });
    return line.execute(arguments);
  }

  private static int explain(Exception e, PrintStream err) {
    if (e instanceof ExperimentException faults) {
      faults.faults().forEach(fault -> err.println("stroma: " + fault));
      return faults.partMissing() ? PART_MISSING : WRONG_USE;
    }
    if (e instanceof DataException) {
      err.println("stroma: " + e.getMessage());
      return UNUSABLE_DATA;
    }
    if (e instanceof CancelledException) {
      err.println("stroma: " + e.getMessage());
      return INTERRUPTED;
    }
    if (e instanceof UncheckedIOException) {
      LOG.error("a file cannot be read or written", e);
      err.println("stroma: " + e.getMessage());
      return WRONG_USE;
    }
    LOG.error("a command failed", e);
    err.println("stroma: this is a fault of ours: " + e + " (more in " + System.getProperty("stroma.log", "the log") + ")");
    return OUR_FAULT;
  }
}
