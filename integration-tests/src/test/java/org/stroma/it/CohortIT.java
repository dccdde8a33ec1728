/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cohorts with visits, manifests, fixed and grouped splits, as a user runs them; the data are simulated. */
class CohortIT {
  private static final int PATIENTS = 60;

  @TempDir
  private Path folder;

  /** One to three visits; the marker of the last one tells the hazard, that of earlier ones is noise. */
  @BeforeEach
  void write() throws IOException {
    Random random = new Random(7);
    StringBuilder visits = new StringBuilder("visit_id,id,date,days,event,site,side,marker,sex\n");
    StringBuilder genes = new StringBuilder("id,g1,g2\n");
    for (int i = 0; i < PATIENTS; i++) {
      int count = 1 + random.nextInt(3);
      double last = random.nextGaussian();
      double days = 1 + 1000 * -Math.log(1 - random.nextDouble()) * Math.exp(-1.5 * last);
      String same = String.format(
          Locale.ROOT,
          "%.1f,%d,S%d,%s",
          days,
          random.nextInt(10) < 8 ? 1 : 0,
          i % 7,
          i % 4 == 0 ? "test" : i % 4 == 1 ? "val" : "train");
      List<String> rows = new ArrayList<>();
      for (int v = 0; v < count; v++) {
        rows.add(String.format(
            Locale.ROOT,
            "p%d-%d,p%d,2020-0%d-01,%s,%.4f,%d%n",
            i,
            v,
            i,
            1 + 2 * v,
            same,
            v == count - 1 ? last : 3 * random.nextGaussian(),
            i % 2));
      }
      java.util.Collections.reverse(rows); // the order of the file is not that of time
      rows.forEach(visits::append);
      genes.append(String.format(
          Locale.ROOT, "p%d,%.4f,%.4f%n", i, random.nextGaussian(), random.nextGaussian()));
    }
    Files.writeString(folder.resolve("visits.csv"), visits);
    Files.writeString(folder.resolve("genes.csv"), genes);
    Files.writeString(
        folder.resolve("experiment.json"),
        """
        {
          "seed": 1,
          "cohort": {"table": "visits.csv", "id": "id", "visit": {"id": "visit_id", "date": "date"},
                     "targets": {"os": {"kind": "survival", "time": "days", "event": "event"}}},
          "modalities": {
            "marker": {"reader": {"type": "table-columns", "numeric": ["marker"]}, "transforms": [{"type": "zscore"}],
                       "encoder": {"type": "genomic-mlp", "hidden1": 8, "hidden2": 0}},
            "genes": {"per": "patient", "reader": {"type": "csv-matrix", "path": "genes.csv"},
                      "transforms": [{"type": "zscore"}],
                      "encoder": {"type": "genomic-mlp", "hidden1": 8, "hidden2": 0, "inputDropout": 0.5}}
          },
          "model": {"embedDim": 8, "fusion": {"type": "concat"}, "temporal": {"type": "pool", "mode": "last"},
                    "heads": {"os": {"type": "survival", "target": "os", "hidden": 8}}},
          "losses": [{"type": "cox", "head": "os"}],
          "training": {"epochs": 40, "batchSize": 64, "optimizer": {"type": "adamw", "learningRate": 0.01}},
          "evaluation": {"split": {"type": "k-fold", "folds": 3, "stratify": "os.event", "group": "site"}}
        }
        """);
  }

  private JsonNode run(String out, String... sets) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "experiment.json", "--out", out));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(0, result.code(), result.toString());
    return Stroma.json(folder.resolve(out + "/metrics.json"));
  }

  private static double cIndex(JsonNode metrics) {
    return metrics.at("/mean/os/c_index").asDouble();
  }

  /** The last visit tells; pooled with the others it is lost in noise; sites stay on one side; prediction takes visits. */
  @Test
  void visitsInTheOrderOfTime() throws Exception {
    double last = cIndex(run("last"));
    double mean = cIndex(run("mean", "model.temporal.mode=\"mean\""));
    assertTrue(last > 0.7 && last > mean + 0.05, "last " + last + ", mean " + mean);
    List<String> predictions = Files.readAllLines(folder.resolve("last/predictions.csv"));
    assertEquals(
        1 + 3 * PATIENTS, predictions.size(), "a row a patient and fold, not a row a visit");
    Stroma.Result result = Stroma.run(folder, "predict", "last", "visits.csv", "--out", "new.csv");
    assertEquals(0, result.code(), result.toString());
    assertEquals(1 + PATIENTS, Files.readAllLines(folder.resolve("new.csv")).size());
  }

  @Test
  void fixedSplitsHaveAValidationSide() throws Exception {
    JsonNode metrics = run("fixed", "evaluation.split={\"type\":\"column\",\"column\":\"side\"}");
    assertEquals(1, metrics.path("folds").size());
    assertTrue(metrics.at("/folds/0/validation/os/c_index").asDouble() > 0.6, metrics.toString());
    List<String> rows = Files.readAllLines(folder.resolve("fixed/predictions.csv"));
    assertEquals(15, rows.stream().filter(r -> r.contains(",validation,")).count());
    assertEquals(15, rows.stream().filter(r -> r.contains(",test,")).count());
  }

  /** The same cohort as manifests of samples and slides. */
  @Test
  void temporalManifests() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("visits.csv"));
    for (String side : List.of("train", "val", "test")) {
      java.util.Map<String, List<String[]>> patients = new java.util.LinkedHashMap<>();
      for (String line : lines.subList(1, lines.size())) {
        String[] c = line.split(",");
        if (c[6].equals(side)) {
          patients.computeIfAbsent(c[1], p -> new ArrayList<>()).add(c);
        }
      }
      List<String> samples = new ArrayList<>();
      patients.forEach((patient, its) -> {
        List<String> slides = new ArrayList<>();
        its.forEach(
            c -> slides.add("{\"timestamp\":\"" + c[2] + "T00:00:00\",\"marker\":" + c[7] + "}"));
        samples.add("{\"id\":\"" + patient + "\",\"days\":" + its.get(0)[3] + ",\"event\":"
            + its.get(0)[4] + ",\"slides\":[" + String.join(",", slides) + "]}");
      });
      Files.writeString(
          folder.resolve(side + "_temporal_metadata.json"),
          "{\"samples\":[" + String.join(",", samples) + "]}");
    }
    JsonNode csv = run("csv", "evaluation.split={\"type\":\"column\",\"column\":\"side\"}");
    JsonNode manifests = run(
        "manifests",
        "cohort.table={split}_temporal_metadata.json",
        "cohort.visit.date=timestamp",
        "evaluation.split={\"type\":\"column\"}");
    assertEquals(cIndex(csv), cIndex(manifests), 0.1, "the same patients, in another order");
    assertTrue(cIndex(manifests) > 0.6, manifests.toString());
  }

  @Test
  void visitsAndSplitsThatCannotBeAreRefused() throws Exception {
    refuses(
        2,
        "/model/temporal: has nothing to reason over",
        "cohort.visit=null",
        "cohort.id=visit_id");
    refuses(
        2,
        "/cohort/visit: has to name a column of days or a column of dates",
        "cohort.visit.days=days");
    refuses(
        4,
        "/evaluation/split/type: no installed bundle provides the split \"random\"",
        "evaluation.split.type=random");
    refuses(
        2,
        "/evaluation/split: groupPattern is \"(\", which is no regular expression",
        "evaluation.split.groupPattern=(");
    refuses(
        3,
        "the visits of patient p0 give column",
        "evaluation.split={\"type\":\"column\",\"column\":\"date\"}");
    refuses(
        3,
        "there is no file",
        "evaluation.split={\"type\":\"files\",\"path\":\"splits_{fold}.csv\",\"folds\":3}");
    refuses(3, "7 groups for 9 folds", "evaluation.split.folds=9");
  }

  private void refuses(int code, String words, String... sets) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("validate", "experiment.json"));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(code, result.code(), result.toString());
    assertTrue(result.err().contains(words), result.err());
  }
}
