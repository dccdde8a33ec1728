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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.SlideFormat;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.runtime.CancelledException;
import org.stroma.runtime.ConsoleCommand;
import org.stroma.runtime.ExperimentException;
import org.stroma.runtime.Fault;
import org.stroma.runtime.PartKind;
import org.stroma.runtime.PartWiring;
import org.stroma.runtime.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code extract}: from slides to files of patch features. */
@Component
public final class ExtractCommand implements ConsoleCommand {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int UNUSABLE_DATA = 3;

  private final PartWiring wiring;

  @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<SlideFormat> formats; // by rising ranking

  @Activate
  public ExtractCommand(@Reference PartWiring wiring) {
    this.wiring = wiring;
  }

  @Override
  public Callable<Integer> call(PrintStream out, Progress progress) {
    return new Extract(wiring, List.copyOf(formats), out, progress);
  }

  /** One call. */
  @Command(
      name = "extract",
      description = {
        "Makes files of patch features (HDF5, as CLAM and TRIDENT users read them) from whole slides.",
        "Slides that are done already are passed over, so that an extraction that was stopped can go on."
      },
      mixinStandardHelpOptions = true)
  static final class Extract implements Callable<Integer> {
    private final PartWiring wiring;
    private final List<SlideFormat> formats;
    private final PrintStream out;
    private final Progress progress;

    @Parameters(paramLabel = "SLIDE", arity = "1..*", description = "slides, or folders of slides")
    private List<Path> slides;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "where features, thumbnails and extraction.json go")
    private Path directory;

    @Option(names = "--extractor", paramLabel = "TYPE", defaultValue = "colour-statistics",
        description = "a part of kind extractor (default: ${DEFAULT-VALUE}, a baseline without a model)")
    private String extractor;

    @Option(names = "--stain", paramLabel = "TYPE", defaultValue = "", description = "a part of kind stain; none if not given")
    private String stain;

    @Option(names = "--set", paramLabel = "path=value",
        description = "a setting of the extractor or the stain, such as extractor.model=resnet.onnx")
    private List<String> sets = List.of();

    @Option(names = "--magnification", paramLabel = "X", defaultValue = "20", description = "of the patches (default: ${DEFAULT-VALUE})")
    private double magnification;

    @Option(names = "--mpp", paramLabel = "UM", description = "micrometres a pixel of the patches, instead of a magnification")
    private double mpp;

    @Option(names = "--slide-mpp", paramLabel = "UM", description = "micrometres a pixel of the slides, where they do not tell")
    private double slideMpp;

    @Option(names = "--patch-size", paramLabel = "PIXELS", defaultValue = "256", description = "on a side (default: ${DEFAULT-VALUE})")
    private int patchSize;

    @Option(names = "--overlap", paramLabel = "SHARE", defaultValue = "0", description = "of neighbours, 0 to 0.9 (default: 0)")
    private double overlap;

    @Option(names = "--tissue", paramLabel = "SHARE", defaultValue = "0.5",
        description = "the least share of a patch that is tissue (default: ${DEFAULT-VALUE})")
    private double tissue;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "32", description = "patches given to the extractor at once (default: 32)")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "default: one a processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--format", paramLabel = "NAME", description = "reads slides with this format alone, such as tiff or openslide")
    private String format;

    @Option(names = "--overwrite", description = "makes files anew that were made with other settings")
    private boolean overwrite;

    private long started;
    private int finished;

    Extract(PartWiring wiring, List<SlideFormat> formats, PrintStream out, Progress progress) {
      this.wiring = wiring;
      this.formats = formats;
      this.out = out;
      this.progress = progress;
    }

    @Override
    public Integer call() {
      check();
      Options options =
          new Options(mpp > 0 ? 0 : magnification, mpp, slideMpp, patchSize, overlap, tissue, batch, threads);
      Map<String, Path> named = named();
      ObjectNode parts = parts();
      started = System.nanoTime();
      List<String> bad = new ArrayList<>();
      int done = 0;
      int before = 0;
      try (PartWiring.Use use = wiring.use(parts);
          FeatureExtractor.Model model =
              use.get(PartKind.EXTRACTOR, FeatureExtractor.class).orElseThrow().open(Path.of("").toAbsolutePath())) {
        StainNormalizer normalizer = use.get(PartKind.STAIN, StainNormalizer.class).orElse(null);
        String settings = options.line(model.identity() + " " + parts.path("extractor"), "" + parts.path("stain"));
        refuseOthers(named, settings);
        describe(options, parts, model, named);
        for (Map.Entry<String, Path> slide : named.entrySet()) {
          finished++;
          Path target = directory.resolve(slide.getKey() + ".h5");
          if (Files.exists(target) && FeatureFile.settings(target).equals(settings)) {
            before++;
            continue;
          }
          try {
            one(slide.getKey(), slide.getValue(), target, options, model, normalizer, settings, named.size());
            done++;
          } catch (DataException e) {
            bad.add(slide.getKey());
            progress.note("slide " + slide.getKey() + " left out: " + e.getMessage());
          } catch (IOException e) {
            bad.add(slide.getKey());
            progress.note("slide " + slide.getKey() + " left out: " + slide.getValue() + " cannot be read: " + e.getMessage());
          }
        }
      }
      out.println(done + " slides extracted into " + directory
          + (before > 0 ? ", " + before + " were there already" : "")
          + (bad.isEmpty() ? "" : ", " + bad.size() + " left out: " + String.join(", ", bad)));
      return bad.isEmpty() ? 0 : UNUSABLE_DATA;
    }

    private static ExperimentException wrong(String message) {
      return new ExperimentException(List.of(new Fault("", message)), false);
    }

    private void check() {
      if (!(magnification > 0) || mpp < 0 || slideMpp < 0) {
        throw wrong("--magnification, --mpp and --slide-mpp have to be above 0");
      }
      if (patchSize < 8 || patchSize > 4096) {
        throw wrong("--patch-size is " + patchSize + "; it has to be 8 to 4096");
      }
      if (!(overlap >= 0 && overlap <= 0.9)) {
        throw wrong("--overlap is " + overlap + "; it has to be 0 to 0.9");
      }
      if (!(tissue >= 0 && tissue <= 1)) {
        throw wrong("--tissue is " + tissue + "; it has to be 0 to 1");
      }
      if (batch < 1 || threads < 1) {
        throw wrong("--batch and --threads have to be 1 or more");
      }
      if (format != null && formats.stream().noneMatch(f -> f.name().equals(format))) {
        throw wrong("--format is " + format + "; installed are " + formats.stream().map(SlideFormat::name).toList());
      }
    }

    /** The slides by the name of their feature file. In folders, what no format reads is passed over. */
    private Map<String, Path> named() {
      List<Path> files = new ArrayList<>();
      for (Path slide : slides) {
        if (Files.isDirectory(slide)) {
          try (var all = Files.walk(slide)) {
            List<Path> found = all.filter(Files::isRegularFile).filter(f -> reader(f) != null).sorted().toList();
            if (found.isEmpty()) {
              throw new DataException("the folder " + slide + " holds no slide that can be read");
            }
            files.addAll(found);
          } catch (IOException e) {
            throw new DataException("the folder " + slide + " cannot be listed: " + e.getMessage(), e);
          }
        } else {
          files.add(slide);
        }
      }
      Map<String, Path> named = new LinkedHashMap<>();
      for (Path file : files) {
        String name = file.getFileName().toString().replaceFirst("\\.(ome\\.tiff?|[A-Za-z0-9]+)$", "");
        Path other = named.put(name, file);
        if (other != null) {
          throw wrong(other + " and " + file + " would both become " + name + ".h5; their names have to differ");
        }
      }
      return named;
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
        if (halves.length < 2 || keys.length != 2 || !(parts.get(keys[0]) instanceof ObjectNode part)) {
          throw wrong("--set " + set + " has to be extractor.SETTING=value" + (stain.isEmpty() ? "" : " or stain.SETTING=value"));
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

    private void refuseOthers(Map<String, Path> named, String settings) {
      for (String name : named.keySet()) {
        Path target = directory.resolve(name + ".h5");
        if (!overwrite && Files.exists(target) && !FeatureFile.settings(target).equals(settings)) {
          throw wrong(target + " was made with other settings, or by another program; name another --out, or --overwrite it");
        }
      }
    }

    private void describe(Options options, ObjectNode parts, FeatureExtractor.Model model, Map<String, Path> named) {
      ObjectNode json = MAPPER.createObjectNode();
      json.set("parts", parts);
      json.put("model", model.identity()).put("features", model.width());
      json.set("options", MAPPER.valueToTree(options.line("", "")));
      json.put("java", System.getProperty("java.runtime.version"));
      ObjectNode files = json.putObject("slides");
      named.forEach((name, file) -> {
        ObjectNode entry = files.putObject(name).put("file", file.toString());
        try {
          // whole slides are many gigabytes: size and time tell one file from another
          entry.put("bytes", Files.size(file)).put("modified", Files.getLastModifiedTime(file).toString());
        } catch (IOException e) {
          entry.put("reason", "" + e.getMessage());
        }
      });
      try {
        Whole.write(
            directory.resolve("extraction.json"), partial -> Files.writeString(partial, json.toPrettyString() + "\n"));
      } catch (IOException e) {
        throw new UncheckedIOException(directory + " cannot be written: " + e.getMessage(), e);
      }
    }

    private void one(
        String name, Path file, Path target, Options options, FeatureExtractor.Model model, StainNormalizer normalizer,
        String settings, int count)
        throws IOException {
      if (!Files.isRegularFile(file)) {
        throw new DataException("there is no file " + file);
      }
      SlideFormat reader = reader(file);
      if (reader == null) {
        throw new DataException("no installed format reads " + file + "; formats are "
            + formats.stream().map(SlideFormat::name).toList());
      }
      AtomicInteger total = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      long begun = System.nanoTime();
      SlideExtraction.Result result =
          new SlideExtraction(file, reader, options, model, normalizer).run(n -> {
            if (Thread.currentThread().isInterrupted()) {
              throw new CancelledException();
            }
            if (n < 0) {
              total.set(-n);
              return;
            }
            int now = done.addAndGet(n);
            double seconds = (System.nanoTime() - begun) / 1e9;
            long left = Math.round(seconds / now * (total.get() - now));
            // what is known of the slides to come: that they take as long as those before
            double each = (System.nanoTime() - started) / 1e9 / Math.max(0.01, finished - 1 + (double) now / total.get());
            progress.at(String.format(
                Locale.ROOT, "slide %d/%d  %s  patch %d/%d  %.0f patches/s  %d:%02d left, %d:%02d in all", finished, count, name,
                now, total.get(), now / seconds, left / 60, left % 60,
                (left + Math.round(each * (count - finished))) / 60, (left + Math.round(each * (count - finished))) % 60));
          });
      result.thumbnail().write(directory.resolve("thumbnails").resolve(name + ".png"), result.tissue(), result.patches());
      FeatureFile.write(target, result.features(), result.patches(), options, name, model.identity(), settings);
    }
  }
}
