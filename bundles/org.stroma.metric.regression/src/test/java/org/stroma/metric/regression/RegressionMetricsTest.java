/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.regression;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.MetricInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetValues;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class RegressionMetricsTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractAsMeanAbsoluteError() {
    return PartContract.metric(MeanAbsoluteError::new, MeanAbsoluteError.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsRootMeanSquaredError() {
    return PartContract.metric(RootMeanSquaredError::new, RootMeanSquaredError.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsRSquared() {
    return PartContract.metric(RSquared::new, RSquared.Settings.class).tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsSpearmanCorrelation() {
    return PartContract.metric(SpearmanCorrelation::new, SpearmanCorrelation.Settings.class)
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> keepsTheContractAsPearsonCorrelation() {
    return PartContract.metric(PearsonCorrelation::new, PearsonCorrelation.Settings.class)
        .tests();
  }

  /** Errors 1, -1, 2 and 0; the variance about the mean 2.5 is 5. */
  @Test
  void valuesOfAHandWorkedCase() {
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r", "s"),
        TargetValues.number(1, 2, 3, 4),
        Map.of(Prediction.VALUE, new double[][] {{2}, {1}, {5}, {4}}));
    assertEquals(
        1,
        new MeanAbsoluteError(Defaults.of(MeanAbsoluteError.Settings.class))
            .compute(input)
            .value());
    assertEquals(
        Math.sqrt(6 / 4.0),
        new RootMeanSquaredError(Defaults.of(RootMeanSquaredError.Settings.class))
            .compute(input)
            .value(),
        1e-15);
    assertEquals(
        1 - 6 / 5.0,
        new RSquared(Defaults.of(RSquared.Settings.class)).compute(input).value(),
        1e-15);
  }
}
