/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An experiment that names no model gets the one that its data can teach. */
class ShortExperimentIT {
  @TempDir
  private Path folder;

  private Stroma.Result stroma(String... arguments) throws Exception {
    Stroma.Result result = Stroma.run(folder, arguments);
    assertEquals(0, result.code(), result.toString());
    return result;
  }

  @Test
  void theSizeOfTheDataChoosesTheModel() throws Exception {
    stroma(
        "simulate",
        "--out",
        "c",
        "--patients",
        "80",
        "--patches",
        "6",
        "--patch-width",
        "4",
        "--genes",
        "10",
        "--single-modal",
        "2",
        "--censoring",
        "0.1");
    Stroma.Result described = stroma("describe", "c/experiment-short.json");
    assertTrue(
        described.out().contains("patches: npy-patches (path patches/{slide}.npy)")
            && described.out().contains("> bag-mean > zscore (clip 3) > block-scale > linear")
            && described.out().contains("> word > linear")
            && described.out().contains("linear; \"linear and joint\" and \"deep\" are for"),
        described.out());
    Stroma.Result run = stroma(
        "run",
        "c/experiment-short.json",
        "--out",
        "run",
        "--set",
        "evaluation.split.folds=2",
        "--set",
        "training.epochs=30");
    assertTrue(run.err().contains("by size of data ("), run.err());
    JsonNode metrics = Stroma.json(folder.resolve("run/metrics.json"));
    assertTrue(
        metrics.at("/mean/target/c_index").asDouble() > 0.6,
        metrics.path("mean").toString());
    assertEquals("linear", metrics.at("/folds/0/selection/candidate").asText());
    assertEquals(3, metrics.at("/folds/0/selection/stack/weights/target").size());
    assertEquals(10, metrics.at("/folds/0/selection/size/features").asInt());
    assertEquals(
        2,
        Stroma.json(folder.resolve("run/provenance.json"))
            .at("/model_by_size/candidates/0/tried_in_folds")
            .asInt());
    stroma("predict", "run", "c/cohort.csv", "--out", "p.csv");
    // what was written out is the same experiment, and anybody's to change
    String written = Files.readString(folder.resolve("run/experiment.json"));
    assertTrue(written.contains("\"minEvents\" : 150"), written);
    Files.writeString(
        folder.resolve("c/many.json"),
        written
            .replace("\"minEvents\" : 150", "\"minEvents\" : 5")
            .replace("\"epochs\" : 30", "\"epochs\" : 5"));
    run = stroma("run", "c/many.json", "--out", "many", "--set", "training.epochs=5");
    metrics = Stroma.json(folder.resolve("many/metrics.json"));
    JsonNode tried = metrics.at("/folds/0/selection/candidates");
    assertEquals("linear and joint", tried.path(0).path("candidate").asText());
    assertEquals("deep", tried.path(1).path("candidate").asText());
    assertEquals(2, tried.size());
    assertEquals("first-candidate", metrics.at("/selection/rule").asText());
  }

  /** A model that is named is not chosen, and one that is large is told. */
  @Test
  void aLargeModelIsTold() throws Exception {
    stroma("simulate", "--out", "c", "--patients", "30", "--patches", "4", "--patch-width", "4");
    Stroma.Result valid = stroma("validate", "c/experiment.json");
    assertTrue(
        valid.err().contains("parameters, and the training patients of the first fold"),
        valid.err());
    assertFalse(valid.err().contains("by size of data"), valid.err());
  }
}
