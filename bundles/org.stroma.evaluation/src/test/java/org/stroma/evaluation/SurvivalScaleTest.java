/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Table;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;

class SurvivalScaleTest {
  private static final Experiment EXPERIMENT =
      TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null);
  private static final List<String> TRAINING = List.of("a", "b", "c");

  /** a, b and c train; d is tested. */
  private static Cohort cohort(boolean competing) {
    Map<String, Cohort.Survival> values = Map.of(
        "a", new Cohort.Survival(1, true),
        "b", new Cohort.Survival(2, true),
        "c", new Cohort.Survival(3, false),
        "d", new Cohort.Survival(4, false, competing));
    List<String> patients = List.of("a", "b", "c", "d");
    return new Cohort(
        patients,
        Cohort.single(patients),
        new TreeMap<>(Map.of("os", new Cohort.SurvivalTarget(values))),
        Collections.emptySortedMap(),
        (Table) null);
  }

  private static Map<String, float[]> risks() {
    return Map.of(
        "a", new float[] {9}, "b", new float[] {2}, "c", new float[] {1}, "d", new float[] {5});
  }

  @Test
  void risksAreCutAtTheMedianOfTheTrainingPatients() {
    Cohort cohort = cohort(false);
    SurvivalProbabilities survival = SurvivalProbabilities.of(EXPERIMENT, null, cohort);
    Map<String, Map<String, float[]>> predicted = Map.of("os.risk", risks());
    SortedMap<String, SurvivalScale> scales = survival.fit(predicted, cohort, Map.of(), TRAINING);
    assertEquals(2, scales.get("os").medianRisk(), "that of a, b and c");
    ObjectNode kept = survival.write(scales);
    SortedMap<String, SurvivalScale> read = SurvivalProbabilities.read(kept);
    assertEquals(scales, read);
    Map<String, Map<String, float[]>> with = survival.with(predicted, read, cohort);
    assertArrayEquals(new float[] {3}, with.get("os.risk-above-median").get("d"));
    assertArrayEquals(new float[] {0}, with.get("os.risk-above-median").get("b"));
    assertFalse(with.containsKey("os.survival"), "no loss gives a hazard");
    assertEquals(
        List.of("head os tells no survival at times: none of its losses gives a hazard"),
        SurvivalProbabilities.untold(kept));
  }

  /** Of several models, each with its own cut, the mean distance decides. */
  @Test
  void modelsThatDisagreeAreAveraged() {
    Predictions predictions = new Predictions();
    for (float above : new float[] {-1, 3}) {
      predictions.add(
          Map.of("os.risk-above-median", Map.of("d", new float[] {above})),
          Map.of("os.risk", 100.0));
    }
    assertArrayEquals(new double[] {1}, predictions.mean("os.risk-above-median", "d"));
  }

  /** The product over bins of 1 - the hazard of one cause is not survival, and must not be told as such. */
  @Test
  void whereOtherEventsCompeteThereIsNoSurvival() {
    Cohort cohort = cohort(true);
    SurvivalProbabilities survival = SurvivalProbabilities.of(EXPERIMENT, null, cohort);
    Map<String, Map<String, float[]>> predicted =
        Map.of("os.risk", risks(), "os.survival", Map.of("d", new float[] {0.9f, 0.8f}));
    ObjectNode kept = survival.write(survival.fit(predicted, cohort, Map.of(), TRAINING));
    Map<String, Map<String, float[]>> with =
        survival.with(predicted, SurvivalProbabilities.read(kept), cohort);
    assertFalse(with.containsKey("os.survival"));
    assertTrue(with.containsKey("os.risk"));
    assertTrue(SurvivalProbabilities.untold(kept).get(0).contains("other events compete"));
  }

  @Test
  void aRunOfBeforeTheMedianWasKeptHasNoGroups() throws Exception {
    Cohort cohort = cohort(false);
    SurvivalProbabilities survival = SurvivalProbabilities.of(EXPERIMENT, null, cohort);
    SurvivalScale old = SurvivalScale.read(org.stroma.parts.Json.MAPPER.readTree(
        "{\"kind\": \"time-bins\", \"end\": 3, \"cuts\": [1]}"));
    assertTrue(old.survival().isPresent());
    assertFalse(survival
        .with(Map.of("os.risk", risks()), new TreeMap<>(Map.of("os", old)), cohort)
        .containsKey("os.risk-above-median"));
  }
}
