/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.MetricInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;

class ConcordanceIndexTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContractAsConcordanceIndex() {
    return PartContract.metric(ConcordanceIndex::new, ConcordanceIndex.Settings.class)
        .tests();
  }

  /** Three comparable pairs: (1, 3), (1, 5) and (3, 5); the risks of 3 and 5 are in the wrong order. */
  @Test
  void isTheShareOfPairsInTheRightOrder() {
    MetricInput input = MetricInput.of(
        List.of("p", "q", "r"),
        TargetValues.survival(new double[] {1, 3, 5}, new boolean[] {true, true, false}),
        Map.of(Prediction.RISK, new double[][] {{2}, {0}, {1}}));
    ConcordanceIndex metric = new ConcordanceIndex(Defaults.of(ConcordanceIndex.Settings.class));
    assertEquals(2 / 3.0, metric.compute(input).value(), 1e-15);
    assertEquals("c_index", metric.name(TargetKind.SURVIVAL));
  }
}
