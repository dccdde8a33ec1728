/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.stroma.api.data.Problems;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.SlideFormat;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.settings.SettingKeys;
import org.stroma.shards.Processes;
import org.stroma.shards.ShardOptions;
import org.stroma.slides.pixels.ModelRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code extract}: from slides to files of patch features. */
@Component
public final class ExtractCommand implements org.stroma.command.Command {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final PartWiring wiring;
  private final PartCatalog catalog;
  private final Processes processes;
  private final ModelRegistry registry;

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<SlideFormat> formats; // by rising ranking

  @Activate
  public ExtractCommand(
      BundleContext context,
      @Reference PartWiring wiring,
      @Reference PartCatalog catalog,
      @Reference Processes processes) {
    this.wiring = wiring;
    this.catalog = catalog;
    this.processes = processes;
    registry = new ModelRegistry(SettingKeys.MODELS
        .given(context::getProperty)
        .map(WorkingFolder::resolve)
        .orElse(null));
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Extract(this, List.copyOf(formats), out, progress);
  }

  /** One call. */
  @Command(
      name = "extract",
      description = {
        "Makes files of patch features (HDF5, as CLAM and TRIDENT users read them) from whole slides.",
        "Slides that are done already are passed over, so that an extraction that was stopped can go on; a slide that has been "
            + "replaced since is extracted anew. What is wrong with one slide stops no other."
      },
      mixinStandardHelpOptions = true)
  static final class Extract implements Callable<Integer> {
    private final PartWiring wiring;
    private final PartCatalog catalog;
    private final Processes processes;
    private final ModelRegistry registry;
    private final List<SlideFormat> formats;
    private final PrintStream out;
    private final NotesOnce progress;

    @Parameters(paramLabel = "SLIDE", arity = "1..*", description = "slides, or folders of slides")
    private List<Path> slides;

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "where features, thumbnails and extraction.json go")
    private Path directory;

    @Mixin
    private ExtractorOptions extractor;

    @Mixin
    private PatchOptions patches;

    @Option(
        names = "--empty",
        paramLabel = "pass|fail",
        defaultValue = "pass",
        description =
            "slides without tissue: pass names them, writes no features, and ends well; fail ends with exit code 3 "
                + "(default: ${DEFAULT-VALUE})")
    private String empty;

    @Option(
        names = "--overwrite",
        description = "makes files anew that were made with other settings")
    private boolean overwrite;

    @Option(
        names = "--list-extractors",
        help = true,
        description =
            "lists the models that have a name, with what each takes and gives and whether its file is there; nothing is extracted")
    private boolean listing;

    @Mixin
    private ShardOptions shards;

    @Spec
    private CommandSpec spec;

    Extract(ExtractCommand command, List<SlideFormat> formats, PrintStream out, Progress progress) {
      wiring = command.wiring;
      catalog = command.catalog;
      processes = command.processes;
      registry = command.registry;
      this.formats = formats;
      this.out = out;
      this.progress = new NotesOnce(progress);
    }

    @Override
    public Integer call() {
      if (listing) {
        out.print(ModelList.of(registry));
        return ExitCode.DONE.number();
      }
      patches.check(formats);
      if (!empty.equals("pass") && !empty.equals("fail")) {
        throw new UsageException("--empty is " + empty + "; it has to be pass or fail");
      }
      Options options = patches.options();
      ObjectNode parts = extractor.parts(catalog, registry);
      Map<String, Path> all = SlideFiles.find(slides, file -> reader(file) != null, progress);
      Map<String, Path> named = ExtractionShards.of(all, shards.shard());
      int number = Math.min(shards.processes(), all.size());
      if (number > 1) {
        new ExtractionShards(
                processes,
                progress,
                all,
                name -> Files.exists(options.layout().file(directory, name)))
            .run(spec.commandLine().getParseResult().originalArgs(), number);
      }
      try (PartScope use = wiring.wire(parts);
          FeatureExtractor.Model model = use.get(PartKind.EXTRACTOR, FeatureExtractor.class)
              .orElseThrow()
              .open(Path.of("").toAbsolutePath())) {
        String settings = options.line(
            model.identity() + " " + ExtractorLine.of(parts.path("extractor")),
            "" + parts.path("stain"));
        model
            .notes(options.patchSize(), options.times())
            .forEach(note -> progress.note("extractor: " + note));
        ObjectNode record = record(options, parts, model);
        Extraction extraction = new Extraction(
            directory,
            options,
            model,
            use.get(PartKind.STAIN, StainNormalizer.class).orElse(null),
            settings,
            this::reader,
            progress,
            shards.shard(),
            record);
        if (!overwrite) {
          extraction.refuseOthers(named);
        }
        Extraction.Outcome outcome = extraction.run(named);
        if (shards.shard().whole()) {
          ExtractionPage.write(directory, record);
        }
        return say(outcome);
      }
    }

    /** The result in words, and the exit code. */
    private int say(Extraction.Outcome outcome) {
      out.println(outcome.done + (outcome.done == 1 ? " slide" : " slides") + " extracted into "
          + directory
          + (outcome.before > 0
              ? ", " + outcome.before + (outcome.before == 1 ? " was" : " were") + " there already"
              : "")
          + names(outcome.bad, "left out") + names(outcome.empty, "without tissue"));
      list(outcome.bad);
      list(outcome.empty);
      if (shards.shard().whole()) {
        out.println("look at " + directory.resolve(ExtractionPage.FILE)
            + ", which shows the tissue and the patches of each slide");
      }
      ExitCode code = outcome.bad.isEmpty() && (outcome.empty.isEmpty() || empty.equals("pass"))
          ? ExitCode.DONE
          : ExitCode.UNUSABLE_DATA;
      return code.number();
    }

    private static String names(Map<String, String> slides, String what) {
      return slides.isEmpty()
          ? ""
          : ", " + slides.size() + " " + what + ": "
              + String.join(", ", slides.keySet().stream().limit(Problems.TOLD).toList())
              + (slides.size() > Problems.TOLD ? ", ..." : "");
    }

    private void list(Map<String, String> slides) {
      slides.entrySet().stream()
          .limit(Problems.TOLD)
          .forEach(e -> out.println("  " + e.getKey() + ": " + e.getValue()));
      if (slides.size() > Problems.TOLD) {
        out.println(
            "  and " + (slides.size() - Problems.TOLD) + " more; extraction.json has all of them");
      }
    }

    private SlideFormat reader(Path file) {
      SlideFormat best = null;
      for (SlideFormat each : formats) {
        if (patches.takes(each) && each.reads(file)) {
          best = each;
        }
      }
      return best;
    }

    private static ObjectNode record(
        Options options, ObjectNode parts, FeatureExtractor.Model model) {
      ObjectNode json = MAPPER.createObjectNode();
      json.set("parts", parts);
      json.put("model", model.identity()).put("features", model.width());
      json.put("options", options.line("", ""));
      json.put("java", System.getProperty("java.runtime.version"));
      return json;
    }
  }
}
