/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.multilabel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;

class MultiLabelHeadTest {
  private static final TargetInfo THREE =
      TargetInfo.labels(new float[] {0.5f, 0.2f, 0.1f}, List.of("msi", "kras", "tp53"));

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.head(MultiLabelHead::new, MultiLabelHead.Settings.class).tests();
  }

  @Test
  void hasTheParametersThatItTells() {
    try (GraphBench bench = new GraphBench(256)) {
      new MultiLabelHead(Defaults.of(MultiLabelHead.Settings.class))
          .predict(bench.inference(), HeadInput.of(bench.input(new float[256], 1, 256), THREE));
      assertEquals(256 * 256 + 3 * 256 + 257 * 3, bench.variables().parameterCount(""));
    }
  }

  /** Probabilities of labels do not compete: each is the sigmoid of its own logit. */
  @Test
  void readsEachLabelByItself() {
    try (GraphBench bench = new GraphBench(8)) {
      var head = new MultiLabelHead(Defaults.of(MultiLabelHead.Settings.class));
      var raw = bench.input(new float[] {0, (float) Math.log(3), -(float) Math.log(9)}, 1, 3);
      assertArrayEquals(
          new float[] {0.5f, 0.75f, 0.1f},
          bench.run(head.read(bench.inference(), raw, THREE).get(Prediction.PROBABILITY)),
          1e-6f);
    }
  }
}
