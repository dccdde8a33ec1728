/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.command.Closest;
import org.stroma.command.Command;
import org.stroma.command.ExitCode;
import org.stroma.command.WorkingFolder;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.jobs.Jobs;
import org.stroma.model.Devices;
import org.stroma.parts.PartCatalog;
import org.stroma.runtime.Experiments;
import picocli.CommandLine;

/**
 * Runs commands, for the launcher through {@link LauncherCommands} and for the Gogo console through
 * {@link GogoCommands}.
 */
@Component(service = Commands.class)
public final class Commands {
  private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

  /** Flaws of parts that have been reported. */
  private final Set<String> reportedFlaws = ConcurrentHashMap.newKeySet();

  private final BundleContext context;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Jobs jobs;

  /** Commands contributed by other bundles. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<Command> contributed;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Extensions extensions; // null if absent

  @Activate
  public Commands(
      BundleContext context,
      @Reference Experiments experiments,
      @Reference PartCatalog catalog,
      @Reference Devices devices,
      @Reference Jobs jobs) {
    this.context = context;
    this.experiments = experiments;
    this.catalog = catalog;
    this.devices = devices;
    this.jobs = jobs;
  }

  /** Runs a command and returns its exit code. Never throws: failures are printed as sentences. */
  int execute(Invocation invocation, String[] arguments) {
    Extensions folder = extensions;
    try {
      reportFlaws(invocation, folder, arguments);
      return line(invocation).execute(arguments);
    } catch (OutOfMemoryError e) {
      return explain(new IllegalStateException(e.toString(), e), invocation, Optional.empty());
    } catch (LinkageError | AssertionError | StackOverflowError e) {
      // code of parts may throw any error
      return explain(
          new IllegalStateException(e.toString(), e),
          invocation,
          folder == null ? Optional.empty() : folder.culprit(e));
    }
  }

  /** An invocation in the Gogo console. */
  Invocation atConsole(PrintStream out, PrintStream err) {
    return new Invocation(
        out, err, true, Boolean.parseBoolean(context.getProperty("stroma.terminal")));
  }

  /** Runs a command in the Gogo console and returns its value, null if it has none. */
  Object gogo(String command, String[] arguments) throws CommandFailure {
    Invocation invocation = atConsole(System.out, System.err);
    if (Arrays.asList(arguments).contains(null)) {
      invocation.complain("an argument of " + command + " is a variable that is not set");
      throw new CommandFailure(invocation.complaints(), ExitCode.WRONG_USE.number());
    }
    int code = execute(
        invocation,
        Stream.concat(Stream.of(command), Arrays.stream(arguments)).toArray(String[]::new));
    if (code != ExitCode.DONE.number()) {
      throw new CommandFailure(invocation.complaints(), code);
    }
    return invocation.value();
  }

  /** Reports each unused part of an extension once, with the reason; doctor lists all of them. */
  private void reportFlaws(Invocation invocation, Extensions folder, String[] arguments) {
    if (folder != null
        && !folder.list().isEmpty()
        && !Arrays.asList(arguments).contains("doctor")) {
      catalog.flaws().stream()
          .filter(reportedFlaws::add)
          .forEach(flaw -> invocation.progress().note("stroma: " + flaw));
    }
  }

  /**
   * Creates the command line; in the console it includes the commands for background experiments.
   */
  @SuppressWarnings("DefaultCharset") // that of the terminal
  CommandLine line(Invocation invocation) {
    Extensions folder = extensions;
    CommandServices services =
        new CommandServices(context, experiments, catalog, devices, jobs, folder, completion());
    CommandLine line = new CommandLine(
        invocation.console()
            ? new Background(services, invocation)
            : new Stroma(services, invocation));
    contributed.stream()
        .sorted(Comparator.comparing(
            other -> !catalog.ofDistribution(FrameworkUtil.getBundle(other.getClass()))))
        .forEach(other -> add(line, other, invocation));
    // after adding commands, so that it applies to those of other bundles too
    line.registerConverter(Path.class, Commands::toPath);
    line.setOut(new PrintWriter(invocation.out(), true));
    line.setErr(new PrintWriter(invocation.err(), true));
    line.setExecutionExceptionHandler((e, failed, parsed) ->
        explain(e, invocation, folder == null ? Optional.empty() : folder.culprit(e)));
    line.setParameterExceptionHandler((e, given) -> {
      invocation.complain(e.getMessage() + suggestion(e));
      invocation
          .err()
          .println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      return ExitCode.WRONG_USE.number();
    });
    return line;
  }

  /**
   * Adds a command of another bundle. A failure or a duplicate name is logged and does not affect
   * other commands.
   */
  private static void add(CommandLine line, Command other, Invocation invocation) {
    try {
      CommandLine command = new CommandLine(other.call(invocation.out(), invocation.progress()));
      if (line.getSubcommands().containsKey(command.getCommandName())) {
        LOG.warn(
            "the command {} of {} is not used: there is one of that name",
            command.getCommandName(),
            other.getClass());
      } else {
        line.addSubcommand(command);
      }
    } catch (RuntimeException | LinkageError e) {
      LOG.error("a command of {} cannot be used", other.getClass(), e);
    }
  }

  private static Path toPath(String text) {
    try {
      return WorkingFolder.resolve(Path.of(text));
    } catch (InvalidPathException e) {
      throw new CommandLine.TypeConversionException(FailureReport.invalidPath(e));
    }
  }

  private int explain(Exception e, Invocation invocation, Optional<Extension> culprit) {
    String log = context.getProperty("stroma.log");
    return FailureReport.explain(e, invocation, culprit, log == null ? "the log" : log);
  }

  private static String suggestion(CommandLine.ParameterException e) {
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "";
    }
    String unmatchedWord = unmatched.getUnmatched().get(0).replaceFirst("=(?s:.*)", "");
    CommandLine.Model.CommandSpec spec = e.getCommandLine().getCommandSpec();
    return Closest.question(
        unmatchedWord,
        unmatchedWord.startsWith("-")
            ? spec.optionsMap().keySet()
            : spec.subcommands().keySet());
  }

  private Completion completion() {
    return new Completion(
        () -> line(atConsole(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()))),
        catalog,
        jobs);
  }
}
