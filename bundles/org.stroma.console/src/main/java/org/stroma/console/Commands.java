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
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
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
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.command.Closest;
import org.stroma.command.Command;
import org.stroma.command.Memory;
import org.stroma.command.WorkingFolder;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.jobs.Jobs;
import org.stroma.model.Devices;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.runtime.Experiments;
import picocli.CommandLine;

/**
 * The commands. The launcher calls them by the service {@code ToIntFunction<String[]>} with {@code stroma.main=true}; the
 * Gogo console through {@link GogoCommands}.
 */
@Component(
    service = {ToIntFunction.class, Commands.class},
    property = "stroma.main:Boolean=true")
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
  private static final Set<String> ONLY_THERE = Set.of("start", "list", "stop", "watch", "restart");

  /** What has been said of parts that are not used. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private final BundleContext context;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Jobs jobs;

  /** Commands that other bundles add. */
  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<Command> others;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Extensions extensions;

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

  @Override
  public int applyAsInt(String[] arguments) {
    if (arguments.length > 0 && ONLY_THERE.contains(arguments[0])) {
      System.err.println("stroma: " + arguments[0]
          + " is for experiments in the background, so it is a command of the console;"
          + " to open it: stroma console");
      return WRONG_USE;
    }
    // System.out is for whoever prints without being asked; results go where they are read
    PrintStream results = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
    return execute(new Call(results, System.err, false), arguments);
  }

  private int execute(Call call, String[] arguments) {
    Extensions folder = extensions;
    try {
      tell(call, folder, arguments);
      return line(call).execute(arguments);
    } catch (OutOfMemoryError e) {
      return explain(new IllegalStateException(e.toString(), e), call, Optional.empty());
    } catch (LinkageError | AssertionError | StackOverflowError e) {
      // code of parts may fail in any way
      return explain(
          new IllegalStateException(e.toString(), e),
          call,
          folder == null ? Optional.empty() : folder.culprit(e));
    }
  }

  /** A command at the Gogo console: its value is what it gives, if it gives one. */
  Object gogo(String command, String[] arguments) throws CommandFailure {
    Call call = new Call(System.out, System.err, true);
    if (Arrays.asList(arguments).contains(null)) {
      call.complain("an argument of " + command + " is a variable that is not set");
      throw new CommandFailure(call.complaints(), WRONG_USE);
    }
    int code = execute(
        call, Stream.concat(Stream.of(command), Arrays.stream(arguments)).toArray(String[]::new));
    if (code != DONE) {
      throw new CommandFailure(call.complaints(), code);
    }
    return call.value();
  }

  /** Says once which parts of extensions are not used, and why; the doctor says all of it. */
  private void tell(Call call, Extensions folder, String[] arguments) {
    if (folder != null
        && !folder.list().isEmpty()
        && !Arrays.asList(arguments).contains("doctor")) {
      catalog.flaws().stream().filter(told::add).forEach(flaw -> call.screen()
          .note("stroma: " + flaw));
    }
  }

  /** The command line; at the console it has the commands for experiments in the background too. */
  CommandLine line(Call call) {
    Extensions folder = extensions;
    CommandLine line = new CommandLine(
        call.console()
            ? new Background(
                context, experiments, catalog, devices, jobs, folder, completion(), call)
            : new Stroma(context, experiments, catalog, devices, jobs, folder, completion(), call));
    others.stream()
        .sorted(Comparator.comparing(
            other -> !catalog.ofDistribution(FrameworkUtil.getBundle(other.getClass()))))
        .forEach(other -> add(line, other, call));
    // those of other bundles too
    line.registerConverter(Path.class, Commands::path);
    line.setOut(new PrintWriter(call.out(), true));
    line.setErr(new PrintWriter(call.err(), true));
    line.setExecutionExceptionHandler((e, failed, parsed) ->
        explain(e, call, folder == null ? Optional.empty() : folder.culprit(e)));
    line.setParameterExceptionHandler((e, given) -> {
      call.complain(e.getMessage() + suggestion(e));
      call.err().println("Try: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
      return WRONG_USE;
    });
    return line;
  }

  /** A command of another bundle; one that does not come about, or whose name is taken, takes no others down. */
  private static void add(CommandLine line, Command other, Call call) {
    try {
      CommandLine command = new CommandLine(other.call(call.out(), call.screen()));
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

  private static Path path(String text) {
    try {
      return WorkingFolder.resolve(Path.of(text));
    } catch (InvalidPathException e) {
      throw new CommandLine.TypeConversionException(noPath(e));
    }
  }

  /** Which character it is says Java, if it is one that can be shown. */
  static String noPath(InvalidPathException e) {
    return "\"" + e.getInput().replaceAll("\\p{Cntrl}", "?") + "\" can be no path here: "
        + e.getReason();
  }

  private static String suggestion(CommandLine.ParameterException e) {
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "";
    }
    String said = unmatched.getUnmatched().get(0).replaceFirst("=(?s:.*)", "");
    CommandLine.Model.CommandSpec spec = e.getCommandLine().getCommandSpec();
    return Closest.question(
        said,
        said.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet());
  }

  private Completion completion() {
    return new Completion(
        () -> line(new Call(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream()),
            true)),
        catalog,
        jobs);
  }

  /** What a failure is in sentences. */
  static List<String> sentences(Throwable e) {
    return e instanceof FaultsException faults
        ? faults.faults().stream().map(Fault::toString).toList()
        : String.valueOf(e.getMessage()).lines().toList();
  }

  private static int explain(Exception told, Call call, Optional<Extension> culprit) {
    // picocli wraps errors
    Throwable e = told instanceof CommandLine.ExecutionException && told.getCause() != null
        ? told.getCause()
        : told;
    if (e instanceof FaultsException faults) {
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
    Optional<String> memory = Memory.sentence(e);
    if (memory.isPresent()) {
      LOG.error("there is not enough memory", e);
      call.complain(memory.get());
      return WRONG_USE;
    }
    if (e instanceof InvalidPathException path) {
      LOG.error("a path cannot be one", e);
      call.complain(noPath(path));
      return WRONG_USE;
    }
    if (e instanceof UncheckedIOException) {
      LOG.error("a file cannot be read or written", e);
      call.complain(e.getMessage());
      return WRONG_USE;
    }
    LOG.error("a command failed", e);
    call.complain("this is a fault of "
        + culprit.map(x -> "extension " + x.file() + " (" + x.bundle() + ")").orElse("ours") + ": "
        + e + " (more in " + System.getProperty("stroma.log", "the log") + ")");
    return OUR_FAULT;
  }
}
