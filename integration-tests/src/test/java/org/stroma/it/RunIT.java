/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run on a simulated cohort, and what can be done with it. */
class RunIT {
  @TempDir
  private static Path folder;

  @BeforeAll
  static void trainOnce() throws Exception {
    SimulatedCohort.write(folder, 80);
    run("first");
  }

  private static Stroma.Result run(String out, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "experiment.json", "--out", out));
    arguments.addAll(List.of(more));
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(0, result.code(), result.toString());
    assertEquals(folder.toRealPath().resolve(out), Path.of(result.out().strip()).toRealPath());
    return result;
  }

  private static List<Map<String, String>> csv(String file) throws IOException {
    return Stroma.csv(folder.resolve(file));
  }

  @Test
  void theRunDirectoryHoldsWhatTheContractSays() throws Exception {
    JsonNode metrics = Stroma.json(folder.resolve("first/metrics.json"));
    assertEquals(2, metrics.path("folds").size());
    assertEquals(1, metrics.path("folds").path(1).path("fold").asInt());
    double first =
        metrics.path("folds").path(0).path("test").path("os").path("c_index").asDouble();
    double second =
        metrics.path("folds").path(1).path("test").path("os").path("c_index").asDouble();
    assertEquals(
        (first + second) / 2, metrics.path("mean").path("os").path("c_index").asDouble(), 1e-12);
    assertEquals(
        Math.abs(first - second) / Math.sqrt(2),
        metrics.path("std").path("os").path("c_index").asDouble(),
        1e-12);
    assertTrue(
        (first + second) / 2 > 0.58, "the planted signal is found: " + first + ", " + second);

    assertEquals(2 * 40, csv("first/history.csv").size());
    List<Map<String, String>> predictions = csv("first/predictions.csv");
    assertEquals(2 * 80, predictions.size());
    assertEquals(
        80,
        predictions.stream()
            .filter(r -> r.get("split").equals("test"))
            .map(r -> r.get("patient"))
            .distinct()
            .count());

    JsonNode experiment = Stroma.json(folder.resolve("first/experiment.json"));
    assertEquals(
        0.01,
        experiment.at("/training/optimizer/weightDecay").asDouble(),
        "defaults are written out");
    assertEquals("cosine", experiment.at("/training/schedule/type").asText());

    JsonNode provenance = Stroma.json(folder.resolve("first/provenance.json"));
    assertTrue(provenance.path("bundles").size() > 30);
    provenance
        .path("bundles")
        .forEach(b -> assertTrue(b.path("sha256").asText().matches("[0-9a-f]{64}"), b.toString()));
    assertEquals(3, provenance.path("data").size());
    provenance
        .path("data")
        .forEach(f -> assertTrue(f.path("sha256").asText().matches("[0-9a-f]{64}"), f.toString()));
    assertEquals(1, provenance.path("seed").asInt());
    assertTrue(provenance.path("tensorflow").asText().startsWith("2."));
    assertEquals("float32", provenance.path("precision").asText());
    assertTrue(
        Files.exists(folder.resolve("first/checkpoints/repeat-0-fold-1/model-1.safetensors")));
    assertTrue(Files.readString(folder.resolve("first/stroma.log")).contains("c_index"));
    CommandsIT.assertNoPartialFiles(folder.resolve("first"));
  }

  /** The concordance in metrics.json is that of the rows of predictions.csv. */
  @Test
  void metricsFollowFromPredictions() throws Exception {
    List<Map<String, String>> rows = csv("first/predictions.csv").stream()
        .filter(r -> r.get("split").equals("test") && r.get("fold").equals("0"))
        .toList();
    double pairs = 0;
    double right = 0;
    for (Map<String, String> i : rows) {
      for (Map<String, String> j : rows) {
        double ti = Double.parseDouble(i.get("os.time"));
        double tj = Double.parseDouble(j.get("os.time"));
        if (i.get("os.event").equals("1")
            && (ti < tj || ti == tj && j.get("os.event").equals("0"))) {
          pairs++;
          int order = Double.compare(
              Double.parseDouble(i.get("os.risk")), Double.parseDouble(j.get("os.risk")));
          right += order > 0 ? 1 : order == 0 ? 0.5 : 0;
        }
      }
    }
    double reported = Stroma.json(folder.resolve("first/metrics.json"))
        .at("/folds/0/test/os/c_index")
        .asDouble();
    assertEquals(right / pairs, reported, 1e-12, "the file has all the digits");
  }

  /** Each fold's risks have an origin of their own; less the mean of its training patients they can be pooled. */
  @Test
  void risksAreCentredOnTheTrainingPatients() throws Exception {
    for (String fold : List.of("0", "1")) {
      assertEquals(
          0,
          csv("first/predictions.csv").stream()
              .filter(r -> r.get("split").equals("train") && r.get("fold").equals(fold))
              .mapToDouble(r -> Double.parseDouble(r.get("os.risk")))
              .average()
              .orElseThrow(),
          1e-9);
    }
  }

  /** A patient of the run is predicted by the models that did not see them: what the run itself says of them. */
  @Test
  void patientsOfTheRunArePredictedOutOfFold() throws Exception {
    Map<String, String> tested = new HashMap<>();
    csv("first/predictions.csv").stream()
        .filter(r -> r.get("split").equals("test"))
        .forEach(r -> tested.put(r.get("patient"), r.get("os.risk")));
    Stroma.Result result =
        Stroma.run(folder, "predict", "first", "patients.csv", "--out", "oof.csv");
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.err().contains("of the 80 patients 80 are among the run's"), result.err());
    for (Map<String, String> row : csv("oof.csv")) {
      assertEquals(
          Double.parseDouble(tested.get(row.get("patient"))),
          Double.parseDouble(row.get("os.risk")),
          1e-6);
    }
  }

  @Test
  void predictionsGoNowhereElse() throws Exception {
    String metrics = Files.readString(folder.resolve("first/metrics.json"));
    Files.createSymbolicLink(folder.resolve("link.csv"), folder.resolve("first/metrics.json"));
    for (String out : List.of(
        "/dev/null",
        "link.csv",
        "first/metrics.json",
        "patients.csv",
        "a.csv",
        "experiment.json")) {
      Stroma.Result result = Stroma.run(folder, "predict", "first", "patients.csv", "--out", out);
      assertEquals(2, result.code(), result.toString());
      assertTrue(result.err().contains("--out " + out), result.err());
    }
    assertEquals(metrics, Files.readString(folder.resolve("first/metrics.json")));
  }

  /** One damaged number in a file of weights or in what a transform learned is a plausible other prediction. */
  @Test
  void damagedCheckpointsAreRefused() throws Exception {
    for (String file : List.of("model-1.safetensors", "preparation.json")) {
      Path path = folder.resolve("first/checkpoints/repeat-0-fold-1/" + file);
      byte[] whole = Files.readAllBytes(path);
      byte[] damaged = whole.clone();
      damaged[whole.length - 40] ^= 1;
      Files.write(path, damaged);
      try {
        Stroma.Result result =
            Stroma.run(folder, "predict", "first", "patients.csv", "--out", "damaged.csv");
        assertEquals(3, result.code(), result.toString());
        assertTrue(
            result.err().contains("repeat-0-fold-1/" + file + " is not what the run wrote"),
            result.err());
        assertTrue(Files.notExists(folder.resolve("damaged.csv")));
      } finally {
        Files.write(path, whole);
      }
    }
    Path experiment = folder.resolve("first/experiment.json");
    String whole = Files.readString(experiment);
    Files.writeString(experiment, whole.replaceFirst("\"seed\" : 1\\b", "\"seed\" : 3"));
    try {
      Stroma.Result result =
          Stroma.run(folder, "predict", "first", "patients.csv", "--out", "damaged.csv");
      assertEquals(3, result.code(), result.toString());
      assertTrue(
          result.err().contains("first/experiment.json was changed since the run"), result.err());
    } finally {
      Files.writeString(experiment, whole);
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherDoesNot() throws Exception {
    run("again");
    String first = Files.readString(folder.resolve("first/predictions.csv"));
    assertEquals(first, Files.readString(folder.resolve("again/predictions.csv")));
    run("other", "--set", "seed=2");
    assertNotEquals(first, Files.readString(folder.resolve("other/predictions.csv")));
  }

  /** Of three modalities each one's vector goes into six projections, so that its gradient is a sum of as many. */
  @Test
  void theSameSeedGivesTheSameNumbersWhereModalitiesAttendToEachOther() throws Exception {
    String note =
        """
        modalities.note={"reader": {"type": "text-column", "column": "note"}, "tokenizer": {"type": "word"},
                         "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2}}
        """;
    List<String> found = new ArrayList<>();
    for (String out : List.of("three", "three-again")) {
      run(out, "--set", note, "--set", "training.epochs=5");
      assertTrue(Stroma.json(folder.resolve(out).resolve("experiment.json"))
          .path("modalities")
          .has("note"));
      found.add(Files.readString(folder.resolve(out).resolve("predictions.csv")));
    }
    assertEquals(found.get(0), found.get(1));
  }

  /** Fault 2, whole: a patient's prediction is the same alone and among others who lack other things. */
  @Test
  void aPatientIsPredictedTheSameInAnyCompany() throws Exception {
    Path all = folder.resolve("all.csv");
    assertEquals(
        0,
        Stroma.run(folder, "predict", "first", "patients.csv", "--out", all.toString())
            .code());
    Map<String, String> risks = new HashMap<>();
    csv("all.csv").forEach(row -> risks.put(row.get("patient"), row.get("os.risk")));
    assertEquals(80, risks.size());
    List<String> lines = Files.readAllLines(folder.resolve("patients.csv"));
    for (int i : new int[] {1, 2, 3}) { // with both modalities, without a, without b
      Files.write(folder.resolve("one.csv"), List.of("id", lines.get(i).split(",")[0]));
      Stroma.Result result =
          Stroma.run(folder, "predict", "first", "one.csv", "--out", "one-risk.csv");
      assertEquals(0, result.code(), result.toString());
      Map<String, String> row = csv("one-risk.csv").get(0);
      assertEquals(
          Double.parseDouble(risks.get(row.get("patient"))),
          Double.parseDouble(row.get("os.risk")),
          1e-5);
    }
  }

  @Test
  void classesAreLearnedFromTextAndColumns() throws Exception {
    String experiment =
        """
        {
          "cohort": {"table": "patients.csv", "id": "id", "targets": {"grade": {"kind": "class", "column": "grade"}}},
          "modalities": {
            "note": {"reader": {"type": "text-column", "column": "note"}, "tokenizer": {"type": "word"},
                     "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2}},
            "days": {"reader": {"type": "table-columns", "numeric": ["days"]}, "transforms": [{"type": "zscore"}],
                     "encoder": {"type": "genomic-mlp", "hidden1": 0, "hidden2": 0}}
          },
          "model": {"embedDim": 16, "fusion": {"type": "concat"},
                    "heads": {"grade": {"type": "classification", "target": "grade"}}},
          "losses": [{"type": "cross-entropy", "head": "grade", "labelSmoothing": 0.1}],
          "training": {"epochs": 25, "batchSize": 16, "optimizer": {"type": "adamw", "learningRate": 0.01}},
          "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "grade"}}
        }
        """;
    Files.writeString(folder.resolve("classes.json"), experiment);
    Stroma.Result result = Stroma.run(folder, "run", "classes.json", "--out", "classes");
    assertEquals(0, result.code(), result.toString());
    // the note tells the grade
    assertTrue(Stroma.json(folder.resolve("classes/metrics.json"))
            .at("/mean/grade/accuracy")
            .asDouble()
        > 0.9);
    assertTrue(csv("classes/predictions.csv").get(0).containsKey("grade.probability.low"));
    Stroma.Result predicted =
        Stroma.run(folder, "predict", "classes", "patients.csv", "--out", "grades.csv");
    assertEquals(0, predicted.code(), predicted.toString());
    for (Map<String, String> row : csv("grades.csv")) {
      double sum = Double.parseDouble(row.get("grade.probability.high"))
          + Double.parseDouble(row.get("grade.probability.low"));
      assertEquals(1, sum, 1e-5);
    }
  }

  /** The sample that is shipped: all 92 patients, whatever they lack. */
  @Test
  void theSampleOnRealDataIsValid() throws Exception {
    Stroma.Result result = Stroma.run(
        folder, "validate", Stroma.SAMPLES.resolve("tcga-acc/survival.json").toString());
    assertEquals(0, result.code(), result.toString());
    assertTrue(
        result.out().contains("92 patients") && result.out().contains("protein 46"), result.out());
    assertTrue(result.err().contains("target os: 92 patients, 34 with an event"), result.err());
    assertTrue(Files.notExists(folder.resolve("runs")));
  }
}
