/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.stroma.command.Closest;
import org.stroma.command.ExitCode;
import org.stroma.command.WorkingFolder;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.runtime.EvaluationRequest;
import org.stroma.runtime.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "stroma",
    description = "Multimodal computational pathology.",
    mixinStandardHelpOptions = true,
    versionProvider = StromaVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a fault of ours",
      "2:wrong use or experiment",
      "3:unusable data",
      "4:a part is missing",
      "130:interrupted (143 by SIGTERM)"
    })
class Stroma implements Runnable {
  private final CommandServices services;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Invocation invocation;
  private final PrintStream out;
  private final TerminalProgress progress;

  @Spec
  private CommandSpec spec;

  Stroma(CommandServices services, Invocation invocation) {
    this.services = services;
    this.experiments = services.experiments();
    this.catalog = services.catalog();
    this.invocation = invocation;
    this.out = invocation.out();
    this.progress = invocation.progress();
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "there is no command; the commands are "
            + String.join(", ", spec.subcommands().keySet()) + "; help tells what they do");
  }

  @Command(
      name = "run",
      description = "Trains and evaluates an experiment and writes its run directory.",
      mixinStandardHelpOptions = true)
  int run(@Mixin RunOptions options) {
    URI address = options.openView(services.context());
    if (address != null) {
      progress.note(address.toString());
    }
    try {
      invocation.give(experiments.run(options.request().progress(progress)).directory());
    } finally {
      // at the console it stays
      if (address != null && !invocation.console()) {
        WebOptions.close(services.context());
      }
    }
    return ExitCode.DONE.number();
  }

  @Command(
      name = "web",
      description =
          "Shows experiments in a browser of this machine, where those in this folder can be started; until Ctrl-C. Gives its address.",
      mixinStandardHelpOptions = true)
  int web(@Mixin WebOptions options) {
    URI address = options.open(services.context(), WorkingFolder.get());
    invocation.give(address.toString());
    if (invocation.console()) {
      return ExitCode.DONE.number();
    }
    try (Jobs.Listening ends = services.jobs().listen(job -> progress.note(job.notice()))) {
      progress.note("Ctrl-C closes it and stops what still runs");
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // the end
    } finally {
      services.jobs().stopAll();
      WebOptions.close(services.context());
    }
    return ExitCode.INTERRUPTED.number();
  }

  @Command(
      name = "validate",
      description = "Tells every fault of an experiment, and whether its data can be read.",
      mixinStandardHelpOptions = true)
  int validate(
      @Parameters(paramLabel = "EXPERIMENT.json", description = "the experiment") Path experiment,
      @Option(
              names = "--set",
              paramLabel = "path=value",
              description = "changes a value of the experiment")
          List<String> overrides) {
    invocation.give(experiment + " is fine: "
        + experiments.validate(experiment, overrides == null ? List.of() : overrides, progress));
    return ExitCode.DONE.number();
  }

  @Command(
      name = "predict",
      description = "Predicts for new patients with the models of a run.",
      mixinStandardHelpOptions = true)
  int predict(@Mixin PredictOptions options) {
    experiments.predict(options.request().progress(progress));
    invocation.give(options.out());
    return ExitCode.DONE.number();
  }

  @Command(
      name = "evaluate",
      description = "Tells the metrics of a run's models on patients whose targets are known.",
      mixinStandardHelpOptions = true)
  int evaluate(
      @Parameters(paramLabel = "RUN_DIR", description = "a run directory") Path run,
      @Parameters(paramLabel = "COHORT", description = "a table like the run's, with targets")
          Path cohort,
      @Option(names = "--training-patients", description = PredictOptions.TRAINING_PATIENTS)
          boolean seenToo) {
    invocation.give(experiments.evaluate(new EvaluationRequest(run, cohort, seenToo, progress)));
    return ExitCode.DONE.number();
  }

  @Command(
      name = "export",
      description =
          "Writes a run's models as SavedModels, as ONNX and as safetensors, or lists their tensors.",
      mixinStandardHelpOptions = true)
  int export(
      @Parameters(paramLabel = "RUN_DIR", description = "a run directory") Path run,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "a folder that is not there yet, or empty")
          Path to,
      @Option(
              names = "--list",
              description =
                  "writes nothing, and lists names, types and shapes of weights, inputs and outputs")
          boolean list) {
    if (list == (to != null)) {
      throw new ParameterException(
          spec.subcommands().get("export"), "export wants --out DIR to write, or else --list");
    }
    if (list) {
      TensorTable.print(experiments.exported(run, progress), out);
    } else {
      List<String> written = experiments.export(run, to, progress);
      invocation.give(written.stream().map(to::resolve).toList());
    }
    return ExitCode.DONE.number();
  }

  @Command(
      name = "parts",
      description = "Lists the installed parts.",
      mixinStandardHelpOptions = true)
  int parts(
      @Parameters(
              paramLabel = "KIND",
              arity = "0..1",
              description = "reader, transform, encoder, ...")
          String kind,
      @Option(
              names = "--table",
              description = "as a table in Markdown, with papers, parameters and costs")
          boolean table) {
    PartKind wanted = kind == null
        ? null
        : PartKind.of(kind)
            .orElseThrow(() -> new ParameterException(
                spec.commandLine(),
                "there is no kind \"" + kind + "\"; kinds are " + kinds()
                    + Closest.question(
                        kind,
                        Arrays.stream(PartKind.values()).map(PartKind::label).toList())));
    List<PartDescriptor> parts = catalog.parts().stream()
        .filter(part -> wanted == null || part.kind() == wanted)
        .toList();
    if (!table) {
      invocation.give(parts.stream().map(PartLine::new).toList());
      return ExitCode.DONE.number();
    }
    PartDescription.table(parts, out);
    return ExitCode.DONE.number();
  }

  static String kinds() {
    return Arrays.stream(PartKind.values()).map(PartKind::label).collect(Collectors.joining(", "));
  }

  @Command(
      name = "describe",
      description =
          "Tells what a part does and what can be set, or what a run of an experiment would train.",
      mixinStandardHelpOptions = true)
  int describe(
      @Parameters(
              paramLabel = "PART|EXPERIMENT.json",
              description = "a part's type, such as genomic-mlp, or an experiment")
          String type,
      @Option(
              names = "--set",
              paramLabel = "path=value",
              description = "changes a value of the experiment")
          List<String> overrides) {
    if (type.endsWith(".json")) {
      experiments
          .describe(Path.of(type), overrides == null ? List.of() : overrides, progress)
          .forEach(out::println);
      return ExitCode.DONE.number();
    }
    PartDescription.of(type, catalog).forEach(part -> PartDescription.full(part, out));
    return ExitCode.DONE.number();
  }

  @Command(
      name = "schema",
      description = "Gives the JSON Schema of an experiment, made from the parts installed now.",
      mixinStandardHelpOptions = true)
  int schema() {
    invocation.give(experiments.schema());
    return ExitCode.DONE.number();
  }

  @Command(
      name = "doctor",
      description = "Examines the installation.",
      mixinStandardHelpOptions = true)
  int doctor() {
    return new Doctor(services, out).examine()
        ? ExitCode.DONE.number()
        : ExitCode.OUR_FAULT.number();
  }

  @Command(
      name = "help",
      description = "Lists the commands, or tells all of one.",
      mixinStandardHelpOptions = true)
  int help(
      @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "a command")
          List<String> names) {
    if (names == null || names.isEmpty()) {
      Help.lines(spec.commandLine(), invocation.console()).forEach(out::println);
    } else {
      out.println(Help.usage(spec.commandLine(), names));
    }
    return ExitCode.DONE.number();
  }

  @Command(
      name = "why",
      description = "Tells what an experiment lacks, and what would satisfy it.",
      mixinStandardHelpOptions = true)
  int why(
      @Parameters(
              paramLabel = "EXPERIMENT.json|ID",
              description = "a file, or the number of an experiment in the background")
          String which,
      @Option(
              names = "--set",
              paramLabel = "path=value",
              description = "changes a value of the experiment")
          List<String> overrides) {
    if (!invocation.console() || !which.strip().matches("\\d{1,9}(\\s(?s:.*))?")) {
      return why(Path.of(which), overrides == null ? List.of() : overrides);
    }
    Job job = Background.job(services.jobs(), which);
    out.println(job);
    if (job.getState() == Job.State.WAITING
        && job.getFailure() instanceof FaultsException missing) {
      new MissingPartsReport(services.context(), catalog, services.extensions())
          .of(missing)
          .forEach(out::println);
    }
    if (job.getState() == Job.State.FAILED) {
      FailureReport.sentences(job.getFailure()).forEach(out::println);
    }
    return ExitCode.DONE.number();
  }

  private int why(Path file, List<String> overrides) {
    try {
      String name = services.jobs().check(file, overrides);
      out.println(
          file + " (" + name + ") lacks nothing: all of its parts are installed, and start");
      return ExitCode.DONE.number();
    } catch (FaultsException e) {
      new MissingPartsReport(services.context(), catalog, services.extensions())
          .of(e)
          .forEach(out::println);
      return e.partMissing() ? ExitCode.PART_MISSING.number() : ExitCode.WRONG_USE.number();
    }
  }

  @Command(
      name = "console",
      description = "Opens the interactive console.",
      mixinStandardHelpOptions = true)
  int console() {
    BundleContext context = services.context();
    ServiceReference<CommandProcessor> reference =
        context.getServiceReference(CommandProcessor.class);
    if (reference == null) {
      throw new IllegalStateException("the Gogo bundles are not installed");
    }
    CommandProcessor processor = context.getService(reference);
    try {
      new Shell(context, processor, services.completion(), services.jobs()).run();
    } finally {
      services.jobs().stopAll();
      context.ungetService(reference);
    }
    return ExitCode.DONE.number();
  }
}
