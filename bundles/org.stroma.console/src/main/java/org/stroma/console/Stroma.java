/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.stroma.command.Closest;
import org.stroma.extensions.Extension;
import org.stroma.extensions.Extensions;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.model.Devices;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;
import org.stroma.parts.Setting;
import org.stroma.runtime.Experiments;
import picocli.CommandLine.Command;
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
    versionProvider = Stroma.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a fault of ours",
      "2:wrong use or experiment",
      "3:unusable data",
      "4:a part is missing",
      "130:interrupted"
    })
class Stroma implements Runnable {
  private static final String TRAINING_PATIENTS =
      "takes patients whom every model was trained with, too: what is said of them says nothing about new patients";

  private final BundleContext context;
  private final Experiments experiments;
  private final PartCatalog catalog;
  private final Devices devices;
  private final Jobs jobs;
  private final Extensions folder;
  private final List<Extension> extensions;
  private final Call call;
  private final Completion completion;
  private final PrintStream out;
  private final Screen screen;

  @Spec
  private CommandSpec spec;

  Stroma(
      BundleContext context,
      Experiments experiments,
      PartCatalog catalog,
      Devices devices,
      Jobs jobs,
      Extensions folder,
      Completion completion,
      Call call) {
    this.context = context;
    this.experiments = experiments;
    this.catalog = catalog;
    this.devices = devices;
    this.jobs = jobs;
    this.folder = folder;
    this.extensions = folder == null ? List.of() : folder.list();
    this.call = call;
    this.completion = completion;
    this.out = call.out();
    this.screen = call.screen();
  }

  /** The version of this bundle. */
  static final class Version implements picocli.CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "stroma " + org.osgi.framework.FrameworkUtil.getBundle(Stroma.class).getVersion()
      };
    }
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
  int run(
      @Parameters(paramLabel = "EXPERIMENT.json", description = "the experiment") Path experiment,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "the run directory; runs/NAME if not given")
          Path out,
      @Option(
              names = "--set",
              paramLabel = "path=value",
              description =
                  "changes a value of the experiment, such as training.epochs=10; null takes it away")
          List<String> overrides) {
    Path directory =
        experiments.run(experiment, overrides == null ? List.of() : overrides, out, screen);
    call.give(directory);
    return Commands.DONE;
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
    call.give(experiment + " is fine: "
        + experiments.validate(experiment, overrides == null ? List.of() : overrides, screen));
    return Commands.DONE;
  }

  @Command(
      name = "predict",
      description = "Predicts for new patients with the models of a run.",
      mixinStandardHelpOptions = true)
  int predict(
      @Parameters(paramLabel = "RUN_DIR", description = "a run directory") Path run,
      @Parameters(
              paramLabel = "COHORT",
              description =
                  "a table like the run's; the modalities' files are looked for beside it")
          Path cohort,
      @Option(
              names = "--out",
              paramLabel = "FILE.csv",
              required = true,
              description = "where to write")
          Path out,
      @Option(
              names = "--details",
              paramLabel = "DIR",
              description =
                  "a folder for attention over patches, segmentations and progression, which is not there yet")
          Path details,
      @Option(names = "--training-patients", description = TRAINING_PATIENTS) boolean seenToo) {
    experiments.predict(run, cohort, out, details, seenToo, screen);
    call.give(out);
    return Commands.DONE;
  }

  @Command(
      name = "evaluate",
      description = "Tells the metrics of a run's models on patients whose targets are known.",
      mixinStandardHelpOptions = true)
  int evaluate(
      @Parameters(paramLabel = "RUN_DIR", description = "a run directory") Path run,
      @Parameters(paramLabel = "COHORT", description = "a table like the run's, with targets")
          Path cohort,
      @Option(names = "--training-patients", description = TRAINING_PATIENTS) boolean seenToo) {
    call.give(experiments.evaluate(run, cohort, seenToo, screen));
    return Commands.DONE;
  }

  @Command(
      name = "export",
      description = "Writes a run's models as SavedModels and as safetensors.",
      mixinStandardHelpOptions = true)
  int export(
      @Parameters(paramLabel = "RUN_DIR", description = "a run directory") Path run,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "a folder that is not there yet, or empty")
          Path out) {
    List<String> written = experiments.export(run, out, screen);
    call.give(written.stream().map(out::resolve).toList());
    return Commands.DONE;
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
                        java.util.Arrays.stream(PartKind.values())
                            .map(PartKind::word)
                            .toList())));
    List<PartDescriptor> parts = catalog.parts().stream()
        .filter(part -> wanted == null || part.kind() == wanted)
        .toList();
    if (!table) {
      call.give(parts.stream().map(PartLine::new).toList());
      return Commands.DONE;
    }
    out.println("| part | kind | paper | parameters | cost |");
    out.println("| --- | --- | --- | --- | --- |");
    for (PartDescriptor part : parts) {
      if (!part.facts().equals(new PartDescriptor.Facts("", "", ""))) {
        out.printf(
            Locale.ROOT,
            "| `%s` | %s | %s | %s | %s |%n",
            part.type(),
            part.kind().word(),
            part.facts().paper(),
            part.facts().parameters(),
            part.facts().cost());
      }
    }
    return Commands.DONE;
  }

  static String kinds() {
    return java.util.Arrays.stream(PartKind.values())
        .map(PartKind::word)
        .collect(Collectors.joining(", "));
  }

  @Command(
      name = "describe",
      description = "Tells what a part does and what can be set.",
      mixinStandardHelpOptions = true)
  int describe(
      @Parameters(paramLabel = "PART", description = "its type, such as genomic-mlp") String type) {
    List<PartDescriptor> found =
        catalog.parts().stream().filter(p -> p.type().equals(type)).toList();
    if (found.isEmpty()) {
      throw new FaultsException(
          List.of(new Fault(
              "",
              "no installed bundle provides a part \"" + type + "\"; installed are "
                  + catalog.parts().stream()
                      .map(PartDescriptor::type)
                      .distinct()
                      .collect(Collectors.joining(", "))
                  + Closest.question(
                      type, catalog.parts().stream().map(PartDescriptor::type).toList()))),
          true);
    }
    for (PartDescriptor part : found) {
      out.printf(Locale.ROOT, "%s (%s): %s%n", part.type(), part.kind().word(), part.description());
      out.printf(
          Locale.ROOT,
          "  from %s %s%n",
          part.bundle().getSymbolicName(),
          part.bundle().getVersion());
      fact("paper", part.facts().paper());
      fact("parameters", part.facts().parameters());
      fact("cost", part.facts().cost());
      for (Setting setting : part.settings()) {
        out.printf(Locale.ROOT, "  %-16s %s%n", setting.name(), setting.description());
        out.printf(
            Locale.ROOT,
            "  %-16s %s; %s%n",
            "",
            setting.wanted(),
            setting.required() ? "required" : "default " + text(setting.preset()));
      }
    }
    return Commands.DONE;
  }

  private void fact(String name, String text) {
    if (!text.isEmpty()) {
      out.printf(Locale.ROOT, "  %s: %s%n", name, text);
    }
  }

  private static String text(Object preset) {
    if (preset == null) {
      return "[]";
    }
    if (preset.getClass().isArray()) {
      return java.util.stream.IntStream.range(0, java.lang.reflect.Array.getLength(preset))
          .mapToObj(i -> String.valueOf(java.lang.reflect.Array.get(preset, i)))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return preset instanceof String ? "\"" + preset + "\"" : String.valueOf(preset);
  }

  @Command(
      name = "schema",
      description = "Gives the JSON Schema of an experiment, made from the parts installed now.",
      mixinStandardHelpOptions = true)
  int schema() {
    call.give(experiments.schema());
    return Commands.DONE;
  }

  @Command(
      name = "doctor",
      description = "Examines the installation.",
      mixinStandardHelpOptions = true)
  int doctor() {
    return new Doctor(context, catalog, devices, folder, out).examine()
        ? Commands.DONE
        : Commands.OUR_FAULT;
  }

  @Command(
      name = "help",
      description = "Lists the commands, or tells all of one.",
      mixinStandardHelpOptions = true)
  int help(
      @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "a command")
          List<String> names) {
    if (names == null || names.isEmpty()) {
      Help.lines(spec.commandLine(), call.console()).forEach(out::println);
    } else {
      out.println(Help.usage(spec.commandLine(), names));
    }
    return Commands.DONE;
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
    if (!call.console() || !which.strip().matches("\\d{1,9}(\\s(?s:.*))?")) {
      return why(Path.of(which), overrides == null ? List.of() : overrides);
    }
    Job job = Background.job(jobs, which);
    out.println(job);
    if (job.getState() == Job.State.WAITING
        && job.getFailure() instanceof FaultsException missing) {
      new Why(context, catalog, extensions).of(missing).forEach(out::println);
    }
    if (job.getState() == Job.State.FAILED) {
      Commands.sentences(job.getFailure()).forEach(out::println);
    }
    return Commands.DONE;
  }

  private int why(Path file, List<String> overrides) {
    try {
      String name = jobs.check(file, overrides);
      out.println(
          file + " (" + name + ") lacks nothing: all of its parts are installed, and start");
      return Commands.DONE;
    } catch (FaultsException e) {
      new Why(context, catalog, extensions).of(e).forEach(out::println);
      return e.partMissing() ? Commands.PART_MISSING : Commands.WRONG_USE;
    }
  }

  @Command(
      name = "console",
      description = "Opens the interactive console.",
      mixinStandardHelpOptions = true)
  int console() {
    ServiceReference<CommandProcessor> reference =
        context.getServiceReference(CommandProcessor.class);
    if (reference == null) {
      throw new IllegalStateException("the Gogo bundles are not installed");
    }
    CommandProcessor processor = context.getService(reference);
    try {
      new Shell(context, processor, completion, jobs).run();
    } finally {
      jobs.stopAll();
      context.ungetService(reference);
    }
    return Commands.DONE;
  }
}
