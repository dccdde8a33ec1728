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

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsIntersectionOverUnion() {
    return PartContract.metric(IntersectionOverUnion::new, IntersectionOverUnion.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsF1() {
    return PartContract.metric(F1::new, F1.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsMatthewsCorrelation() {
    return PartContract.metric(MatthewsCorrelation::new, MatthewsCorrelation.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsCohensKappa() {
    return PartContract.metric(CohensKappa::new, CohensKappa.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsAveragePrecision() {
    return PartContract.metric(AveragePrecision::new, AveragePrecision.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsSensitivityAtSpecificity() {
    return PartContract.metric(
            SensitivityAtSpecificity::new, SensitivityAtSpecificity.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsBrierScore() {
    return PartContract.metric(BrierScore::new, BrierScore.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsLogLoss() {
    return PartContract.metric(LogLoss::new, LogLoss.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsCalibrationError() {
    return PartContract.metric(CalibrationError::new, CalibrationError.Settings.class)
        .tests();
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

  /** Class a is found in 2 of 2 and predicted of 3, b in 1 of 2 and predicted of 1. */
  @Test
  void eachClassHasItsF1AndOverlap() {
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r", "s"),
        TargetValues.patches(new int[] {0, 0, 1, 1}, List.of("a", "b")),
        Map.of(Prediction.PROBABILITY, PROBABILITY));
    MetricValue f1 = new F1(Defaults.of(F1.Settings.class)).compute(input);
    assertEquals(0.8, f1.each().get("a").value(), 1e-15);
    assertEquals(2 / 3.0, f1.each().get("b").value(), 1e-15);
    MetricValue iou =
        new IntersectionOverUnion(Defaults.of(IntersectionOverUnion.Settings.class)).compute(input);
    assertEquals(2 / 3.0, iou.each().get("a").value(), 1e-15);
    assertEquals((2 / 3.0 + 1 / 2.0) / 2, iou.value(), 1e-15);
  }

  /** Of two classes the areas are those of class 1, with DeLong's error; of three each class has its own. */
  @Test
  void areasOfSeveralClassesStandBesideTheirMean() {
    MetricInput two = MetricInput.of(
        List.of("p", "q", "r", "s"),
        TargetValues.classes(new int[] {0, 1, 0, 1}, List.of("a", "b")),
        Map.of(Prediction.PROBABILITY, PROBABILITY));
    AreaUnderCurve auc = new AreaUnderCurve(Defaults.of(AreaUnderCurve.Settings.class));
    assertEquals(1, auc.compute(two).value());
    assertEquals(0, auc.compute(two).details().get("standard_error"));
    MetricInput three = MetricInput.of(
        List.of("p", "q", "r", "s"),
        TargetValues.classes(new int[] {0, 0, 1, 2}, List.of("a", "b", "c")),
        Map.of(
            Prediction.PROBABILITY,
            new double[][] {{0.5, 0.2, 0.3}, {0.2, 0.4, 0.4}, {0.3, 0.6, 0.1}, {0.1, 0.4, 0.5}}));
    MetricValue of = auc.compute(three);
    assertEquals(0.75, of.each().get("a").value(), 1e-15);
    assertEquals((0.75 + 1 + 1) / 3, of.value(), 1e-15);
    MetricValue without = auc.compute(three.select(new int[] {0, 1, 2}));
    assertEquals("no patient has the class", without.each().get("c").reason());
    assertEquals(1, without.each().get("b").value());
  }

  @Test
  void namesTellTheSettings() {
    assertEquals(
        "weighted_f1",
        new F1(Defaults.of(F1.Settings.class, Map.of("average", "weighted")))
            .name(TargetKind.CLASS));
    assertEquals(
        "sensitivity_at_specificity_95",
        new SensitivityAtSpecificity(
                Defaults.of(SensitivityAtSpecificity.Settings.class, Map.of("specificity", 0.95)))
            .name(TargetKind.CLASS));
    assertEquals(
        "ece_15",
        new CalibrationError(Defaults.of(CalibrationError.Settings.class, Map.of("bins", 15)))
            .name(TargetKind.CLASS));
  }
}
