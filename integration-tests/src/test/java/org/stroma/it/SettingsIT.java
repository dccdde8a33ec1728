/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an experiment file says decides, and how it says it does not. */
class SettingsIT {
  @TempDir
  private static Path folder;

  private static Embedded stroma;

  @BeforeAll
  static void start() throws Exception {
    SimulatedCohort.write(folder, 80);
    stroma = new Embedded(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    stroma.close();
  }

  /** Fault 9: modalities in another order in the file are the same experiment, also where their embeddings are put one behind the other. */
  @Test
  void theOrderOfModalitiesDecidesNothing() throws Exception {
    String text = SimulatedCohort.EXPERIMENT;
    int a = text.indexOf("\"a\": {");
    int b = text.indexOf("\"b\": {");
    int end = text.indexOf("  },\n  \"model\"");
    String swapped = text.substring(0, a) + text.substring(b, end).stripTrailing() + ",\n    "
        + text.substring(a, b).stripTrailing().replaceFirst(",$", "") + "\n" + text.substring(end);
    assertTrue(swapped.indexOf("\"b\": {") < swapped.indexOf("\"a\": {"), swapped);
    Files.writeString(folder.resolve("swapped.json"), swapped);
    for (String file : List.of("experiment", "swapped")) {
      stroma.run(
          "run",
          file + ".json",
          "--out",
          "order-" + file,
          "--set",
          "training.epochs=3",
          "--set",
          "model.fusion={\"type\":\"concat\"}");
    }
    assertEquals(
        Files.readString(folder.resolve("order-experiment/predictions.csv")),
        Files.readString(folder.resolve("order-swapped/predictions.csv")));
    String model = "checkpoints/repeat-0-fold-1/model-1.safetensors";
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("order-experiment").resolve(model),
            folder.resolve("order-swapped").resolve(model)),
        "weights, and their order");
  }

  /** What a short run on a cohort with tied times came to. */
  private record Trained(
      List<Double> losses, List<Double> rates, String predictions, Map<String, Double> norms) {
    /** The training loss of an epoch of the first fold. */
    double loss(int epoch) {
      return losses.get(epoch);
    }

    /** The Euclidean norm of all weight matrices of the first fold. */
    double norm() {
      return Math.sqrt(norms.values().stream().mapToDouble(norm -> norm * norm).sum());
    }
  }

  private static Trained train(String... sets) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("run", "ties.json", "--out", "set", "--set", "training.epochs=4"));
    for (String set : sets) {
      arguments.addAll(List.of("--set", set));
    }
    stroma.run(arguments.toArray(String[]::new));
    List<Map<String, String>> epochs = Stroma.csv(folder.resolve("set/history.csv")).stream()
        .filter(row -> row.get("fold").equals("0"))
        .toList();
    Trained trained = new Trained(
        epochs.stream().map(row -> Double.parseDouble(row.get("loss"))).toList(),
        epochs.stream()
            .map(row -> Double.parseDouble(row.get("learning_rate_factor")))
            .toList(),
        Files.readString(folder.resolve("set/predictions.csv")),
        norms(folder.resolve("set/checkpoints/repeat-0-fold-0/model-1.safetensors")));
    delete(folder.resolve("set"));
    return trained;
  }

  /** The Euclidean norm of each tensor of two and more dimensions in a safetensors file, and 0 of others. */
  private static Map<String, Double> norms(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int start = Math.toIntExact(8 + bytes.getLong(0));
    JsonNode header = new ObjectMapper().readTree(bytes.array(), 8, start - 8);
    Map<String, Double> norms = new HashMap<>();
    header.fields().forEachRemaining(tensor -> {
      JsonNode place = tensor.getValue().path("data_offsets");
      if (place.size() == 2) {
        boolean matrix = tensor.getValue().path("shape").size() > 1;
        double squares = 0;
        for (int at = place.path(0).asInt(); matrix && at < place.path(1).asInt(); at += 4) {
          squares += Math.pow(bytes.getFloat(start + at), 2);
        }
        norms.put(tensor.getKey(), Math.sqrt(squares));
      }
    });
    assertTrue(norms.size() > 5, header.toString());
    return norms;
  }

  /** Fault 7: settings are not read and ignored. Each does what its name says. */
  @Test
  void settingsTakeEffect() throws Exception {
    // times in steps of 200 days, so that some are tied
    List<String> table = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("patients.csv"))) {
      String[] cells = line.split(",", 3);
      table.add(
          table.isEmpty()
              ? line
              : cells[0] + "," + 200 * (1 + (int) (Double.parseDouble(cells[1]) / 200)) + ","
                  + cells[2]);
    }
    Files.write(folder.resolve("ties.csv"), table);
    Files.writeString(
        folder.resolve("ties.json"),
        SimulatedCohort.EXPERIMENT.replace("patients.csv", "ties.csv"));
    Trained plain = train();

    Trained constant = train("training.schedule.type=constant");
    assertEquals(List.of(1.0, 1.0, 1.0, 1.0), constant.rates());
    assertTrue(plain.rates().get(3) < 0.5, plain.rates().toString());
    assertNotEquals(plain.loss(3), constant.loss(3), 1e-4, "steps follow the rate");

    assertTrue(
        train("training.optimizer.weightDecay=20").norm() < 0.9 * plain.norm(),
        "decay makes weights small");

    String descent = "training.optimizer={\"type\":\"sgd\",\"learningRate\":0.01}";
    String clip = "training.maxGradNorm=0.000001";
    double still = train(descent, clip).norm();
    assertEquals(train(descent, clip, "training.epochs=1").norm(), still, 1e-4, "no step is made");
    assertNotEquals(
        still, train(descent, "training.maxGradNorm=100").norm(), 1e-3, "steps are made");

    Trained batches = train("training.batchSize=16");
    assertTrue(
        batches.loss(0) < plain.loss(0) - 0.4,
        "a risk set of 16 instead of 40: " + batches.loss(0) + ", " + plain.loss(0));

    assertNotEquals(plain.loss(0), train("losses.0.ties=breslow").loss(0), 1e-6, "times are tied");

    assertTrue(plain.norms().containsKey("modalities/a/norm1/moving_mean"), plain.toString());
    assertFalse(
        train("modalities.a.encoder.norm=layer")
            .norms()
            .containsKey("modalities/a/norm1/moving_mean"),
        "normalisation of a layer remembers nothing");
    for (String set : List.of(
        "training.modalityDropout=0.5", "model.heads.os.dropout=0.6", "model.fusion.dropout=0.7")) {
      Trained noisy = train(set);
      assertNotEquals(plain.loss(0), noisy.loss(0), 1e-4, set);
      assertNotEquals(plain.predictions(), noisy.predictions(), set);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
