/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.slides.FeatureExtractor;
import org.stroma.api.slides.SlideFormat;
import org.stroma.api.slides.StainNormalizer;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.parts.FaultsException;
import org.stroma.shards.Shard;

/**
 * The extraction of many slides into one folder. One that cannot be used is told and left out. Features are never those of
 * another slide than the one that lies there now: what was made of a file that has been replaced is put aside and made anew.
 */
final class Extraction {
  private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final String RECORD = "extraction.json";
  private static final long BETWEEN_RECORDS = TimeUnit.SECONDS.toNanos(10);

  private final Path directory;
  private final Options options;
  private final FeatureExtractor.Model model;
  private final StainNormalizer stain;
  private final String settings;
  private final Function<Path, SlideFormat> reader;
  private final Progress progress;
  private final ObjectNode record;
  private final String recordName;
  private final Map<String, Integer> told = new LinkedHashMap<>();
  private final Outcome outcome = new Outcome();
  private long recorded;
  private ExtractionRate rate;

  /** How it went: names of slides, and the causes. */
  static final class Outcome {
    int done;
    int before;
    final Map<String, String> bad = new LinkedHashMap<>();
    final Map<String, String> empty = new LinkedHashMap<>();
  }

  /**
   * An extraction.
   *
   * @param settings the line of all that decides what features a slide gets
   * @param reader the format that reads a file; null for none
   * @param shard whose slides are extracted, which is told in a file of its own
   * @param record what extraction.json tells of all slides
   */
  Extraction(
      Path directory,
      Options options,
      FeatureExtractor.Model model,
      StainNormalizer stain,
      String settings,
      Function<Path, SlideFormat> reader,
      Progress progress,
      Shard shard,
      ObjectNode record) {
    this.directory = directory;
    this.options = options;
    this.model = model;
    this.stain = stain;
    this.settings = settings;
    this.reader = reader;
    this.progress = progress;
    this.record = record;
    this.recordName = shard.whole() ? RECORD : "extraction-" + shard.fileName() + ".json";
  }

  private Path target(String name) {
    return options.layout().file(directory, name);
  }

  /** The file that tells of a slide first, and those beside it. */
  private List<Path> targets(String name) {
    List<Path> all = new ArrayList<>(List.of(target(name)));
    all.addAll(options.layout().others(directory, name));
    return all;
  }

  /** Ends before anything starts where files lie there that were made with other settings. */
  void refuseOthers(Map<String, Path> named) {
    List<String> faults = new ArrayList<>();
    int more = 0;
    for (String name : named.keySet()) {
      String differs =
          Files.exists(target(name)) ? FeatureFile.of(target(name)).differs(settings) : null;
      if (differs != null && faults.size() < Problems.TOLD) {
        faults.add(target(name) + " " + differs + "; name another --out, or --overwrite it");
      } else if (differs != null) {
        more++;
      }
    }
    if (more > 0) {
      faults.add("and " + more + " files more like these");
    }
    if (!faults.isEmpty()) {
      throw new UsageException(faults);
    }
  }

  /** Extracts what is not there yet. */
  Outcome run(Map<String, Path> named) {
    rate = new ExtractionRate(progress, ExtractionRate.work(named, this::there));
    ObjectNode slides = record.putObject("slides");
    named.forEach((name, file) ->
        slides.putObject(name).put("file", file.toString()).put("state", "waiting"));
    write();
    int number = 0;
    try {
      for (Map.Entry<String, Path> slide : named.entrySet()) {
        number++;
        ObjectNode entry = one(slide.getKey(), slide.getValue(), number, named.size());
        rate.ended(slide.getKey(), entry.path("state").asText().equals("extracted"));
        slides.set(slide.getKey(), entry);
        if (System.nanoTime() - recorded > BETWEEN_RECORDS) {
          write();
        }
      }
    } finally {
      write();
    }
    if (recordName.equals(RECORD)) {
      forgetShards();
    }
    gone(named);
    told.forEach((kind, count) -> {
      if (count > Problems.TOLD) {
        progress.note("and " + (count - Problems.TOLD)
            + (count - Problems.TOLD == 1
                ? " slide more "
                    + kind.replace("that are", "that is").replace("that were", "that was")
                : " slides more " + kind)
            + "; extraction.json has all of them");
      }
    });
    return outcome;
  }

  private boolean there(String name) {
    return Files.exists(target(name)) && FeatureFile.of(target(name)).settings().equals(settings);
  }

  private void write() {
    recorded = System.nanoTime();
    try {
      AtomicFiles.replace(
          directory.resolve(recordName),
          partial -> Files.writeString(partial, record.toPrettyString() + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** What shards have recorded is told by the record of all. */
  private void forgetShards() {
    try (var records = Files.newDirectoryStream(directory, "extraction-shard-*-of-*.json")) {
      for (Path each : records) {
        Files.delete(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Up to twenty sentences of a kind; the kind completes "20 slides more ...". */
  private void tell(String kind, String sentence) {
    if (told.merge(kind, 1, Integer::sum) <= Problems.TOLD) {
      progress.note(sentence);
    }
  }

  /** One slide; what is known of it afterwards. */
  private ObjectNode one(String name, Path file, int number, int count) {
    ObjectNode entry = MAPPER.createObjectNode().put("file", file.toString());
    Path target = target(name);
    ReplacedFeatures replaced = new ReplacedFeatures(directory, targets(name));
    String moved = "";
    try {
      if (!Files.isRegularFile(file)) {
        throw new DataException((Files.isDirectory(file)
                ? file + " is a folder, and a slide is a file"
                : Files.exists(file)
                    ? file + " is a device, a pipe or the like, and a slide is a file"
                    : "there is no file " + file)
            + (Files.exists(target) ? "; features of what was there are in " + target : ""));
      }
      if (!Files.isReadable(file)) {
        throw new DataException(file + " must not be read by this user");
      }
      Fingerprint fingerprint = Fingerprint.of(file);
      if (Files.exists(target)) {
        FeatureFile kept = FeatureFile.of(target);
        boolean same = fingerprint.is(kept.slide());
        boolean whole = targets(name).stream().allMatch(Files::exists);
        if (same && whole && kept.settings().equals(settings)) {
          outcome.before++;
          entry.setAll(kept.slide());
          return entry.put("file", file.toString()).put("state", "there already");
        }
        moved = "; features of what it was before are in " + replaced.keep();
        if (!same) {
          tell(
              "that were replaced",
              "slide " + name + ": " + file
                  + " is another file than the one its features were made of ("
                  + Fingerprint.words(kept.slide()) + ", and now " + fingerprint.words()
                  + "); they are made anew");
        }
      }
      SlideExtraction.Result result = extract(name, file, number, count);
      ObjectNode slide = MAPPER
          .createObjectNode()
          .put("file", file.toAbsolutePath().normalize().toString());
      fingerprint.write(slide);
      if (!fingerprint.still(file)) {
        throw new DataException(file + " changed while it was read; extract it when it is whole");
      }
      describe(slide, name, result);
      save(name, target, result, slide);
      replaced.forget();
      outcome.done++;
      entry.setAll(slide);
      return entry.put("file", file.toString()).put("state", "extracted");
    } catch (NoTissueException e) {
      outcome.empty.put(name, e.getMessage() + moved);
      tell("without tissue", "slide " + name + " gives no features: " + e.getMessage() + moved);
      return entry.put("state", "no tissue").put("reason", e.getMessage());
    } catch (DataException e) {
      return bad(entry, name, e.getMessage() + moved);
    } catch (IOException e) {
      return bad(entry, name, file + " cannot be read: " + why(e) + moved);
    }
  }

  private ObjectNode bad(ObjectNode entry, String name, String reason) {
    outcome.bad.put(name, reason);
    tell("that are left out", "slide " + name + " left out: " + reason);
    return entry.put("state", "left out").put("reason", reason);
  }

  /** A reader that fails on one slide, in whatever way, does not end the others. */
  private SlideExtraction.Result extract(String name, Path file, int number, int count)
      throws IOException {
    try {
      SlideFormat format = reader.apply(file);
      if (format == null) {
        throw new DataException(
            Files.size(file) == 0
                ? file + " is empty"
                : options.format().isEmpty()
                    ? file
                        + " is no slide that an installed format reads: it begins as none of them does; where OpenSlide is "
                        + "installed, more can be read"
                    : file + " is no slide that --format " + options.format()
                        + " reads; without it all installed formats are asked");
      }
      return new SlideExtraction(file, format, options, model, stain)
          .run(rate.listener(name, number, count));
    } catch (DataException | CancelledException | FaultsException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (OutOfMemoryError e) {
      throw new DataException(
          file + " needs more memory than Java has here, "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB; STROMA_JAVA_OPTS=-Xmx gives it more, and fewer --threads or a smaller --batch need less",
          e);
    } catch (RuntimeException e) {
      LOG.warn("{} cannot be extracted", file, e);
      throw new DataException(file + " cannot be extracted: " + why(e) + " (the log has more)", e);
    }
  }

  /** Readers do not always say why. */
  private static String why(Throwable e) {
    if (e.getMessage() != null && !e.getMessage().isBlank()) {
      return e.getMessage();
    }
    return e instanceof EOFException
        ? "its data end too early"
        : "what read it failed and did not say why (" + e.getClass().getSimpleName() + ")";
  }

  private void describe(ObjectNode slide, String name, SlideExtraction.Result result) {
    Patches patches = result.patches();
    slide.put("mpp", patches.scale().mpp()).put("magnification", patches.scale().magnification());
    slide.put("tissue", result.tissue().share());
    slide
        .put("patches", patches.places().size())
        .put("squares", patches.grid())
        .put("darkSquares", patches.darkGrid());
    slide.put("darkPatches", patches.dark());
    for (String note : patches.scale().notes()) {
      slide.withArray("notes").add(note);
      tell("whose magnification is told in two ways", "slide " + name + ": " + note);
    }
    if (patches.darkGrid() > 0) {
      String dark = DarkSquares.sentence(patches, options.leastBrightness());
      slide.withArray("notes").add(dark);
      tell("with dark squares", "slide " + name + ": " + dark);
    }
  }

  private void save(String name, Path target, SlideExtraction.Result result, ObjectNode slide) {
    try {
      result
          .thumbnail()
          .write(
              directory.resolve("thumbnails").resolve(name + ".png"),
              result.tissue(),
              result.patches());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the thumbnail of " + name + " cannot be written: " + e.getMessage(), e);
    }
    options.layout().writeOthers(directory, name, result.features());
    new FeatureFile(settings, slide)
        .write(target, result.features(), result.patches(), options, name, model.identity());
  }

  /** Tells of features whose slide is no longer there: an experiment would go on using them. */
  private void gone(Map<String, Path> named) {
    Path folder = target("any").getParent();
    List<Path> files;
    try (var all = Files.list(folder)) {
      files = all.filter(f -> f.getFileName().toString().endsWith(Layout.ENDING))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return; // no slide has features
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be listed: " + e.getMessage(), e);
    }
    for (Path file : files) {
      String full = file.getFileName().toString();
      String name = full.substring(0, full.length() - Layout.ENDING.length());
      String slide = named.containsKey(name)
          ? ""
          : FeatureFile.of(file).slide().path("file").asText();
      if (!slide.isEmpty() && !Files.exists(Path.of(slide))) {
        tell(
            "whose features are there without them",
            file + " holds features of a slide that is gone: " + slide
                + "; delete them if nothing should use them");
      }
    }
  }
}
