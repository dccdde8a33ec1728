/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;

class PredictionsTest {
  private static final Experiment EXPERIMENT =
      TestExperiments.of(Map.of("dx", TargetKind.CLASS, "os", TargetKind.SURVIVAL), null);
  private static final PredictionTable TABLE =
      new PredictionTable(EXPERIMENT, Map.of("dx", List.of("LUAD", "in situ, mixed")));

  @Test
  void predictionsAreMeansOfTheModelsThatMadeThem() {
    Predictions predictions = new Predictions();
    predictions.add(
        Map.of("os.risk", Map.of("p,1", new float[] {1}, "q", new float[] {5})),
        Map.of("os.risk", 10.0));
    predictions.add(Map.of("os.risk", Map.of("p,1", new float[] {2})));
    assertArrayEquals(new double[] {(1 - 10 + 2) / 2.0}, predictions.mean("os.risk", "p,1"));
    assertArrayEquals(
        new double[] {-5}, predictions.mean("os.risk", "q"), "one model alone predicted q");
    assertEquals(
        "patient,os.risk\n\"p,1\",-3.5\nq,-5.0\n", TABLE.csv(predictions, List.of("p,1", "q")));
  }

  @Test
  void allDigitsAreWritten() {
    Predictions predictions = new Predictions();
    predictions.add(Map.of("os.risk", Map.of("p", new float[] {1 / 3f})), Map.of("os.risk", 1e-9));
    String cell = TABLE.cells(predictions, "p").substring(1);
    assertEquals(predictions.mean("os.risk", "p")[0], Double.parseDouble(cell));
  }

  @Test
  void classesGoByName() {
    Predictions predictions = new Predictions();
    predictions.add(Map.of("dx.probability", Map.of("p", new float[] {0.25f, 0.75f})));
    assertEquals(
        List.of("dx.probability.LUAD", "dx.probability.in situ, mixed", "dx.predicted"),
        TABLE.columns(predictions));
    assertEquals(
        "patient,dx.probability.LUAD,\"dx.probability.in situ, mixed\",dx.predicted\np,0.25,0.75,\"in situ, mixed\"\n",
        TABLE.csv(predictions, List.of("p")));
    SortedMap<String, Cohort.Target> targets = new TreeMap<>();
    targets.put(
        "dx", new Cohort.ClassTarget(List.of("LUAD", "x"), Map.of("p", new Cohort.ClassLabel(0))));
    targets.put("os", new Cohort.SurvivalTarget(Map.of("p", new Cohort.Survival(1.25, true))));
    assertEquals(List.of("dx.true", "os.time", "os.event"), TABLE.trueColumns(targets));
    assertEquals(",LUAD,1.25,1", TABLE.trueCells(targets, "p"));
    assertEquals(",,,", TABLE.trueCells(targets, "nobody"));
  }
}
