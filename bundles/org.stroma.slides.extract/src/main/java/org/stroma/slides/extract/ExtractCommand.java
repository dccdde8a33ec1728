/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
import org.stroma.parts.PartKind;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.shards.Processes;
import org.stroma.shards.ShardOptions;
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
  private final Processes processes;

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<SlideFormat> formats; // by rising ranking

  @Activate
  public ExtractCommand(@Reference PartWiring wiring, @Reference Processes processes) {
    this.wiring = wiring;
    this.processes = processes;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Extract(wiring, processes, List.copyOf(formats), out, progress);
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
    private final Processes processes;
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

    @Option(
        names = "--extractor",
        paramLabel = "TYPE",
        defaultValue = "colour-statistics",
        description =
            "a part of kind extractor (default: ${DEFAULT-VALUE}, a baseline without a model)")
    private String extractor;

    @Option(
        names = "--stain",
        paramLabel = "TYPE",
        defaultValue = "",
        description = "a part of kind stain; none if not given")
    private String stain;

    @Option(
        names = "--set",
        paramLabel = "path=value",
        description =
            "a setting of the extractor or the stain, such as extractor.model=resnet.onnx")
    private List<String> sets = List.of();

    @Option(
        names = "--magnification",
        paramLabel = "X",
        defaultValue = "20",
        description = "of the patches (default: ${DEFAULT-VALUE})")
    private double magnification;

    @Option(
        names = "--mpp",
        paramLabel = "UM",
        description = "micrometres a pixel of the patches, instead of a magnification")
    private double mpp;

    @Option(
        names = "--slide-mpp",
        paramLabel = "UM",
        description =
            "micrometres a pixel of the slides, whatever they tell; patches are cut by it")
    private double slideMpp;

    @Option(
        names = "--slide-magnification",
        paramLabel = "X",
        description =
            "magnification of the slides, whatever they tell; patches are cut by it. With neither, and where a slide's "
                + "magnification and micrometres disagree, its micrometres are believed")
    private double slideMagnification;

    @Option(
        names = "--patch-size",
        paramLabel = "PIXELS",
        defaultValue = "256",
        description = "on a side (default: ${DEFAULT-VALUE})")
    private int patchSize;

    @Option(
        names = "--overlap",
        paramLabel = "SHARE",
        defaultValue = "0",
        description = "of neighbours, 0 to 0.9 (default: 0)")
    private double overlap;

    @Option(
        names = "--tissue",
        paramLabel = "SHARE",
        defaultValue = "0.5",
        description = "the least share of a patch that is tissue (default: ${DEFAULT-VALUE})")
    private double tissue;

    @Option(
        names = "--least-brightness",
        paramLabel = "0..255",
        defaultValue = "40",
        description =
            "what is darker on the thumbnail, the brightest of its red, green and blue, is a margin, a scanner's fill or "
                + "ink and no tissue; 0 for whatever its brightness (default: ${DEFAULT-VALUE})")
    private int leastBrightness;

    @Option(
        names = "--least-saturation",
        paramLabel = "0..255",
        defaultValue = "-1",
        description =
            "what is paler on the thumbnail is glass (default: Otsu's threshold of each slide)")
    private int leastSaturation;

    @Option(
        names = "--empty",
        paramLabel = "pass|fail",
        defaultValue = "pass",
        description =
            "slides without tissue: pass names them, writes no features, and ends well; fail ends with exit code 3 "
                + "(default: ${DEFAULT-VALUE})")
    private String empty;

    @Option(
        names = "--batch",
        paramLabel = "N",
        defaultValue = "32",
        description = "patches given to the extractor at once (default: 32)")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "default: one a processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
        names = "--layout",
        paramLabel = "trident|clam|stamp",
        defaultValue = "trident",
        description =
            "of the files: trident (features and coords in pixels), clam (the same in h5_files, and the features in pt_files as PyTorch reads them) or stamp (feats and coords in micrometres); "
                + "hdf5-patches reads all (default: ${DEFAULT-VALUE})")
    private Layout layout;

    @Option(
        names = "--format",
        paramLabel = "NAME",
        description = "reads slides with this format alone, such as tiff or openslide")
    private String format;

    @Option(
        names = "--overwrite",
        description = "makes files anew that were made with other settings")
    private boolean overwrite;

    @Mixin
    private ShardOptions shards;

    @Spec
    private CommandSpec spec;

    Extract(
        PartWiring wiring,
        Processes processes,
        List<SlideFormat> formats,
        PrintStream out,
        Progress progress) {
      this.wiring = wiring;
      this.processes = processes;
      this.formats = formats;
      this.out = out;
      this.progress = new NotesOnce(progress);
    }

    @Override
    public Integer call() {
      check();
      Options options = new Options(
          mpp > 0 ? 0 : magnification,
          mpp,
          slideMpp,
          slideMagnification,
          patchSize,
          overlap,
          tissue,
          leastBrightness,
          leastSaturation,
          layout,
          format == null ? "" : format,
          batch,
          threads);
      Map<String, Path> all = SlideFiles.find(slides, file -> reader(file) != null, progress);
      Map<String, Path> named = ExtractionShards.of(all, shards.shard());
      int number = Math.min(shards.processes(), all.size());
      if (number > 1) {
        new ExtractionShards(processes, progress)
            .run(spec.commandLine().getParseResult().originalArgs(), number);
      }
      ObjectNode parts = parts();
      try (PartScope use = wiring.wire(parts);
          FeatureExtractor.Model model = use.get(PartKind.EXTRACTOR, FeatureExtractor.class)
              .orElseThrow()
              .open(Path.of("").toAbsolutePath())) {
        String settings = options.line(
            model.identity() + " " + parts.path("extractor"), "" + parts.path("stain"));
        Extraction extraction = new Extraction(
            directory,
            options,
            model,
            use.get(PartKind.STAIN, StainNormalizer.class).orElse(null),
            settings,
            this::reader,
            progress,
            shards.shard(),
            record(options, parts, model));
        if (!overwrite) {
          extraction.refuseOthers(named);
        }
        return say(extraction.run(named));
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

    private void check() {
      if (!(magnification > 0) || mpp < 0 || slideMpp < 0 || slideMagnification < 0) {
        throw new UsageException(
            "--magnification, --mpp, --slide-mpp and --slide-magnification have to be above 0");
      }
      if (slideMpp > 0 && slideMagnification > 0) {
        throw new UsageException(
            "--slide-mpp and --slide-magnification say the same in two ways; give one of them");
      }
      if (patchSize < 8 || patchSize > 4096) {
        throw new UsageException("--patch-size is " + patchSize + "; it has to be 8 to 4096");
      }
      if (!(overlap >= 0 && overlap <= 0.9)) {
        throw new UsageException("--overlap is " + overlap + "; it has to be 0 to 0.9");
      }
      if (!(tissue >= 0 && tissue <= 1)) {
        throw new UsageException("--tissue is " + tissue + "; it has to be 0 to 1");
      }
      if (leastBrightness < 0
          || leastBrightness > 255
          || leastSaturation < -1
          || leastSaturation > 255) {
        throw new UsageException("--least-brightness and --least-saturation have to be 0 to 255");
      }
      if (!empty.equals("pass") && !empty.equals("fail")) {
        throw new UsageException("--empty is " + empty + "; it has to be pass or fail");
      }
      if (batch < 1 || threads < 1) {
        throw new UsageException("--batch and --threads have to be 1 or more");
      }
      if (format != null && formats.stream().noneMatch(f -> f.name().equals(format))) {
        throw new UsageException("--format is " + format + "; installed are "
            + formats.stream().map(SlideFormat::name).distinct().toList());
      }
    }

    private SlideFormat reader(Path file) {
      SlideFormat best = null;
      for (SlideFormat each : formats) {
        if ((format == null || each.name().equals(format)) && each.reads(file)) {
          best = each;
        }
      }
      return best;
    }

    private ObjectNode parts() {
      ObjectNode parts = MAPPER.createObjectNode();
      parts.putObject("extractor").put("type", extractor);
      if (!stain.isEmpty()) {
        parts.putObject("stain").put("type", stain);
      }
      for (String set : sets) {
        String[] halves = set.split("=", 2);
        String[] keys = halves[0].split("\\.");
        if (halves.length < 2
            || keys.length != 2
            || !(parts.get(keys[0]) instanceof ObjectNode part)) {
          throw new UsageException("--set " + set + " has to be extractor.SETTING=value"
              + (stain.isEmpty() ? "" : " or stain.SETTING=value"));
        }
        JsonNode value;
        try {
          value = MAPPER.readTree(halves[1]);
        } catch (IOException e) {
          value = MAPPER.getNodeFactory().textNode(halves[1]);
        }
        part.set(keys[1], value);
      }
      return parts;
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
