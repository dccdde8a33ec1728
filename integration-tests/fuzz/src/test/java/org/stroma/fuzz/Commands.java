/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What is read by commands: experiments with all that they name, and the directories of runs. */
final class Commands implements AutoCloseable {
  static final Path HOME =
      Path.of(System.getProperty("fuzz.distribution", "../../runtime/target/stroma"));

  private static final String EXPERIMENT =
      """
      {
        // an experiment of each kind of reader
        "name": "fuzz", "seed": 1,
        "cohort": {"table": "patients.csv", "id": "id", "allow": {"identical-data": "copies"},
                   "targets": {"os": {"kind": "survival", "time": "days", "event": "event"},
                               "grade": {"kind": "class", "column": "grade"}}},
        "modalities": {
          "a": {"reader": {"type": "csv-matrix", "path": "a.csv"}, "transforms": [{"type": "log1p"}, {"type": "top-variance", "count": 2}, {"type": "zscore"}],
                "encoder": {"type": "genomic-mlp", "hidden1": 4, "hidden2": 0}},
          "note": {"reader": {"type": "text-column", "column": "note"}, "tokenizer": {"type": "wordpiece", "vocabulary": "vocab.txt"},
                "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2}},
          "wsi": {"reader": {"type": "hdf5-patches", "path": "{slide}.h5", "absentFiles": true}, "encoder": {"type": "abmil"}}
        },
        "model": {"embedDim": 8, "fusion": {"type": "mean"},
                  "heads": {"os": {"type": "survival", "target": "os", "hidden": 4}, "grade": {"type": "classification", "target": "grade"}}},
        "losses": [{"type": "cox", "head": "os"}, {"type": "cross-entropy", "head": "grade", "weight": 0.5}],
        "training": {"epochs": 1, "batchSize": 32, "ensemble": 1, "optimizer": {"type": "adamw", "learningRate": 0.01}, "schedule": {"type": "cosine"}},
        "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "os.event"}, "repeats": 1, "baselines": [], "intervals": {"resamples": 100}},
      }
      """;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path folder;
  private final Distribution distribution;
  private final Sample experiment;
  private Sample run;

  /** @param folder for what the commands write */
  Commands(Path folder) throws Exception {
    this.folder = folder.toAbsolutePath();
    Sample.delete(this.folder);
    Files.createDirectories(this.folder);
    distribution = new Distribution(HOME.toAbsolutePath(), this.folder);
    experiment = experiment();
  }

  private static Sample experiment() throws IOException {
    Random random = new Random(3);
    StringBuilder patients = new StringBuilder("id,days,event,grade,note,slide\n");
    StringBuilder genes = new StringBuilder("id,a1,a2,a3\n");
    for (int i = 0; i < 24; i++) {
      patients.append(String.format(
          Locale.ROOT,
          "s%d,%.1f,%d,%s,%s,%s%n",
          i,
          1 + 900 * random.nextDouble(),
          i % 3 > 0 ? 1 : 0,
          i % 2 > 0 ? "high" : "low",
          i % 5 > 0 ? "a large tumour" : "",
          i < 3 ? "slide" + i : ""));
      genes.append(String.format(
          Locale.ROOT,
          "s%d,%.3f,%.3f,%.3f%n",
          i,
          random.nextDouble() * 900,
          random.nextDouble() * 900,
          random.nextDouble()));
    }
    Sample sample = Sample.of("experiment.json", EXPERIMENT)
        .with("patients.csv", patients.toString())
        .with("a.csv", genes.toString())
        .with("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nlarge\ntum\n##our\n");
    Path arrays = Readings.resources("org.stroma.data.arrays").resolve("arrays");
    for (int i = 0; i < 3; i++) {
      String name = List.of("coordinates.h5", "stamp.h5", "coordinates.h5").get(i);
      sample = sample.with("slide" + i + ".h5", Files.readAllBytes(arrays.resolve(name)));
    }
    return sample;
  }

  /** The directory of a run of the experiment, made once. */
  private Sample run() throws Exception {
    if (run == null) {
      Path place = folder.resolve("study");
      experiment.write(place, new Sample(Map.of()));
      distribution.run("run", "study/experiment.json", "--out", "study-run");
      distribution.run("stress", "--no-training", "--no-baselines", "--draws=1", "study-run");
      run = Sample.read(folder.resolve("study-run"));
    }
    return run;
  }

  /** A command over a folder of a sample's files. */
  private record Command(
      String name,
      int share,
      Corpus corpuses,
      Predicate<String> changing,
      boolean checksums,
      Readings.Body body)
      implements Reading {
    @Override
    public List<Sample> corpus() throws IOException {
      try {
        return corpuses.get();
      } catch (IOException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    /** Commands look at all installed parts again and again. */
    @Override
    public long mostBytes() {
      return 1L << 30;
    }

    @Override
    public boolean changes(String file) {
      return changing.test(file);
    }

    @Override
    public void read(Path folder) throws Exception {
      body.read(folder);
    }

    @Override
    public Sample mended(Sample changed) {
      return checksums ? Commands.mended(changed) : changed;
    }
  }

  private interface Corpus {
    List<Sample> get() throws Exception;
  }

  List<Reading> readings() {
    Predicate<String> all =
        file -> !file.startsWith("tensorboard/") && !file.matches(".*\\.(log|html|md|safetensors)");
    Predicate<String> kept =
        file -> file.startsWith("checkpoints/") || file.equals("experiment.json");
    Corpus runs = () -> List.of(run());
    return List.of(
        new Command(
            "experiment",
            40,
            () -> List.of(experiment),
            file -> file.endsWith(".json"),
            false,
            f -> distribution.run("validate", f.resolve("experiment.json").toString())),
        new Command(
            "data",
            8,
            () -> List.of(experiment),
            file -> !file.endsWith(".json"),
            false,
            f -> distribution.run("validate", f.resolve("experiment.json").toString())),
        new Command("report", 8, runs, all, false, f -> distribution.run("report", f.toString())),
        new Command(
            "compare",
            4,
            runs,
            all,
            false,
            f -> distribution.run("compare", "--resamples=100", f.toString(), "study-run")),
        new Command(
            "audit",
            4,
            runs,
            all,
            false,
            f -> distribution.run("audit", "--data=study", f.toString())),
        new Command(
            "evaluate",
            4,
            runs,
            kept,
            true,
            f -> distribution.run(
                "evaluate", "--training-patients", f.toString(), "study/patients.csv")),
        new Command("predict", 2, runs, kept, true, f -> {
          Files.deleteIfExists(folder.resolve("predicted.csv"));
          distribution.run(
              "predict",
              "--training-patients",
              "--out=predicted.csv",
              f.toString(),
              "study/patients.csv");
        }));
  }

  /** Checksums of checkpoints that are right again: who changes weights on purpose would see to it, too. */
  private static Sample mended(Sample changed) {
    Map<String, byte[]> files = new TreeMap<>(changed.files());
    String experiment = sum(files.getOrDefault("experiment.json", new byte[0]));
    Map<String, StringBuilder> sums = new TreeMap<>();
    for (String name : List.copyOf(files.keySet())) {
      if (!name.startsWith("checkpoints/") || name.endsWith("SHA256SUMS")) {
        continue;
      }
      if (name.endsWith("preparation.json")) {
        try {
          if (MAPPER.readTree(files.get(name)) instanceof ObjectNode json
              && json.get("run") instanceof ObjectNode tie) {
            tie.put("experiment_sha256", experiment);
            files.put(name, MAPPER.writeValueAsBytes(json));
          }
        } catch (IOException e) {
          continue; // it stays as it is
        }
      }
      int slash = name.lastIndexOf('/');
      sums.computeIfAbsent(name.substring(0, slash), f -> new StringBuilder())
          .append(sum(files.get(name)))
          .append("  ")
          .append(name.substring(slash + 1))
          .append('\n');
    }
    sums.forEach((place, text) ->
        files.put(place + "/SHA256SUMS", text.toString().getBytes(StandardCharsets.UTF_8)));
    return new Sample(files);
  }

  private static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws Exception {
    distribution.close();
    Sample.delete(folder);
  }
}
