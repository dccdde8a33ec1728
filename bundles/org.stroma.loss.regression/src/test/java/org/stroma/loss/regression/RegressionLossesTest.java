/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.regression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
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
import org.stroma.nn.Initializer;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class RegressionLossesTest {
  private static Map<String, Loss> losses() {
    Map<String, Loss> losses = new LinkedHashMap<>();
    losses.put("mse", new SquaredErrorLoss());
    losses.put("mae", new AbsoluteErrorLoss());
    losses.put("logcosh", new LogCoshLoss());
    losses.put("huber", new HuberLoss(Defaults.of(HuberLoss.Settings.class)));
    losses.put(
        "narrow", new HuberLoss(Defaults.of(HuberLoss.Settings.class, Map.of("delta", 0.3))));
    return losses;
  }

  @TestFactory
  Stream<DynamicNode> keepTheContract() {
    return Stream.of(
            Map.entry(
                "mse",
                PartContract.loss(s -> new SquaredErrorLoss(), SquaredErrorLoss.Settings.class)),
            Map.entry(
                "mae",
                PartContract.loss(s -> new AbsoluteErrorLoss(), AbsoluteErrorLoss.Settings.class)),
            Map.entry(
                "log-cosh", PartContract.loss(s -> new LogCoshLoss(), LogCoshLoss.Settings.class)),
            Map.entry("huber", PartContract.loss(HuberLoss::new, HuberLoss.Settings.class)))
        .map(e -> DynamicContainer.dynamicContainer(e.getKey(), e.getValue().tests()));
  }

  private static Operand<TFloat32> loss(
      GraphBench bench,
      Loss loss,
      Operand<TFloat32> raw,
      Operand<TFloat32> value,
      Operand<TFloat32> known) {
    return loss.loss(
        bench.training(),
        LossInput.of(raw, TargetInput.number(value, known), TargetInfo.number(60, 12)));
  }

  /** PyTorch's mse_loss, l1_loss, huber_loss and log(cosh): torch_fixture.py beside the fixture. One number is not known. */
  @Test
  void agreesWithPyTorch() {
    Fixture fixture = Fixture.read(RegressionLossesTest.class, "torch");
    try (GraphBench bench = new GraphBench(4)) {
      var raw = bench.input(fixture.floats("inputs", "raw"), 6, 1);
      var value = bench.input(fixture.floats("inputs", "value"), 6);
      var known = bench.input(fixture.floats("inputs", "known"), 6);
      losses().forEach((name, each) -> {
        var loss = loss(bench, each, raw, value, known);
        var gradient = bench.gradients(loss, List.of(raw)).get(0);
        assertEquals(fixture.floats("outputs", name)[0], bench.run(loss)[0], 1e-5f, name);
        assertArrayEquals(
            fixture.floats("outputs", name + "_gradient"), bench.run(gradient), 1e-5f, name);
      });
    }
  }

  @Test
  void gradientAgreesWithCentralDifferences() {
    losses().forEach((name, each) -> {
      try (GraphBench bench = new GraphBench(4)) {
        Operand<TFloat32> raw = bench
            .training()
            .variable("z")
            .shape(3, 1)
            .initializer(Initializer.GLOROT_UNIFORM)
            .create();
        bench.initialize(3);
        var loss = loss(
            bench,
            each,
            raw,
            bench.input(new float[] {60, 75, 20}, 3),
            bench.input(new float[] {1, 1, 1}, 3));
        assertTrue(bench.gradientError(loss, 1e-2f) < 2e-3, name);
      }
    });
  }

  @Test
  void unknownNumbersTakeNoPart() {
    losses().forEach((name, each) -> {
      try (GraphBench bench = new GraphBench(4)) {
        var raw = bench.input(new float[] {1, 2}, 2, 1);
        var value = bench.input(new float[] {66, 0}, 2);
        var known = bench.input(new float[] {1, 0}, 2);
        var loss = loss(bench, each, raw, value, known);
        var gradient = bench.gradients(loss, List.of(raw)).get(0);
        float before = bench.run(loss)[0];
        assertTrue(before > 0, name);
        bench.feed(value, new float[] {66, 1e6f});
        assertEquals(before, bench.run(loss)[0], 0f, name);
        assertEquals(0, bench.run(gradient)[1], 0f, name);
        bench.feed(known, new float[2]);
        assertEquals(0, bench.run(loss)[0], 0f, name);
        assertArrayEquals(new float[2], bench.run(gradient), 0f, name);
        bench.feed(raw, new float[0], 0, 1);
        bench.feed(value, new float[0], 0);
        bench.feed(known, new float[0], 0);
        assertEquals(0, bench.run(loss)[0], 0f, name);
        assertEquals(0, bench.run(gradient).length, name);
      }
    });
  }

  @Test
  void extremeNumbersStayFinite() {
    losses().forEach((name, each) -> {
      try (GraphBench bench = new GraphBench(4)) {
        var raw = bench.input(new float[] {1e9f, -1e9f, 0}, 3, 1);
        var loss = loss(
            bench,
            each,
            raw,
            bench.input(new float[] {60, 60, 60}, 3),
            bench.input(new float[] {1, 1, 1}, 3));
        assertTrue(Float.isFinite(bench.run(loss)[0]), name);
        float[] gradient = bench.run(bench.gradients(loss, List.of(raw)).get(0));
        assertTrue(gradient[0] > 0 && Float.isFinite(gradient[0]), name);
        assertEquals(-gradient[0], gradient[1], 0f, name);
        assertEquals(0, gradient[2], 0f, name);
      }
    });
  }

  @Test
  void refusesHeadsWithSeveralNumbers() {
    losses().forEach((name, each) -> {
      try (GraphBench bench = new GraphBench(4)) {
        var raw = bench.input(new float[3], 1, 3);
        var one = bench.input(new float[1], 1);
        var e = assertThrows(
            IllegalArgumentException.class, () -> loss(bench, each, raw, one, one), name);
        assertTrue(e.getMessage().contains("this one has 3"), e.getMessage());
      }
    });
  }
}
