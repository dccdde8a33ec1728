/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command stress: a modality that carries the signal is missed, and with all that there is the metrics are those of the run. */
class StressIT {
  @TempDir
  private Path folder;

  private Stroma.Result stroma(int code, String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(code, result.code(), result.toString());
    return result;
  }

  private static double value(JsonNode stress, String kind, String modality) {
    for (JsonNode scenario : stress.path("scenarios")) {
      if (scenario.path("kind").asText().equals(kind)
          && scenario.path("modalities").toString().equals(modality)) {
        return scenario.at("/metrics/target/c_index/value").asDouble(Double.NaN);
      }
    }
    throw new AssertionError(kind + " " + modality);
  }

  @Test
  void theModalityWithTheSignalIsMissed() throws Exception {
    stroma(
        0,
        "simulate",
        "--out",
        "c",
        "--patients",
        "150",
        "--patches",
        "6",
        "--patch-width",
        "4",
        "--genes",
        "10",
        "--cross-modal",
        "0",
        "--single-modal",
        "2");
    stroma(0, "run", "c/experiment.json", "--out", "run", "--set", "modalities.text=null");
    JsonNode metrics = Stroma.json(folder.resolve("run/metrics.json"));
    Stroma.Result told = stroma(0, "stress", "run", "--draws", "2");
    assertTrue(
        told.out().contains("genes + patches") && told.out().contains("genes permuted"),
        told.out());
    JsonNode stress = Stroma.json(folder.resolve("run/stress.json"));
    double whole = value(stress, "kept", "[\"genes\",\"patches\"]");
    assertEquals(metrics.at("/mean/target/c_index").asDouble(), whole, 1e-9);
    // baselines that are not stressed are those of the run, in every digit
    JsonNode baselines = stress.at("/scenarios/0/baselines");
    assertEquals(4, baselines.size(), baselines.toString());
    metrics.path("baselines").fields().forEachRemaining(baseline -> baseline
        .getValue()
        .at("/mean/target")
        .fields()
        .forEachRemaining(metric -> {
          if (metric.getValue().isNumber()) {
            JsonNode value = baselines
                .path(baseline.getKey())
                .at("/metrics/target/" + metric.getKey() + "/value");
            assertEquals(metric.getValue().doubleValue(), value.doubleValue(), 0, metric.getKey());
          }
        }));
    double permuted = value(stress, "permuted", "[\"genes\"]");
    assertTrue(permuted < whole - 0.03, "genes permuted " + permuted + ", as they are " + whole);
    assertEquals(3 + 3 + 2 + 3, stress.path("scenarios").size());
    assertTrue(told.out().contains("ridge late fusion"), told.out());
    double genes = value(stress, "trained-alone", "[\"genes\"]");
    double patches = value(stress, "trained-alone", "[\"patches\"]");
    assertTrue(genes > patches + 0.03, "genes alone " + genes + ", patches alone " + patches);
    // late fusion on the same folds is the run that it would be by itself
    stroma(
        0,
        "run",
        "c/experiment.json",
        "--out",
        "late",
        "--set",
        "modalities.text=null",
        "--set",
        "model.fusion={\"type\":\"late\"}");
    assertEquals(
        Stroma.json(folder.resolve("late/metrics.json"))
            .at("/mean/target/c_index")
            .asDouble(),
        value(stress, "trained-late-fusion", "[\"genes\",\"patches\"]"),
        1e-12);
    // the same seed, the same draws
    stroma(0, "stress", "run", "--draws", "2", "--no-training");
    JsonNode again = Stroma.json(folder.resolve("run/stress.json"));
    assertEquals(3 + 3 + 2, again.path("scenarios").size());
    for (int i = 0; i < again.path("scenarios").size(); i++) {
      assertEquals(stress.path("scenarios").get(i), again.path("scenarios").get(i));
    }
    // other patients
    stroma(
        0,
        "simulate",
        "--out",
        "d",
        "--patients",
        "40",
        "--patches",
        "6",
        "--patch-width",
        "4",
        "--genes",
        "10",
        "--seed",
        "7");
    stroma(0, "stress", "run", "d/cohort.csv", "--draws", "1", "--no-training");
    assertEquals(
        "d/cohort.csv",
        Stroma.json(folder.resolve("run/stress.json")).path("patients").asText());
  }
}
