/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that leave a run as ONNX. */
class OnnxIT {
  @TempDir
  private Path folder;

  /** Runs a model with ONNX Runtime alone, in a Java of its own, over rows of a, b, and whether a patient has them. */
  private static final String CONSUMER =
      """
      import ai.onnxruntime.*;
      import java.nio.FloatBuffer;
      import java.nio.file.*;
      import java.util.*;

      public class Consumer {
        static OnnxTensor tensor(OrtEnvironment e, List<String[]> rows, int from, int width) throws OrtException {
          float[] numbers = new float[rows.size() * Math.max(1, width)];
          for (int i = 0; i < numbers.length; i++)
            numbers[i] = Float.parseFloat(rows.get(i / Math.max(1, width))[from + i % Math.max(1, width)]);
          return OnnxTensor.createTensor(e, FloatBuffer.wrap(numbers),
              width == 0 ? new long[] {rows.size()} : new long[] {rows.size(), width});
        }

        public static void main(String[] a) throws Exception {
          OrtEnvironment e = OrtEnvironment.getEnvironment();
          List<String[]> rows = Files.readAllLines(Path.of(a[1])).stream().map(l -> l.split(",")).toList();
          try (OrtSession model = e.createSession(a[0])) {
            double mean = Double.parseDouble(model.getMetadata().getCustomMetadataValue("centre.os.risk").get());
            try (OrtSession.Result result = model.run(Map.of(
                "a.values", tensor(e, rows, 1, 3), "a.presence", tensor(e, rows, 4, 0),
                "b.values", tensor(e, rows, 5, 2), "b.presence", tensor(e, rows, 7, 0)))) {
              float[] risk = (float[]) result.get("os.risk").get().getValue();
              for (int i = 0; i < risk.length; i++) System.out.println("risk " + rows.get(i)[0] + " " + (risk[i] - mean));
            }
          }
        }
      }
      """;

  @Test
  void onnxRuntimePredictsWhatTheRunDid() throws Exception {
    SimulatedCohort.write(folder, 40);
    // no transform, so that the model's input is the file's
    Stroma.Result run = Stroma.run(
        folder,
        "run",
        "experiment.json",
        "--out",
        "run",
        "--set",
        "modalities.a.transforms=[]",
        "--set",
        "modalities.b.transforms=[]",
        "--set",
        "training.epochs=3");
    assertEquals(0, run.code(), run.toString());
    Stroma.Result exported = Stroma.run(folder, "export", "run", "--out", "exported");
    assertEquals(0, exported.code(), exported.toString());
    assertFalse(exported.err().contains("model.onnx"), exported.err());

    Path table = folder.resolve("rows.csv");
    Files.write(table, rows());
    int compared = 0;
    for (int fold = 0; fold < 2; fold++) {
      Map<String, Double> risks = consume("exported/repeat-0-fold-" + fold + "-model-1/model.onnx");
      for (Map<String, String> told : Stroma.csv(folder.resolve("run/predictions.csv"))) {
        if (told.get("fold").equals("" + fold)) {
          double wanted = Double.parseDouble(told.get("os.risk"));
          assertEquals(wanted, risks.get(told.get("patient")), 1e-5, told.toString());
          compared++;
        }
      }
    }
    assertEquals(80, compared, "40 patients of two folds");

    Stroma.Result list = Stroma.run(folder, "export", "run", "--list");
    assertEquals(0, list.code(), list.toString());
    List<String> lines =
        list.out().lines().map(line -> line.strip().replaceAll(" {2,}", " ")).toList();
    assertEquals("repeat-0-fold-0-model-1, repeat-0-fold-1-model-1", lines.get(0));
    for (String line : List.of(
        "weight modalities.a.hidden1.weight float32 [8, 3]",
        "input a.values float32 [batch, 3]",
        "input b.presence float32 [batch]",
        "output os.risk float32 [batch]")) {
      assertTrue(lines.contains(line), line + " is not among " + lines);
    }
    Stroma.Result neither = Stroma.run(folder, "export", "run");
    assertEquals(2, neither.code(), neither.toString());
    assertTrue(neither.err().contains("--out DIR to write, or else --list"), neither.err());
  }

  /** ID, a, whether there is an a, b, whether there is a b: what is missing is zero. */
  private List<String> rows() throws IOException {
    Map<String, String> a = byPatient("a.csv");
    Map<String, String> b = byPatient("b.csv");
    List<String> rows = new ArrayList<>();
    for (Map<String, String> patient : Stroma.csv(folder.resolve("patients.csv"))) {
      String id = patient.get("id");
      rows.add(id + "," + (a.containsKey(id) ? a.get(id) + ",1" : "0,0,0,0") + ","
          + (b.containsKey(id) ? b.get(id) + ",1" : "0,0,0"));
    }
    return rows;
  }

  private Map<String, String> byPatient(String file) throws IOException {
    Map<String, String> rows = new HashMap<>();
    Files.readAllLines(folder.resolve(file))
        .forEach(line ->
            rows.put(line.substring(0, line.indexOf(',')), line.substring(line.indexOf(',') + 1)));
    return rows;
  }

  private Map<String, Double> consume(String model) throws Exception {
    Files.writeString(folder.resolve("Consumer.java"), CONSUMER);
    String jar;
    try (var files = Files.list(Stroma.DISTRIBUTION.resolve("bundles"))) {
      jar = files
          .map(Path::toString)
          .filter(file -> file.contains("org.stroma.onnxruntime"))
          .findFirst()
          .orElseThrow();
    }
    Stroma.Result result = Stroma.run(
        folder,
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                jar,
                "Consumer.java",
                model,
                "rows.csv")
            .directory(folder.toFile()));
    assertEquals(0, result.code(), result.toString());
    Map<String, Double> risks = new HashMap<>();
    result.out().lines().filter(line -> line.startsWith("risk ")).forEach(line -> {
      String[] words = line.split(" ");
      risks.put(words[1], Double.parseDouble(words[2]));
    });
    return risks;
  }
}
