/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that leave a run, and models that start from another. */
class TransferIT {
  @TempDir
  private Path folder;

  /** Loads a SavedModel with TensorFlow alone, in a Java of its own, and prints what it predicts of two gene vectors. */
  private static final String CONSUMER =
      """
      import java.util.Map;
      import org.tensorflow.*;
      import org.tensorflow.ndarray.*;
      import org.tensorflow.types.TFloat32;

      public class Consumer {
        public static void main(String[] a) {
          String[] rows = a[1].split(";");
          int width = rows[0].split(",").length;
          try (SavedModelBundle model = SavedModelBundle.load(a[0], "serve");
              TFloat32 values = TFloat32.tensorOf(Shape.of(rows.length, width), t -> {
                for (int i = 0; i < rows.length; i++) {
                  String[] cells = rows[i].split(",");
                  for (int k = 0; k < width; k++) t.setFloat(Float.parseFloat(cells[k]), i, k);
                }
              });
              TFloat32 presence = TFloat32.tensorOf(Shape.of(rows.length), t -> t.scalars().forEach(s -> s.setFloat(1)))) {
            var result = model.function("serving_default").call(Map.of("a.values", values, "a.presence", presence));
            TFloat32 risk = (TFloat32) result.get("os.risk").get();
            for (int i = 0; i < rows.length; i++) System.out.println("risk " + risk.getFloat(i));
          }
        }
      }
      """;

  @Test
  void anExportedModelPredictsTheSameInAFreshJava() throws Exception {
    SimulatedCohort.write(folder, 40);
    // no transform, so that the model's input is the file's
    Stroma.Result run = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "run",
        "--set",
        "modalities.b=null",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "training.epochs=3",
        "--set",
        "evaluation.split.folds=2");
    assertEquals(0, run.code(), run.toString());
    Stroma.Result exported = Stroma.run(folder, "export", "run", "--out", "exported");
    assertEquals(0, exported.code(), exported.toString());
    assertEquals(2, exported.out().lines().count(), exported.out());

    List<String> rows = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("a.csv")).subList(1, 6)) {
      ids.add(line.substring(0, line.indexOf(',')));
      rows.add(line.substring(line.indexOf(',') + 1));
    }
    double[] mean = new double[rows.size()];
    List<String> predictions = Files.readAllLines(folder.resolve("run/predictions.csv"));
    for (int fold = 0; fold < 2; fold++) {
      double[] risks = consume("exported/repeat-0-fold-" + fold + "-model-1/saved_model", rows);
      double centre = Stroma.json(
              folder.resolve("exported/repeat-0-fold-" + fold + "-model-1/model.json"))
          .path("centre")
          .path("os.risk")
          .asDouble(Double.NaN);
      for (int i = 0; i < mean.length; i++) {
        // each patient is predicted by the fold that tested them
        if (isTested(predictions, ids.get(i), fold)) {
          mean[i] = risks[i] - centre;
        }
      }
    }
    assertEquals(
        0,
        Stroma.run(folder, "predict", "run", "patients.csv", "--out", "p.csv").code());
    double[] expected = new double[rows.size()];
    for (String line : Files.readAllLines(folder.resolve("p.csv"))) {
      int place = ids.indexOf(line.split(",")[0]);
      if (place >= 0) {
        expected[place] = Double.parseDouble(line.split(",")[1]);
      }
    }
    assertArrayEquals(expected, mean, 1e-5);

    byte[] weights =
        Files.readAllBytes(folder.resolve("exported/repeat-0-fold-0-model-1/model.safetensors"));
    JsonNode tensors = new ObjectMapper()
        .readTree(
            weights,
            8,
            Math.toIntExact(
                ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).getLong()));
    for (String name : List.of(
        "modalities.a.hidden1.weight",
        "modalities.a.norm1.running_mean",
        "heads.os.output.weight")) {
      assertTrue(tensors.has(name), name + " is not among " + tensors);
    }

    // an experiment starts from the exported weights, by their standard names; what is exported
    // with them tells whom they know
    String start = "initialize={\"from\":\"%s\",\"freeze\":true}";
    Stroma.Result known = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "again",
        "--set",
        "modalities.b=null",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "training.epochs=1",
        "--set",
        start.formatted("exported/repeat-0-fold-0-model-1/model.safetensors"));
    assertEquals(2, known.code(), known.toString());
    assertTrue(
        known.err().contains("/initialize/from: is ")
            && known.err().contains("its model was trained with the targets of patients"),
        known.err());
    Files.copy(
        folder.resolve("exported/repeat-0-fold-0-model-1/model.safetensors"),
        folder.resolve("alone.safetensors"));
    Stroma.Result again = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "again",
        "--set",
        "modalities.b=null",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "training.epochs=1",
        "--set",
        start.formatted("alone.safetensors"));
    assertEquals(0, again.code(), again.toString());
    assertTrue(again.err().contains("does not say which patients it was trained on"), again.err());
    // of a run, each fold starts from the same fold
    Stroma.Result same = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "same",
        "--set",
        "modalities.b=null",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "training.epochs=1",
        "--set",
        "evaluation.split.folds=2",
        "--set",
        start.formatted("run"));
    assertEquals(0, same.code(), same.toString());
    assertTrue(Stroma.json(folder.resolve("same/metrics.json"))
        .at("/initialize/folds/1/weights")
        .asText()
        .contains("fold-1"));
    Stroma.Result predicted =
        Stroma.run(folder, "predict", "again", "patients.csv", "--out", "q.csv");
    assertEquals(0, predicted.code(), predicted.toString());
    Stroma.Result wrong = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "wrong",
        "--set",
        "model.embedDim=32",
        "--set",
        "modalities.b=null",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "evaluation.split.folds=2",
        "--set",
        "initialize={\"from\":\"run\",\"modalities\":[\"a\"]}");
    assertEquals(3, wrong.code(), wrong.toString());
    assertTrue(wrong.err().contains("has the shape"), wrong.err());
    Stroma.Result otherSteps = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "wrong",
        "--set",
        "evaluation.split.folds=2",
        "--set",
        "modalities.b=null",
        "--set",
        "initialize={\"from\":\"run\",\"modalities\":[\"a\"]}");
    assertEquals(2, otherSteps.code(), otherSteps.toString());
    assertTrue(
        otherSteps.err().contains("/modalities/a: has the transforms and tokenizer [zscore]"),
        otherSteps.err());
  }

  private static boolean isTested(List<String> predictions, String patient, int fold) {
    return predictions.stream()
        .anyMatch(line -> line.startsWith(patient + ",0," + fold + ",test,"));
  }

  private double[] consume(String model, List<String> rows) throws Exception {
    Files.writeString(folder.resolve("Consumer.java"), CONSUMER);
    List<String> jars = new ArrayList<>();
    try (var files = Files.list(Stroma.DISTRIBUTION.resolve("bundles"))) {
      files.map(Path::toString).filter(f -> f.contains("org.stroma.tensorflow")).forEach(jars::add);
    }
    Stroma.Result result = Stroma.run(
        folder,
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                String.join(File.pathSeparator, jars),
                "Consumer.java",
                model,
                String.join(";", rows))
            .directory(folder.toFile()));
    assertEquals(0, result.code(), result.toString());
    return result
        .out()
        .lines()
        .filter(l -> l.startsWith("risk "))
        .mapToDouble(l -> Double.parseDouble(l.substring(5)))
        .toArray();
  }

  /** Many patients without labels, few with: an encoder that saw all of them does better. */
  @Test
  void pretrainingHelpsWhereLabelsAreFew() throws Exception {
    assertEquals(
        0,
        Stroma.run(
                folder,
                "simulate",
                "--out",
                "c",
                "--patients",
                "400",
                "--patches",
                "24",
                "--patch-width",
                "16",
                "--genes",
                "10",
                "--missing",
                "0",
                "--single-modal",
                "2",
                "--cross-modal",
                "0",
                "--censoring",
                "0")
            .code());
    String patches =
        """
        "modalities": {"patches": {"reader": {"type": "npy-patches", "path": "patches/{slide}.npy"},
                                   "encoder": {"type": "abmil"}}}
        """;
    for (String task : List.of("simclr", "masked-reconstruction")) {
      Files.writeString(
          folder.resolve("c/" + task + ".json"),
          """
          {"cohort": {"table": "cohort.csv", "id": "patient_id"}, %s, "model": {"embedDim": 16},
           "pretraining": {"patches": {"type": "%s"}},
           "training": {"epochs": 40, "batchSize": 64, "optimizer": {"type": "adamw", "learningRate": 0.003}}}
          """
              .formatted(patches, task));
      Stroma.Result pretrained = Stroma.run(folder, "run", "c/" + task + ".json", "--out", task);
      assertEquals(0, pretrained.code(), pretrained.toString());
      JsonNode losses = Stroma.json(folder.resolve(task + "/metrics.json")).path("pretraining");
      assertTrue(
          losses.path("last_epoch_loss").asDouble()
              < losses.path("first_epoch_loss").asDouble(),
          losses.toString());
    }
    Stroma.Result nothing =
        Stroma.run(folder, "predict", "simclr", "c/cohort.csv", "--out", "p.csv");
    assertEquals(3, nothing.code(), nothing.toString());
    assertTrue(nothing.err().contains("is a pretraining and predicts nothing"), nothing.err());
    Stroma.Result ensemble = Stroma.run(
        folder, "validate", "c/simclr.json", "--set", "training.ensemble=2", "--set", "losses=[]");
    assertEquals(2, ensemble.code(), ensemble.toString());
    assertTrue(
        ensemble.err().contains("/training/ensemble: is 2; a pretraining makes one model")
            && ensemble.err().contains("/losses: is not known here"),
        ensemble.err());
    // 20 patients whose tumour factor is known train, the others test
    Map<String, String> factors = new HashMap<>();
    Files.readAllLines(folder.resolve("c/truth.csv"))
        .forEach(l -> factors.put(l.split(",")[0], l.split(",")[2]));
    List<String> all = Files.readAllLines(folder.resolve("c/cohort.csv"));
    StringBuilder table = new StringBuilder(all.get(0)).append(",tumour,split\n");
    for (int i = 1; i < all.size(); i++) {
      table
          .append(all.get(i))
          .append(',')
          .append(factors.get(all.get(i).split(",")[0]))
          .append(i <= 20 ? ",train\n" : ",test\n");
    }
    Files.writeString(folder.resolve("c/few.csv"), table);
    Files.writeString(
        folder.resolve("c/few.json"),
        """
        {"cohort": {"table": "few.csv", "id": "patient_id", "targets": {"tumour": {"kind": "number", "column": "tumour"}}}, %s,
         "model": {"embedDim": 16, "fusion": {"type": "concat"},
                   "heads": {"tumour": {"type": "regression", "target": "tumour", "dropout": 0}}},
         "losses": [{"type": "mse", "head": "tumour"}],
         "training": {"epochs": 100, "batchSize": 20, "ensemble": 3, "optimizer": {"type": "adamw", "learningRate": 0.003}},
         "evaluation": {"split": {"type": "column"}}}
        """
            .formatted(patches));
    double anew = few("anew");
    String from = "initialize={\"from\":\"../masked-reconstruction\"%s}";
    Stroma.Result refused =
        Stroma.run(folder, "validate", "c/few.json", "--set", from.formatted(""));
    assertEquals(2, refused.code(), refused.toString());
    assertTrue(
        refused.err().contains("/initialize/from: is ")
            && refused.err().contains("which was pretrained on 380 patients"),
        refused.err());
    String allow =
        "cohort.allow={\"pretrained-on-test-patients\":\"what is measured is transfer\"}";
    double frozen = few("frozen", "--set", allow, "--set", from.formatted(",\"freeze\":true"));
    JsonNode allowed = Stroma.json(folder.resolve("frozen/metrics.json")).at("/allowed/0");
    assertEquals("what is measured is transfer", allowed.path("reason").asText());
    assertTrue(
        allowed.at("/findings/0").asText().contains("pretrained on 380 patients"),
        allowed.toString());
    double tuned = few("tuned", "--set", allow, "--set", from.formatted(""));
    assertTrue(
        frozen > anew + 0.04 && tuned > anew + 0.02,
        "r2 anew " + anew + ", frozen " + frozen + ", tuned " + tuned);
  }

  private double few(String out, String... sets) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "c/few.json", "--out", out));
    arguments.addAll(List.of(sets));
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(0, result.code(), result.toString());
    return Stroma.json(folder.resolve(out + "/metrics.json"))
        .at("/mean/tumour/r2")
        .asDouble();
  }
}
