/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From noise comes noise, by every way to a number: targets here have nothing to do with the features. */
class LeakageIT {
  private static final int PATIENTS = 90;
  private static final int FEATURES = 120;

  @TempDir
  private Path folder;

  private final List<String> features = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();

  @BeforeEach
  void noise() throws Exception {
    Random random = new Random(3);
    StringBuilder x = new StringBuilder("id");
    for (int j = 0; j < FEATURES; j++) {
      x.append(",g").append(j);
    }
    StringBuilder y = new StringBuilder("id,days,event\n");
    x.append('\n');
    for (int i = 0; i < PATIENTS; i++) {
      StringBuilder row = new StringBuilder();
      for (int j = 0; j < FEATURES; j++) {
        row.append(String.format(Locale.ROOT, ",%.4f", random.nextGaussian()));
      }
      features.add(row.toString());
      targets.add(String.format(
          Locale.ROOT,
          ",%.1f,%d",
          1 - 500 * Math.log(1 - random.nextDouble()),
          random.nextInt(10) < 7 ? 1 : 0));
      x.append(id(i)).append(features.get(i)).append('\n');
      y.append(id(i)).append(targets.get(i)).append('\n');
    }
    Files.writeString(folder.resolve("x.csv"), x);
    Files.writeString(folder.resolve("y.csv"), y);
    Files.writeString(
        folder.resolve("e.json"),
        """
        {"name": "noise", "seed": 5,
         "cohort": {"table": "y.csv", "id": "id", "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
         "modalities": {"rna": {"reader": {"type": "csv-matrix", "path": "x.csv"}, "transforms": [{"type": "zscore"}],
                                "encoder": {"type": "genomic-mlp", "hidden1": 32, "hidden2": 0}}},
         "model": {"embedDim": 16, "fusion": {"type": "concat"}, "heads": {"os": {"type": "survival", "target": "os"}}},
         "losses": [{"type": "cox", "head": "os"}],
         "training": {"epochs": 30, "batchSize": 128, "optimizer": {"type": "adamw", "learningRate": 0.003}},
         "evaluation": {"split": {"type": "k-fold", "folds": 3, "stratify": "os.event"}}}
        """);
  }

  private static String id(int i) {
    return String.format(Locale.ROOT, "TCGA-AB-%04d", i);
  }

  private Stroma.Result stroma(int code, String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(code, result.code(), result.toString());
    return result;
  }

  private static void isChance(double concordance, String what) {
    // 90 patients, 63 events: a standard error of about 0.04
    assertTrue(concordance > 0.35 && concordance < 0.65, what + ": " + concordance);
  }

  @Test
  void noiseStaysNoise() throws Exception {
    stroma(0, "run", "e.json", "--out", "a");
    JsonNode a = Stroma.json(folder.resolve("a/metrics.json"));
    isChance(a.at("/mean/os/c_index").asDouble(), "folds");
    assertTrue(
        a.at("/folds/0/train/os/c_index").asDouble() > 0.85,
        "the model does learn its training patients by heart");

    stroma(
        0, "run", "e.json", "--out", "b", "--set", "initialize={\"from\":\"a\",\"freeze\":true}");
    isChance(
        Stroma.json(folder.resolve("b/metrics.json")).at("/mean/os/c_index").asDouble(),
        "initialize");
    // folds of another seed: no model of a knows none of their test patients
    Stroma.Result other = stroma(
        2,
        "run",
        "e.json",
        "--out",
        "c",
        "--set",
        "seed=6",
        "--set",
        "initialize={\"from\":\"a\"}");
    assertTrue(
        other.err().contains("/initialize/from")
            && other.err().contains("that fold 0 tests (TCGA-AB-"),
        other.err());
    // b started from a: what a knew, b knows
    stroma(
        2,
        "run",
        "e.json",
        "--out",
        "c",
        "--set",
        "seed=7",
        "--set",
        "initialize={\"from\":\"b\"}");

    JsonNode evaluated =
        new ObjectMapper().readTree(stroma(0, "evaluate", "a", "y.csv").out());
    isChance(evaluated.at("/os/c_index").asDouble(), "evaluate");
    assertEquals(PATIENTS, evaluated.at("/patients/predicted_out_of_fold").asInt());
    // the same patients by the barcodes of their samples
    Files.createDirectories(folder.resolve("samples"));
    for (String file : List.of("x.csv", "y.csv")) {
      Files.writeString(
          folder.resolve("samples/" + file),
          Files.readString(folder.resolve(file)).replaceAll("(TCGA-AB-\\d{4})", "$1-01A"));
    }
    isChance(
        new ObjectMapper()
            .readTree(stroma(0, "evaluate", "a", "samples/y.csv").out())
            .at("/os/c_index")
            .asDouble(),
        "barcodes");

    // one model, which saw them all
    Files.writeString(
        folder.resolve("z.csv"),
        Files.readString(folder.resolve("y.csv"))
            .replace("event\n", "event,split\n")
            .replaceAll("(AB-00[0-5]\\d,.*)", "$1,train")
            .replaceAll("(AB-00[6-8]\\d,.*)", "$1,test"));
    stroma(
        0,
        "run",
        "e.json",
        "--out",
        "one",
        "--set",
        "cohort.table=z.csv",
        "--set",
        "evaluation.split={\"type\":\"column\"}");
    Stroma.Result seen = stroma(2, "evaluate", "one", "y.csv");
    assertTrue(
        seen.err().contains("trained with the targets of 60 of the 90 patients")
            && seen.err().contains("--training-patients"),
        seen.err());
    stroma(2, "predict", "one", "y.csv", "--out", "p.csv");
    JsonNode all = new ObjectMapper()
        .readTree(stroma(0, "evaluate", "one", "y.csv", "--training-patients").out());
    assertEquals(60, all.at("/patients/trained_with_by_every_model").asInt());
  }

  @Test
  void onePatientUnderTwoNamesIsRefused() throws Exception {
    StringBuilder x = new StringBuilder(Files.readString(folder.resolve("x.csv")));
    StringBuilder y = new StringBuilder(Files.readString(folder.resolve("y.csv")));
    x.append(id(7)).append("-01").append(features.get(7)).append('\n');
    y.append(id(7)).append("-01").append(targets.get(7)).append('\n');
    Files.writeString(folder.resolve("x.csv"), x);
    Files.writeString(folder.resolve("y.csv"), y);
    Stroma.Result twin = stroma(3, "run", "e.json", "--out", "a");
    assertTrue(twin.err().contains("TCGA-AB-0007 and TCGA-AB-0007-01"), twin.err());
    Files.writeString(folder.resolve("x.csv"), x.toString().replace("0007-01", "9999"));
    Files.writeString(folder.resolve("y.csv"), y.toString().replace("0007-01", "9999"));
    Stroma.Result copy = stroma(3, "validate", "e.json");
    assertTrue(
        copy.err().contains("patients TCGA-AB-0007 and TCGA-AB-9999 have the same numbers"),
        copy.err());
    Stroma.Result allowed =
        stroma(0, "validate", "e.json", "--set", "cohort.allow=[\"identical-data\"]");
    assertTrue(allowed.err().contains("which /cohort/allow permits"), allowed.err());
    stroma(
        0,
        "run",
        "e.json",
        "--out",
        "a",
        "--set",
        "training.epochs=1",
        "--set",
        "cohort.allow={\"identical-data\":\"they are twins\"}");
    JsonNode told = Stroma.json(folder.resolve("a/metrics.json")).path("allowed");
    assertEquals(1, told.size(), told.toString());
    assertEquals("identical-data", told.at("/0/permission").asText());
    assertEquals("they are twins", told.at("/0/reason").asText());
    assertTrue(
        told.at("/0/findings/0").asText().contains("TCGA-AB-0007 and TCGA-AB-9999"),
        told.toString());
    // zeros and blanks make no other patient
    for (String spelling : List.of("TCGA AB 0007", "tcga-ab-0007")) {
      Files.writeString(folder.resolve("x.csv"), x.toString().replace(id(7) + "-01", spelling));
      Files.writeString(folder.resolve("y.csv"), y.toString().replace(id(7) + "-01", spelling));
      Stroma.Result spelled = stroma(3, "validate", "e.json");
      assertTrue(spelled.err().contains("TCGA-AB-0007 and " + spelling), spelled.err());
    }
  }
}
