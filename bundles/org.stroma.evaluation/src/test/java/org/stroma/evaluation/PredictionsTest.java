/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.MetricInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;

class PredictionsTest {
  private static final Experiment EXPERIMENT =
      TestExperiments.of(Map.of("dx", TargetKind.CLASS, "os", TargetKind.SURVIVAL), null);
  private static final PredictionTable TABLE =
      new PredictionTable(EXPERIMENT, Map.of("dx", List.of("LUAD", "in situ, mixed")), Map.of());

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

  @Test
  void competingEventsHaveAColumnAndMetricsSeeThem() {
    Cohort.SurvivalTarget target = new Cohort.SurvivalTarget(Map.of(
        "p", new Cohort.Survival(1.25, true),
        "q", new Cohort.Survival(2, false, true),
        "r", new Cohort.Survival(3, false)));
    SortedMap<String, Cohort.Target> targets = new TreeMap<>(Map.of("os", target));
    assertEquals(List.of("os.time", "os.event", "os.competing"), TABLE.trueColumns(targets));
    assertEquals(",1.25,1,0", TABLE.trueCells(targets, "p"));
    assertEquals(",2.0,0,1", TABLE.trueCells(targets, "q"));
    assertEquals(",,,", TABLE.trueCells(targets, "nobody"));
    var values = Evaluator.values(target, List.of("p", "q", "r")).requireSurvival();
    assertArrayEquals(new boolean[] {true, false, false}, values.event());
    assertArrayEquals(new boolean[] {false, true, false}, values.competing());
    assertTrue(values.hasCompeting());
    assertFalse(values.select(new int[] {0, 2, 2}).hasCompeting());
  }

  /** Groups of risk are for metrics: the table has no column of them. */
  @Test
  void whatIsForMetricsAloneIsNotInTheTable() {
    Predictions predictions = new Predictions();
    predictions.add(Map.of(
        "os.risk", Map.of("p", new float[] {1}),
        "os.risk-above-median", Map.of("p", new float[] {0.5f}),
        "os.survival-at-follow-up", Map.of("p", new float[] {0.25f})));
    assertEquals("patient,os.risk\np,1.0\n", TABLE.csv(predictions, List.of("p")));
  }

  private static final Cohort.LabelsTarget MUTATIONS = new Cohort.LabelsTarget(
      List.of("msi", "kras", "tp53"),
      Map.of(
          "p", labels(Cohort.Label.PRESENT, Cohort.Label.ABSENT, Cohort.Label.PRESENT),
          "q", labels(Cohort.Label.ABSENT, Cohort.Label.UNKNOWN, Cohort.Label.PRESENT),
          "r", labels(Cohort.Label.ABSENT, Cohort.Label.PRESENT, Cohort.Label.PRESENT)));

  private static Cohort.LabelSet labels(Cohort.Label... labels) {
    return new Cohort.LabelSet(List.of(labels));
  }

  private static Predictions ofMutations() {
    Predictions predictions = new Predictions();
    predictions.add(Map.of(
        "y.probability",
        Map.of(
            "p", new float[] {0.75f, 0.5f, 0.25f},
            "q", new float[] {0.875f, 0, 0.5f},
            "r", new float[] {0.125f, 0.25f, 0.5f})));
    return predictions;
  }

  /** Labels have a column each, and none that names the most probable: several can be there at once. */
  @Test
  void labelsGoByName() {
    PredictionTable table = new PredictionTable(
        TestExperiments.of(Map.of("y", TargetKind.LABELS), null),
        Map.of("y", List.of("msi", "kras", "tp53")),
        Map.of());
    assertEquals(
        "patient,y.probability.msi,y.probability.kras,y.probability.tp53\nq,0.875,0.0,0.5\n",
        table.csv(ofMutations(), List.of("q")));
    SortedMap<String, Cohort.Target> targets = new TreeMap<>(Map.of("y", MUTATIONS));
    assertEquals(List.of("y.true.msi", "y.true.kras", "y.true.tp53"), table.trueColumns(targets));
    assertEquals(",0,,1", table.trueCells(targets, "q"));
    assertEquals(",,,", table.trueCells(targets, "nobody"));
  }

  /** Whose labels are known is told to metrics. */
  @Test
  void metricsSeePatientsOfWhomAnyLabelIsKnown() {
    MetricInput input = Evaluator.input(
        "y", ofMutations(), MUTATIONS, Map.of(), List.of("p", "q", "r", "nobody"), List.of());
    assertEquals(List.of("p", "q", "r"), input.patients());
    assertEquals(List.of("msi", "kras", "tp53"), input.target().requireLabels().names());
    assertArrayEquals(
        ofMutations().mean("y", Prediction.PROBABILITY, "q"),
        input.rows(Prediction.PROBABILITY)[1]);
  }
}
