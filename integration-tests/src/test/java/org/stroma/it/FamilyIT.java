/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every part of the model family from an experiment file, on simulated cohorts. */
class FamilyIT {
  private static final String PATCHES =
      """
      "reader": {"type": "npy-patches", "path": "patches/{slide}.npy", "coordinates": "patches/{slide}.coordinates.npy",
                 "labels": "patches/{slide}.labels.npy"}
      """;

  private static final String GENES =
      """
      "genes": {%s"reader": {"type": "csv-matrix", "path": "genes.csv"}, "transforms": [{"type": "zscore"}],
                "encoder": {"type": "genomic-mlp", "hidden1": 16, "hidden2": 0}}
      """;

  @TempDir
  private static Path folder;

  @BeforeAll
  static void simulate() throws Exception {
    for (String visits : List.of("1", "3")) {
      Stroma.Result result = Stroma.run(
          folder,
          "simulate",
          "--out",
          "visits" + visits,
          "--patients",
          "40",
          "--visits",
          visits,
          "--patches",
          "12",
          "--patch-width",
          "8",
          "--genes",
          "10");
      assertEquals(0, result.code(), result.toString());
    }
  }

  private static String experiment(
      String visits,
      String modalities,
      String fusion,
      String temporal,
      String heads,
      String losses,
      String training) {
    return """
        {"seed": 3,
         "cohort": {"table": "cohort.csv", "id": "patient_id",%s
                    "targets": {"os": {"kind": "survival", "time": "time_days", "event": "event"},
                                "outcome": {"kind": "class", "column": "outcome"},
                                "marker": {"kind": "number", "column": "marker"},
                                "tissue": {"kind": "patches", "modality": "patches", "classes": ["none", "tumour"]}}},
         "modalities": {%s},
         "model": {"embedDim": 16, "fusion": %s,%s "heads": {%s}},
         "losses": [%s],
         "training": {"epochs": 2, "optimizer": {"type": "adamw", "learningRate": 0.003}, %s},
         "evaluation": {"split": {"folds": 2, "stratify": "os.event"}}}
        """
        .formatted(visits, modalities, fusion, temporal, heads, losses, training);
  }

  private static JsonNode run(String cohort, String name, String experiment) throws Exception {
    Files.writeString(folder.resolve(cohort + "/" + name + ".json"), experiment);
    Stroma.Result result = Stroma.run(folder, "run", cohort + "/" + name + ".json", "--out", name);
    assertEquals(0, result.code(), result.toString());
    return Stroma.json(folder.resolve(name + "/metrics.json")).path("mean");
  }

  @Test
  void everyEncoderWithEveryHeadAndLossAtOnce() throws Exception {
    StringBuilder modalities = new StringBuilder(GENES.formatted(""));
    for (String type : List.of("abmil", "clam", "dsmil", "mean-pool", "max-pool", "transmil")) {
      modalities
          .append(",\"")
          .append(type)
          .append("\": {")
          .append(PATCHES)
          .append(", \"encoder\": {\"type\": \"")
          .append(type)
          .append(type.equals("transmil") ? "\", \"heads\": 2}}" : "\"}}");
    }
    modalities
        .append(",\"patches\": {")
        .append(PATCHES)
        .append(", \"encoder\": {\"type\": \"wsi-transformer\", \"layers\": 1, \"heads\": 2}}");
    JsonNode mean = run(
        "visits1",
        "family",
        experiment(
            "",
            modalities.toString(),
            "{\"type\": \"gated\"}",
            "",
            """
            "os": {"type": "survival", "target": "os", "bins": 4}, "outcome": {"type": "classification", "target": "outcome"},
            "marker": {"type": "regression", "target": "marker"}, "tissue": {"type": "segmentation", "target": "tissue"}
            """,
            """
            {"type": "discrete-time-nll", "head": "os"}, {"type": "ranking", "head": "os", "weight": 0.2},
            {"type": "cross-entropy", "head": "outcome", "balance": true}, {"type": "focal", "head": "outcome"},
            {"type": "clam-instance", "head": "outcome", "weight": 0.3},
            {"type": "mse", "head": "marker"}, {"type": "huber", "head": "marker"},
            {"type": "mae", "head": "marker"}, {"type": "log-cosh", "head": "marker"},
            {"type": "kl", "head": "outcome"}, {"type": "cosine", "head": "outcome"},
            {"type": "dice", "head": "tissue"}, {"type": "cross-entropy", "head": "tissue"}
            """,
            "\"lossWeights\": \"uncertainty\""));
    assertTrue(
        mean.at("/os/c_index").isNumber() && mean.at("/outcome/auc").isNumber(), mean.toString());
    assertTrue(mean.at("/marker/mae").asDouble() < 100, "in the unit of the table: " + mean);
    assertTrue(
        mean.at("/tissue/dice").asDouble() > 0
            && mean.at("/tissue/patch_accuracy").asDouble() > 0.5,
        mean.toString());

    Stroma.Result predicted = Stroma.run(
        folder,
        "predict",
        "family",
        "visits1/cohort.csv",
        "--out",
        "p.csv",
        "--details",
        "details");
    assertEquals(0, predicted.code(), predicted.toString());
    String header = Files.readAllLines(folder.resolve("p.csv")).get(0);
    assertEquals(
        "patient,marker.value,os.risk,os.survival.97,os.survival.350,os.survival.1200,"
            + "outcome.probability.good,outcome.probability.poor,outcome.predicted",
        header);
    for (String kind : List.of(
        "attention/abmil",
        "attention/transmil",
        "attention/clam",
        "attention/dsmil",
        "segmentation/tissue")) {
      try (var files = Files.list(folder.resolve("details/" + kind))) {
        assertTrue(files.anyMatch(f -> f.toString().endsWith(".geojson")), kind);
      }
    }
    Stroma.Result evaluated = Stroma.run(folder, "evaluate", "family", "visits1/cohort.csv");
    assertEquals(0, evaluated.code(), evaluated.toString());
    assertTrue(
        evaluated.out().contains("c_index") && evaluated.out().contains("dice"), evaluated.out());
  }

  private static final String BY_VISIT = " \"visit\": {\"id\": \"visit_id\", \"days\": \"days\"},";

  @Test
  void visitsWithTemporalAttentionAndLateFusion() throws Exception {
    String modalities = GENES.formatted("\"per\": \"patient\", ") + ",\"patches\": {" + PATCHES
        + ", \"encoder\": {\"type\": \"abmil\"}}";
    for (String fusion : List.of("late", "gated")) {
      JsonNode mean = run(
          "visits3",
          fusion,
          experiment(
              BY_VISIT,
              modalities,
              "{\"type\": \"" + fusion + "\"}",
              " \"temporal\": {\"type\": \"temporal-attention\", \"heads\": 2, \"layers\": 1},",
              "\"os\": {\"type\": \"survival\", \"target\": \"os\"}, \"tissue\": {\"type\": \"segmentation\", \"target\": \"tissue\"}",
              "{\"type\": \"cox\", \"head\": \"os\"}, {\"type\": \"cross-entropy\", \"head\": \"tissue\"}",
              "\"batchSize\": 8"));
      assertTrue(mean.at("/os/c_index").isNumber(), mean.toString());
    }
    Stroma.Result predicted = Stroma.run(
        folder, "predict", "gated", "visits3/cohort.csv", "--out", "v.csv", "--details", "visits");
    assertEquals(0, predicted.code(), predicted.toString());
    try (var files = Files.list(folder.resolve("visits/progression"))) {
      assertTrue(files.findAny().isPresent());
    }
  }

  /** Bags one at a time: the risk set is remembered. */
  @Test
  void tokensAttendAndCoxTrainsAtBatchSizeOne() throws Exception {
    String modalities =
        GENES.formatted("") + ",\"patches\": {" + PATCHES + ", \"encoder\": {\"type\": \"abmil\"}}";
    String experiment = experiment(
        "",
        modalities,
        "{\"type\": \"cross-modal-attention\", \"level\": \"tokens\", \"heads\": 2}",
        "",
        "\"os\": {\"type\": \"survival\", \"target\": \"os\"}",
        "{\"type\": \"cox\", \"head\": \"os\", \"riskSet\": \"memory\"}",
        "\"batchSize\": 1");
    JsonNode mean = run("visits1", "tokens", experiment);
    assertTrue(mean.at("/os/c_index").isNumber(), mean.toString());
    String history = Files.readString(folder.resolve("tokens/history.csv"));
    assertTrue(
        history.lines().skip(1).allMatch(l -> Double.parseDouble(l.split(",")[4]) > 0), history);
  }
}
