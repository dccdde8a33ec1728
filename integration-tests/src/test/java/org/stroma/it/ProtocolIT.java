/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen inside of folds, and sweeps, as a user sees them. */
class ProtocolIT {
  private static final String FIRST = "checkpoints/repeat-0-fold-0/model-1.safetensors";

  @TempDir
  private Path folder;

  @BeforeEach
  void cohort() throws Exception {
    SimulatedCohort.write(folder, 80);
    write("plain.json", "{}");
    // the model of the candidate that learns is another one than the experiment's own
    write(
        "nested.json",
        """
        {"inner": {"folds": 2},
         "candidates": [{"name": "still", "set": {"training.optimizer.learningRate": 1e-12}},
                        {"name": "learns", "training.epochs": 12, "model.embedDim": 8}]}
        """);
  }

  /** The simulated experiment for fewer epochs, with more in its section evaluation. */
  private void write(String file, String evaluation) throws Exception {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(SimulatedCohort.EXPERIMENT);
    ((ObjectNode) json.path("training")).put("epochs", 15);
    ((ObjectNode) json.path("evaluation"))
        .setAll((ObjectNode) new ObjectMapper().readTree(evaluation));
    Files.writeString(folder.resolve(file), json.toPrettyString());
  }

  private Stroma.Result stroma(int code, String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(code, result.code(), result.toString());
    return result;
  }

  private JsonNode metrics(String run) throws Exception {
    return Stroma.json(folder.resolve(run + "/metrics.json"));
  }

  /** A learning rate of almost 0 against one that learns: what is chosen is known beforehand. */
  @Test
  void theCandidateThatLearnsIsChosenAndNoTestPatientHasASay() throws Exception {
    // of twenty patients, who do not learn may be right by chance
    SimulatedCohort.write(folder, 240);
    Stroma.Result run = stroma(0, "run", "nested.json", "--out", "first");
    assertTrue(run.err().contains(": learns in 2 of 2 folds"), run.err());
    JsonNode metrics = metrics("first");
    for (JsonNode fold : metrics.path("folds")) {
      assertEquals("learns", fold.at("/selection/candidate").asText());
      int epoch = fold.at("/selection/epoch").asInt();
      assertTrue(epoch >= 1 && epoch <= 12, "" + epoch);
      assertEquals(2, fold.at("/selection/inner_folds").size());
      assertEquals(12, fold.at("/last/epoch").asInt());
      assertTrue(fold.at("/last/test/os/c_index").isNumber());
    }
    assertEquals("best-epoch", metrics.at("/selection/rule").asText());
    List<Map<String, String>> inner = Stroma.csv(folder.resolve("first/inner.csv"));
    assertEquals(2 * 2 * (15 + 12), inner.size());
    assertEquals(2 * 12, Stroma.csv(folder.resolve("first/history.csv")).size());

    // the chosen candidate's model is what is kept, predicts and is exported
    stroma(0, "predict", "first", "patients.csv", "--out", "oof.csv");
    Map<String, String> tested = new HashMap<>();
    Stroma.csv(folder.resolve("first/predictions.csv")).stream()
        .filter(row -> row.get("split").equals("test"))
        .forEach(row -> tested.put(row.get("patient"), row.get("os.risk")));
    for (Map<String, String> row : Stroma.csv(folder.resolve("oof.csv"))) {
      assertEquals(
          Double.parseDouble(tested.get(row.get("patient"))),
          Double.parseDouble(row.get("os.risk")),
          1e-6);
    }
    stroma(0, "export", "first", "--out", "exported");
    assertTrue(Files.exists(folder.resolve("exported/repeat-0-fold-1-model-1/model.safetensors")));

    // other candidates' order: the same is chosen, bit for bit
    JsonNode json = Stroma.json(folder.resolve("nested.json"));
    ObjectNode evaluation = (ObjectNode) json.path("evaluation");
    JsonNode candidates = evaluation.path("candidates");
    evaluation.putArray("candidates").add(candidates.get(1)).add(candidates.get(0));
    Files.writeString(folder.resolve("reversed.json"), json.toString());
    stroma(0, "run", "reversed.json", "--out", "reversed");
    assertEquals(
        Files.readString(folder.resolve("first/predictions.csv")),
        Files.readString(folder.resolve("reversed/predictions.csv")));

    testPatientsOfTheFirstFoldLiveOtherTimes();
    stroma(0, "run", "nested.json", "--out", "perturbed");
    assertEquals(metrics.at("/folds/0/selection"), metrics("perturbed").at("/folds/0/selection"));
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("first/" + FIRST)),
        Files.readAllBytes(folder.resolve("perturbed/" + FIRST)));
    assertNotEquals(
        metrics.at("/folds/0/test/os/c_index"),
        metrics("perturbed").at("/folds/0/test/os/c_index"));
    assertEquals(fold(inner, "0"), fold(Stroma.csv(folder.resolve("perturbed/inner.csv")), "0"));
    assertNotEquals(fold(inner, "1"), fold(Stroma.csv(folder.resolve("perturbed/inner.csv")), "1"));
  }

  private static List<Map<String, String>> fold(List<Map<String, String>> rows, String fold) {
    return rows.stream().filter(row -> row.get("fold").equals(fold)).toList();
  }

  /** Events stay, so that the split is the same. */
  private void testPatientsOfTheFirstFoldLiveOtherTimes() throws Exception {
    Set<String> tested = Stroma.csv(folder.resolve("first/predictions.csv")).stream()
        .filter(row -> row.get("split").equals("test") && row.get("fold").equals("0"))
        .map(row -> row.get("patient"))
        .collect(Collectors.toSet());
    Files.write(
        folder.resolve("patients.csv"),
        Files.readAllLines(folder.resolve("patients.csv")).stream()
            .map(line -> {
              String[] cells = line.split(",", 3);
              return tested.contains(cells[0])
                  ? cells[0] + "," + (5000 - Double.parseDouble(cells[1]) / 10) + "," + cells[2]
                  : line;
            })
            .toList());
  }

  /** The validation patients of a column stop the training early; without candidates there is one model a fold. */
  @Test
  void validationPatientsOfASplitChooseTheEpoch() throws Exception {
    List<String> lines = Files.readAllLines(folder.resolve("patients.csv"));
    StringBuilder table = new StringBuilder(lines.get(0) + ",part\n");
    for (int i = 1; i < lines.size(); i++) {
      table.append(
          lines.get(i) + "," + (i % 4 == 0 ? "test" : i % 4 == 1 ? "val" : "train") + "\n");
    }
    Files.writeString(folder.resolve("patients.csv"), table);
    String split = "evaluation.split={\"type\":\"column\",\"column\":\"part\"}";
    stroma(
        0,
        "run",
        "plain.json",
        "--out",
        "early",
        "--set",
        split,
        "--set",
        "evaluation.select.patience=3",
        "--set",
        "training.epochs=100");
    JsonNode fold = metrics("early").at("/folds/0");
    int epoch = fold.at("/selection/epoch").asInt();
    assertEquals(epoch + 3, fold.at("/last/epoch").asInt(), "three epochs without a better one");
    assertTrue(epoch + 3 < 100, "it ends early");
    // what was watched is the model itself
    assertEquals(
        fold.at("/selection/mean").doubleValue(),
        fold.at("/validation/os/c_index").doubleValue(),
        1e-9);
    Stroma.Result none = stroma(2, "validate", "plain.json", "--set", "evaluation.select={}");
    assertTrue(
        none.err().contains("/evaluation/inner: is missing, and fold 0 has no validation patients"),
        none.err());
  }

  @Test
  void aSweepGoesOnWhereItWasStoppedAndSaysByWhomItIsSorted() throws Exception {
    String grid = "sweep={\"grid\":{\"training.epochs\":[1,2],\"model.embedDim\":[8,16]}}";
    String[] sweep = {"sweep", "plain.json", "--out", "sweep", "--set", grid};
    Stroma.Result first = stroma(0, sweep);
    assertTrue(first.err().contains("SORTED BY TEST FOLDS"), first.err());
    List<Map<String, String>> table = Stroma.csv(folder.resolve("sweep/sweep.csv"));
    assertEquals(4, table.size());
    for (Map<String, String> row : table) {
      assertEquals(
          metrics("sweep/" + row.get("trial")).at("/mean/os/c_index").doubleValue(),
          Double.parseDouble(row.get("test.os.c_index")));
      assertEquals(
          Integer.parseInt(row.get("training.epochs")),
          Stroma.json(folder.resolve("sweep/" + row.get("trial") + "/experiment.json"))
              .at("/training/epochs")
              .asInt());
    }
    String whole = Files.readString(folder.resolve("sweep/sweep.csv"));

    // as a trial that was killed leaves it
    Files.delete(folder.resolve("sweep/trial-003/metrics.json"));
    Files.delete(folder.resolve("sweep/sweep.csv"));
    FileTime untouched = Files.getLastModifiedTime(folder.resolve("sweep/trial-002/metrics.json"));
    Stroma.Result second = stroma(0, sweep);
    assertTrue(
        second.err().contains("trial-002 was run before")
            && !second.err().contains("trial-003 was run before"),
        second.err());
    assertEquals(
        untouched, Files.getLastModifiedTime(folder.resolve("sweep/trial-002/metrics.json")));
    assertEquals(whole, Files.readString(folder.resolve("sweep/sweep.csv")));

    Stroma.Result other =
        stroma(2, "sweep", "plain.json", "--out", "sweep", "--set", grid, "--set", "seed=9");
    assertTrue(
        other.err().contains("holds a sweep of another experiment: /seed is 1 there and 9 now"),
        other.err());
    Stroma.Result foreign = stroma(2, "sweep", "plain.json", "--out", ".", "--set", grid);
    assertTrue(foreign.err().contains("is there already and holds no sweep"), foreign.err());
    Stroma.Result bad = stroma(
        2,
        "sweep",
        "plain.json",
        "--out",
        "bad",
        "--set",
        "sweep={\"grid\":{\"training.epochs\":[0,2]}}");
    assertEquals(
        List.of(
            "stroma: /sweep/grid/training.epochs: has 0; /training/epochs: is 0; it has to be a whole number from 1 to 100000"),
        bad.complaints());
    assertFalse(Files.exists(folder.resolve("bad")));
    Stroma.Result none = stroma(2, "sweep", "plain.json", "--out", "bad");
    assertTrue(none.err().contains("/sweep: is missing"), none.err());
  }

  /** Survival and classes by a regression of each modality; what modalities count is kept with the models, and predicts again. */
  @Test
  void modalitiesAreWeighedByPredictionsOutOfFold() throws Exception {
    ObjectNode json = (ObjectNode)
        new ObjectMapper()
            .readTree(
                """
            {"cohort": {"table": "patients.csv", "id": "id",
                        "targets": {"os": {"kind": "survival", "time": "days", "event": "event"},
                                    "grade": {"kind": "class", "column": "grade"}}},
             "modalities": {
               "a": {"reader": {"type": "csv-matrix", "path": "a.csv"},
                     "transforms": [{"type": "zscore"}, {"type": "block-scale"}], "encoder": {"type": "linear"}},
               "b": {"reader": {"type": "csv-matrix", "path": "b.csv"},
                     "transforms": [{"type": "zscore"}, {"type": "block-scale"}], "encoder": {"type": "linear"}}},
             "model": {"embedDim": 8, "fusion": {"type": "stacked"}, "joint": {"type": "mean"},
                       "heads": {"os": {"type": "linear-survival", "target": "os"},
                                 "grade": {"type": "linear-classification", "target": "grade"}}},
             "losses": [{"type": "cox", "head": "os"}, {"type": "cross-entropy", "head": "grade"}],
             "training": {"epochs": 20, "batchSize": 128, "maxGradNorm": 0,
                          "optimizer": {"type": "adamw", "learningRate": 0.02}, "schedule": {"type": "constant"}},
             "evaluation": {"split": {"type": "k-fold", "folds": 2, "stratify": "os.event"},
                            "inner": {"folds": 3}, "select": {"head": "os"}}}
            """);
    Files.writeString(folder.resolve("stacked.json"), json.toPrettyString());
    stroma(0, "run", "stacked.json", "--out", "stacked");
    JsonNode metrics = metrics("stacked");
    for (JsonNode fold : metrics.path("folds")) {
      JsonNode stack = fold.at("/selection/stack");
      assertTrue(stack.at("/epochs/a").asInt() >= 5, fold.toString());
      assertTrue(stack.at("/epochs/joint").asInt() >= 5, fold.toString());
      assertTrue(stack.at("/weights/os").has("joint"), fold.toString());
      // the grade is a's first number alone
      assertTrue(
          stack.at("/weights/grade/a").asDouble() > stack.at("/weights/grade/b").asDouble(),
          stack.toString());
      assertTrue(stack.at("/weights/os/b").asDouble() >= 0, stack.toString());
    }
    assertTrue(
        metrics.at("/mean/os/c_index").asDouble() > 0.6, metrics.path("mean").toString());
    assertTrue(
        metrics.at("/mean/grade/auc").asDouble() > 0.8, metrics.path("mean").toString());
    stroma(0, "predict", "stacked", "patients.csv", "--out", "again.csv");
    var again = Stroma.csv(folder.resolve("again.csv"));
    for (var row : Stroma.csv(folder.resolve("stacked/predictions.csv"))) {
      if (row.get("split").equals("test")) {
        var other = again.stream()
            .filter(one -> one.get("patient").equals(row.get("patient")))
            .findFirst()
            .orElseThrow();
        assertEquals(
            Double.parseDouble(row.get("os.risk")),
            Double.parseDouble(other.get("os.risk")),
            1e-5,
            row.toString());
      }
    }
    Stroma.Result refused = stroma(
        2,
        "run",
        "stacked.json",
        "--out",
        "mean",
        "--set",
        "model.fusion.type=mean",
        "--set",
        "losses.0.on=modalities",
        "--set",
        "model.joint=null");
    assertTrue(
        refused.err().contains("/losses/0/on")
            && refused.err().contains("leaves no modality a head of its own"),
        refused.err());
    Stroma.Result joined = stroma(2, "validate", "stacked.json", "--set", "model.joint.type=late");
    assertTrue(
        joined.err().contains("/model/joint/type: is late, which leaves modalities apart"),
        joined.err());
    joined = stroma(2, "validate", "stacked.json", "--set", "model.fusion.type=concat");
    assertTrue(joined.err().contains("/model/joint: is for a stack"), joined.err());
  }
}
