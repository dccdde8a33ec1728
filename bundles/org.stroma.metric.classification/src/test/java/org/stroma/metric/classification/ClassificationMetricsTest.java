/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class ClassificationMetricsTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractAsAccuracy() {
    return PartContract.metric(Accuracy::new, Accuracy.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsBalancedAccuracy() {
    return PartContract.metric(BalancedAccuracy::new, BalancedAccuracy.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsAreaUnderCurve() {
    return PartContract.metric(AreaUnderCurve::new, AreaUnderCurve.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsDice() {
    return PartContract.metric(Dice::new, Dice.Settings.class).tests();
  }

  private static final double[][] PROBABILITY = {{0.9, 0.1}, {0.6, 0.4}, {0.7, 0.3}, {0.2, 0.8}};

  /** Of two patches of class 0 both are found, of two of class 1 one is. */
  @Test
  void patchesHaveNamesOfTheirOwn() {
    Accuracy accuracy = new Accuracy(Defaults.of(Accuracy.Settings.class));
    MetricInput input = MetricInput.of(
        List.of("p", "p", "q", "q"),
        TargetValues.patches(new int[] {0, 0, 1, 1}, List.of("stroma", "tumour")),
        Map.of(Prediction.PROBABILITY, PROBABILITY));
    assertEquals(0.75, accuracy.compute(input).value());
    assertEquals("patch_accuracy", accuracy.name(TargetKind.PATCHES));
    assertEquals("accuracy", accuracy.name(TargetKind.CLASS));
    BalancedAccuracy balanced = new BalancedAccuracy(Defaults.of(BalancedAccuracy.Settings.class));
    assertEquals(0.75, balanced.compute(input).value());
    assertEquals("patch_balanced_accuracy", balanced.name(TargetKind.PATCHES));
    // class 0: 2 x 2 / (2 + 3), class 1: 2 x 1 / (2 + 1)
    assertEquals(
        (0.8 + 2 / 3.0) / 2,
        new Dice(Defaults.of(Dice.Settings.class)).compute(input).value(),
        1e-15);
  }

  /** msi: p above r and below q, 1 of 2 pairs; kras: p above r, whose label is there: 0 of 1; tp53 has no patient without. */
  @Test
  void eachLabelIsJudgedByPatientsOfWhomItIsKnown() {
    boolean yes = true;
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r"),
        TargetValues.labels(
            new boolean[][] {{yes, yes, yes}, {yes, false, yes}, {yes, yes, yes}},
            new boolean[][] {{yes, false, yes}, {false, false, yes}, {false, yes, yes}},
            List.of("msi", "kras", "tp53")),
        Map.of(
            Prediction.PROBABILITY,
            new double[][] {{0.5, 0.7, 0.1}, {0.6, 0.9, 0.2}, {0.4, 0.3, 0.3}}));
    MetricValue auc = new AreaUnderCurve(Defaults.of(AreaUnderCurve.Settings.class)).compute(input);
    assertEquals(0.5, auc.each().get("msi").value());
    assertEquals(0, auc.each().get("kras").value());
    assertEquals("all patients have one class", auc.each().get("tp53").reason());
    assertFalse(auc.each().get("tp53").defined());
    assertEquals(0.25, auc.value(), "the mean of those that are defined");
  }
}
