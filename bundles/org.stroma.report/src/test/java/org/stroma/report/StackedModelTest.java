/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.parts.Json;
import org.stroma.run.RunReader;

class StackedModelTest {
  @TempDir
  private Path folder;

  private Study study(double... weights) throws Exception {
    Path run = FinishedRun.of(folder, FinishedRun.PLAIN);
    Path file = run.resolve("metrics.json");
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(file.toFile());
    if (weights.length > 0) {
      json.putObject("selection").put("head", "os").put("metric", "c_index");
    }
    for (int i = 0; i < weights.length; i++) {
      ObjectNode stack =
          ((ObjectNode) json.path("folds").path(i)).putObject("selection").putObject("stack");
      stack.putObject("epochs").put("genes", 10 * (i + 1));
      stack.putObject("weights").putObject("os").put("genes", weights[i]);
      stack.putObject("missing_modalities").put("os", i == 0 ? "count as average" : "are left out");
    }
    Files.writeString(file, json.toString());
    return Study.of(RunReader.of(run));
  }

  @Test
  void weightsAndEpochsAreOverTheFoldsThatHaveAStack() throws Exception {
    Study study = study(0.25, 0.75, 0.5);
    StackedModel stack = StackedModel.of(study);
    assertEquals(3, stack.folds());
    assertEquals(0.5, StackedModel.mean(stack.weights().get("os").get("genes")), 1e-12);
    assertEquals(20, StackedModel.median(stack.epochs().get("genes")));
    assertEquals(
        "missing modalities count as average in 1 fold, missing modalities are left out in 2 folds",
        stack.missing("os"));
    String card = ModelCard.text(study);
    assertTrue(card.contains("adds up one model a modality"), card);
  }

  @Test
  void aRunWithoutAStackSaysNothingOfOne() throws Exception {
    assertEquals(List.of(), StackedModel.of(study()).sentences());
  }
}
