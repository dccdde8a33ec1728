/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.runtime.CancelledException;
import org.stroma.runtime.ConsoleCommand;
import org.stroma.runtime.Devices;
import org.stroma.runtime.ExperimentException;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.Fault;
import org.stroma.runtime.Jobs;
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
      "osgi.command.function=schema",
      "osgi.command.function=doctor",
      "osgi.command.function=why",
      "osgi.command.function=start",
      "osgi.command.function=list",
      "osgi.command.function=stop",
      "osgi.command.function=watch"
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

  /** Commands that make sense only where somebody stays. */
  private static final Set<String> ONLY_THERE = Set.of("start", "list", "stop", "watch");

  private final BundleContext context;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Jobs jobs;

  /** Commands that other bundles add. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ConsoleCommand> others;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Extensions extensions;

  @Activate
  public Commands(
      BundleContext context, @Reference Experiments experiments, @Reference PartCatalog catalog,
      @Reference Devices devices, @Reference Jobs jobs) {
    this.context = context;
    this.experiments = experiments;
    this.catalog = catalog;
    this.devices = devices;
    this.jobs = jobs;
  }

  @Override
  public int applyAsInt(String[] arguments) {
    if (arguments.length > 0 && ONLY_THERE.contains(arguments[0])) {
      System.err.println("stroma: " + arguments[0] + " is for experiments in the background, so it is a command of the console;"
          + " to open it: stroma console");
      return WRONG_USE;
    }
    // System.out is for whoever prints without being asked; results go where they are read
    PrintStream results = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    return execute(new Call(results, System.err, false), arguments);
  }

  /** Gogo: run EXPERIMENT. */
  @Descriptor("Trains and evaluates an experiment and writes its run directory. More: run -h")
  public Object run(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("run", arguments);
  }

  /** Gogo: validate EXPERIMENT. */
  @Descriptor("Tells every fault of an experiment, and whether its data can be read. More: validate -h")
  public Object validate(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("validate", arguments);
  }

  /** Gogo: predict RUN_DIR COHORT. */
  @Descriptor("Predicts for new patients with the models of a run. More: predict -h")
  public Object predict(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("predict", arguments);
  }

  /** Gogo: evaluate RUN_DIR COHORT. */
  @Descriptor("Tells the metrics of a run's models on patients whose targets are known. More: evaluate -h")
  public Object evaluate(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("evaluate", arguments);
  }

  /** Gogo: export RUN_DIR. */
  @Descriptor("Writes a run's models as SavedModels and as safetensors. More: export -h")
  public Object export(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("export", arguments);
  }

  /** Gogo: parts [KIND]. */
  @Descriptor("Lists the installed parts. More: parts -h")
  public Object parts(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("parts", arguments);
  }

  /** Gogo: describe PART. */
  @Descriptor("Tells what a part does and what can be set. More: describe -h")
  public Object describe(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("describe", arguments);
  }

  /** Gogo: schema. */
  @Descriptor("Gives the JSON Schema of an experiment, made from the parts installed now. More: schema -h")
  public Object schema(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("schema", arguments);
  }

  /** Gogo: doctor. */
  @Descriptor("Examines the installation. More: doctor -h")
  public Object doctor(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("doctor", arguments);
  }

  /** Gogo: why EXPERIMENT|ID. */
  @Descriptor("Tells what an experiment lacks, and what would satisfy it. More: why -h")
  public Object why(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("why", arguments);
  }

  /** Gogo: start EXPERIMENT. */
  @Descriptor("Runs an experiment in the background; it waits for parts that are missing. More: start -h")
  public Object start(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("start", arguments);
  }

  /** Gogo: list. */
  @Descriptor("Lists the experiments that were started: number, state, since, name, progress. More: list -h")
  public Object list(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("list", arguments);
  }

  /** Gogo: stop ID. */
  @Descriptor("Stops an experiment in the background. More: stop -h")
  public Object stop(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("stop", arguments);
  }

  /** Gogo: watch ID. */
  @Descriptor("Shows the progress of an experiment until it ends; Ctrl-C leaves it running. More: watch -h")
  public Object watch(@Descriptor("arguments and options") String[] arguments) throws CommandFailure {
    return gogo("watch", arguments);
  }

  private int execute(Call call, String[] arguments) {
    try {
      return line(call).execute(arguments);
    } catch (LinkageError | AssertionError | StackOverflowError e) {
      // code of parts may fail in any way
      Extensions folder = extensions;
      return explain(new IllegalStateException(e.toString(), e), call, folder == null ? Optional.empty() : folder.culprit(e));
    }
  }

  /** A command at the Gogo console: its value is what it gives, if it gives one. */
  Object gogo(String command, String[] arguments) throws CommandFailure {
    Call call = new Call(System.out, System.err, true);
    if (Arrays.asList(arguments).contains(null)) {
      call.complain("an argument of " + command + " is a variable that is not set");
      throw new CommandFailure(call.complaints(), WRONG_USE);
    }
    int code = execute(call, Stream.concat(Stream.of(command), Arrays.stream(arguments)).toArray(String[]::new));
    if (code != DONE) {
      throw new CommandFailure(call.complaints(), code);
    }
    return call.value();
  }

  /** The command line; at the console it has the commands for experiments in the background too. */
  private CommandLine line(Call call) {
    Extensions folder = extensions;
    List<Extension> all = folder == null ? List.of() : folder.list();
    CommandLine line =
        new CommandLine(
            call.console()
                ? new Background(context, experiments, catalog, devices, jobs, all, completion(), call)
                : new Stroma(context, experiments, catalog, devices, jobs, all, completion(), call));
    others.forEach(other -> line.addSubcommand(other.call(call.out(), call.screen())));
    line.setOut(new PrintWriter(call.out(), true));
    line.setErr(new PrintWriter(call.err(), true));
    line.setExecutionExceptionHandler((e, failed, parsed) ->
        explain(e, call, folder == null ? Optional.empty() : folder.culprit(e)));
    line.setParameterExceptionHandler((e, given) -> {
      call.complain(e.getMessage());
      call.err().println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      return WRONG_USE;
    });
    return line;
  }

  private Completion completion() {
    return new Completion(
        () -> line(new Call(new PrintStream(OutputStream.nullOutputStream()), new PrintStream(OutputStream.nullOutputStream()), true)),
        catalog, jobs);
  }

  /** What a failure is in sentences. */
  static List<String> sentences(Throwable e) {
    return e instanceof ExperimentException faults
        ? faults.faults().stream().map(Fault::toString).toList()
        : String.valueOf(e.getMessage()).lines().toList();
  }

  private static int explain(Exception told, Call call, Optional<Extension> culprit) {
    // picocli wraps errors
    Throwable e = told instanceof CommandLine.ExecutionException && told.getCause() != null ? told.getCause() : told;
    if (e instanceof ExperimentException faults) {
      sentences(e).forEach(call::complain);
      return faults.partMissing() ? PART_MISSING : WRONG_USE;
    }
    if (e instanceof DataException) {
      sentences(e).forEach(call::complain);
      return UNUSABLE_DATA;
    }
    if (e instanceof CancelledException) {
      call.complain(e.getMessage());
      return INTERRUPTED;
    }
    if (e instanceof UncheckedIOException) {
      LOG.error("a file cannot be read or written", e);
      call.complain(e.getMessage());
      return WRONG_USE;
    }
    LOG.error("a command failed", e);
    call.complain("this is a fault of " + culprit.map(x -> "extension " + x.file() + " (" + x.bundle() + ")").orElse("ours")
        + ": " + e + " (more in " + System.getProperty("stroma.log", "the log") + ")");
    return OUR_FAULT;
  }
}
