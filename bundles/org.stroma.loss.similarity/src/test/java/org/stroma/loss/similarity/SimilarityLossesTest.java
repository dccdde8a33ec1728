/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.similarity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class SimilarityLossesTest {
  private static Loss kl(double smoothing) {
    return new DivergenceLoss(
        Defaults.of(DivergenceLoss.Settings.class, Map.of("labelSmoothing", smoothing)));
  }

  private static Operand<TFloat32> loss(GraphBench bench, Loss loss, float[] raw, int label) {
    return loss.loss(
        bench.training(),
        LossInput.of(
            bench.input(raw, 1, raw.length),
            TargetInput.classes(bench.input(new int[] {label}, 1), bench.input(new float[] {1}, 1)),
            TargetInfo.classes(raw.length)));
  }

  @TestFactory
  Stream<DynamicNode> keepTheContract() {
    return Map.of(
            "kl", PartContract.loss(DivergenceLoss::new, DivergenceLoss.Settings.class),
            "cosine", PartContract.loss(s -> new CosineLoss(), CosineLoss.Settings.class))
        .entrySet()
        .stream()
        .map(e -> DynamicContainer.dynamicContainer(e.getKey(), e.getValue().tests()));
  }

  /** PyTorch's kl_div, cross_entropy and cosine_similarity: torch_fixture.py beside the fixture. One class is not known. */
  @Test
  void agreeWithPyTorch() {
    Fixture fixture = Fixture.read(SimilarityLossesTest.class, "torch");
    Map<String, Loss> losses = Map.of("kl", kl(0.1), "hard", kl(0), "cosine", new CosineLoss());
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(fixture.floats("inputs", "raw"), 5, 3);
      var target = TargetInput.classes(
          bench.input(fixture.integers("inputs", "label"), 5),
          bench.input(fixture.floats("inputs", "known"), 5));
      losses.forEach((name, part) -> {
        var loss = part.loss(bench.training(), LossInput.of(raw, target, TargetInfo.classes(3)));
        var gradient = bench.gradients(loss, List.of(raw)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  /** Of two classes smoothed by 0.2, probabilities of 0.9 and 0.1 are the best answer. */
  @Test
  void theBestAnswerCostsNothing() {
    try (GraphBench bench = new GraphBench(4)) {
      float[] best = {(float) Math.log(0.9), (float) Math.log(0.1)};
      assertEquals(0, bench.run(loss(bench, kl(0.2), best, 0))[0], 1e-6);
      assertTrue(bench.run(loss(bench, kl(0.2), new float[] {5, -5}, 0))[0] > 0.1);
    }
  }

  /** Right for sure is 0, wrong for sure is 1, and no answer of two is 1 - cos 45 degrees. */
  @Test
  void theCosineLiesBetweenZeroAndOne() {
    try (GraphBench bench = new GraphBench(4)) {
      var cosine = new CosineLoss();
      assertEquals(0, bench.run(loss(bench, cosine, new float[] {50, -50}, 0))[0], 1e-6);
      assertEquals(1, bench.run(loss(bench, cosine, new float[] {50, -50}, 1))[0], 1e-6);
      assertEquals(
          1 - Math.sqrt(0.5), bench.run(loss(bench, cosine, new float[] {3, 3}, 1))[0], 1e-6);
    }
  }
}
