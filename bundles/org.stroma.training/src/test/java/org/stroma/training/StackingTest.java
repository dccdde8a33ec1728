/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.Json;

class StackingTest {
  private static final int PATIENTS = 60;
  private final Random random = new Random(7);
  private final List<String> patients = new ArrayList<>();
  private final Map<String, Double> truth = new LinkedHashMap<>();

  /** Two modalities: one that learns the truth up to epoch 10 and then forgets it, and one that says nothing. */
  private Experiment experiment() {
    Experiment e = TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null);
    Experiment.Modality m = e.modalities().get("m");
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        new TreeMap<>(Map.of("good", m, "noise", m)),
        e.embedDim(),
        e.fusion(),
        e.joint(),
        e.temporal(),
        e.heads(),
        e.losses(),
        e.training(),
        e.split(),
        e.repeats(),
        e.metrics(),
        e.baselines(),
        e.reporting(),
        TestExperiments.selection(org.stroma.experiment.Selection.Rule.BEST_EPOCH),
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        e.resolved());
  }

  private Cohort cohort() {
    Map<String, Cohort.Survival> times = new TreeMap<>();
    for (int i = 0; i < PATIENTS; i++) {
      String patient = "p" + i;
      patients.add(patient);
      truth.put(patient, random.nextGaussian());
      double time = -Math.log(random.nextDouble()) / Math.exp(1.5 * truth.get(patient));
      times.put(patient, new Cohort.Survival(time, random.nextDouble() < 0.8));
    }
    return new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(Map.of("os", new Cohort.SurvivalTarget(times))),
        new TreeMap<>(),
        null);
  }

  private Map<String, double[]> outputs(double signal, double scale, boolean lackSome) {
    Map<String, double[]> outputs = new TreeMap<>();
    for (int i = 0; i < PATIENTS; i++) {
      if (!lackSome || i % 3 != 0) {
        double noise = random.nextGaussian();
        outputs.put(
            patients.get(i),
            new double[] {5 + scale * (signal * truth.get(patients.get(i)) + noise)});
      }
    }
    return outputs;
  }

  private Stacking stacking() {
    Cohort cohort = cohort();
    Experiment experiment = experiment();
    List<FoldTask> tasks = new ArrayList<>();
    List<FoldResult> results = new ArrayList<>();
    for (int f = 0; f < 3; f++) {
      int fold = f;
      List<String> validation =
          patients.stream().filter(p -> patients.indexOf(p) % 3 == fold).toList();
      List<String> training =
          patients.stream().filter(p -> !validation.contains(p)).toList();
      tasks.add(FoldTask.inner(experiment, new Fold(0, 0, training, validation, List.of()), f));
      List<FoldResult.Said> said = new ArrayList<>();
      for (int epoch : new int[] {5, 10, 20}) {
        said.add(new FoldResult.Said(
            epoch,
            Map.of(
                "os",
                Map.of(
                    "good", outputs(epoch == 10 ? 3 : 0.2, 0.3, true),
                    "noise", outputs(0, 0.3, false)))));
      }
      results.add(new FoldResult(
          0,
          0,
          Map.of(),
          Json.MAPPER.createObjectNode(),
          Map.of(),
          new FoldResult.Scores(List.of(), "", ""),
          said,
          List.of(),
          List.of(),
          List.of(),
          0));
    }
    return new Stacking(experiment, cohort, tasks, results);
  }

  @Test
  void eachModalityHasItsEpochsAndWhatPredictsCounts() {
    StackPlan plan = stacking().plan();
    assertEquals(10, plan.epochs().get("good"));
    assertTrue(plan.epochs().get("noise") > 0);
    StackPlan.Weights weights = plan.heads().get("os");
    assertTrue(
        weights.weights().get("good") > weights.weights().get("noise") + 0.2,
        weights.weights().toString());
    assertTrue(weights.weights().get("noise") >= 0);
    assertArrayEquals(new double[1], weights.base());
    assertEquals(
        10, new StackPlan(new TreeMap<>(Map.of("a", 10, "b", 5)), new TreeMap<>()).longest());
  }

  /** Each patient is predicted once, by weights of the other inner folds, and those at high risk are told from the others. */
  @Test
  void everybodyIsPredictedOutOfFold() {
    Stacking stacking = stacking();
    List<Map<String, double[]>> said = stacking.outOfFold("os", stacking.plan());
    assertEquals(3, said.size());
    assertEquals(PATIENTS, said.stream().mapToInt(Map::size).sum());
    double together = 0;
    for (Map<String, double[]> fold : said) {
      for (Map.Entry<String, double[]> one : fold.entrySet()) {
        together += one.getValue()[0] * truth.get(one.getKey());
      }
    }
    assertTrue(together > 0, "risk goes with the truth: " + together);
  }

  @Test
  void theSameRiskForAllCountsAsAverage() {
    StackedEpochs.Standard flat =
        StackedEpochs.Standard.of(List.of(new double[] {2}, new double[] {2}), 1, true);
    assertEquals(0, flat.of(new double[] {3})[0], 1e-20);
    StackedEpochs.Standard risks =
        StackedEpochs.Standard.of(List.of(new double[] {1}, new double[] {3}), 1, true);
    assertEquals(Math.sqrt(0.5), risks.of(new double[] {3})[0], 1e-12);
    StackedEpochs.Standard numbers =
        StackedEpochs.Standard.of(List.of(new double[] {1}, new double[] {3}), 1, false);
    assertEquals(1, numbers.of(new double[] {3})[0], 1e-12);
  }

  @Test
  void aboutAThirdMoreEpochsAreTriedEachTimeAndTheLast() {
    assertEquals(List.of(2, 3, 5, 7, 10, 15, 20, 25), StackedInner.tried(25));
    assertEquals(List.of(2, 3), StackedInner.tried(3));
    assertEquals(200, StackedInner.tried(200).get(StackedInner.tried(200).size() - 1));
  }

  /** Another process can be handed a task and hand back its result. */
  @Test
  void plansAndOutputsArePlainData() {
    Stacking stacking = stacking();
    StackPlan plan = stacking.plan();
    FoldTask task = FoldTask.inner(
            experiment(), new Fold(0, 0, List.of("p1"), List.of("p2"), List.of()), 0)
        .with(plan);
    FoldTask again = FoldTask.of(task.toJson());
    assertEquals(plan.epochs(), again.stack().epochs());
    assertEquals(
        plan.heads().get("os").weights(), again.stack().heads().get("os").weights());
    assertEquals(plan.longest(), again.epochs());
    assertEquals(0, again.epoch());
  }
}
