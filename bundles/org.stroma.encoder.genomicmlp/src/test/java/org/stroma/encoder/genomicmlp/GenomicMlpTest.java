/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.genomicmlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.ModalityInput;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Fixture;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.PartContract;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class GenomicMlpTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.encoder(GenomicMlp::new, GenomicMlp.Settings.class)
        .vectors(12)
        .with("hidden1", 8)
        .with("hidden2", 6)
        .tests();
  }

  private static GenomicMlp encoder(Map<String, ?> settings) {
    return new GenomicMlp(Defaults.of(GenomicMlp.Settings.class, settings));
  }

  @Test
  void hasTheParametersOfTheModelPage() {
    try (GraphBench bench = new GraphBench(256)) {
      Operand<TFloat32> x = bench.input(new float[2000], 1, 2000);
      encoder(Map.of())
          .encode(bench.inference(), ModalityInput.vectors(x, bench.input(new float[] {1}, 1)));
      assertEquals(2_708_736, bench.variables().parameterCount(""));
    }
  }

  @Test
  void agreesWithTheYardstick() {
    Fixture fixture = Fixture.read(GenomicMlpTest.class, "yardstick");
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(fixture.floats("inputs", "x"), 5, 6);
      ModalityInput input = ModalityInput.vectors(x, bench.input(new float[] {1, 1, 1, 1, 1}, 5));
      GenomicMlp encoder = encoder(Map.of("hidden1", 7, "hidden2", 5, "dropout", 0.0));
      var training = encoder.encode(bench.training(), input).embedding();
      var inference = encoder.encode(bench.inference(), input).embedding();
      fixture.assignWeights(bench);
      assertArrayEquals(fixture.floats("outputs", "inference"), bench.run(inference), 2e-5f);
      assertArrayEquals(fixture.floats("outputs", "training"), bench.run(training), 2e-5f);
      var runner = bench.session().runner();
      // the running statistics move as PyTorch's do
      try (var values = org.tensorflow.types.TFloat32.tensorOf(
              org.tensorflow.ndarray.Shape.of(5, 6),
              org.tensorflow.ndarray.buffer.DataBuffers.of(
                  fixture.floats("inputs", "x"), true, false));
          var there = org.tensorflow.types.TFloat32.vectorOf(1, 1, 1, 1, 1)) {
        runner.feed(x, values).feed(input.presence(), there);
        bench.training().updates().forEach(runner::addTarget);
        runner.run().close();
      }
      Map<String, float[]> after = bench.variables().read(bench.session());
      assertArrayEquals(
          fixture.floats("outputs", "moving_mean"), after.get("norm1/moving_mean"), 1e-5f);
      assertArrayEquals(
          fixture.floats("outputs", "moving_variance"), after.get("norm1/moving_variance"), 1e-5f);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] values = {0.3f, -1, 2, 0.5f, 1.5f, -0.7f, 0.1f, 0.9f, -2, 1, 0.4f, -0.6f};
      var output = encoder(Map.of("hidden1", 5, "hidden2", 4, "norm", "layer", "dropout", 0.0))
          .encode(
              bench.training(),
              ModalityInput.vectors(
                  bench.input(values, 4, 3), bench.input(new float[] {1, 1, 1, 1}, 4)))
          .embedding();
      bench.initialize(3);
      assertTrue(bench.gradientError(output, 1e-3f) < 0.05);
    }
  }

  /** Fault 2: absent rows, whatever they hold, change no other row and no statistic. */
  @Test
  void absentRowsLeaveNoTraceInTraining() {
    try (GraphBench bench = new GraphBench(8)) {
      float[] present = {1, 2, -1, 0.5f, 3, 1};
      Operand<TFloat32> x = bench.input(present, 3, 2);
      Operand<TFloat32> presence = bench.input(new float[] {1, 1, 1}, 3);
      var output = encoder(Map.of("hidden1", 4, "hidden2", 0, "dropout", 0.0))
          .encode(bench.training(), ModalityInput.vectors(x, presence))
          .embedding();
      bench.initialize(1);
      float[] alone = bench.run(output);
      bench.feed(x, new float[] {1, 2, 50, -70, -1, 0.5f, 0, 0, 3, 1}, 5, 2);
      bench.feed(presence, new float[] {1, 0, 1, 0, 1}, 5);
      float[] among = bench.run(output);
      for (int row = 0; row < 3; row++) {
        for (int i = 0; i < 8; i++) {
          assertEquals(alone[row * 8 + i], among[row * 2 * 8 + i], 1e-5f);
        }
      }
    }
  }

  @Test
  void withoutHiddenLayersItIsLinear() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> x = bench.input(new float[] {1, 2, 2, 4, 3, 6}, 3, 2);
      var output = encoder(Map.of("hidden1", 0, "hidden2", 0, "outputNorm", false))
          .encode(
              bench.inference(), ModalityInput.vectors(x, bench.input(new float[] {1, 1, 1}, 3)))
          .embedding();
      bench.initialize(1);
      float[] y = bench.run(output);
      for (int i = 0; i < 8; i++) {
        assertEquals(3 * y[i], y[16 + i], 1e-4f);
      }
      assertEquals(2 * 8 + 8, bench.variables().parameterCount(""));
    }
  }

  @Test
  void refusesTexts() {
    try (GraphBench bench = new GraphBench(8)) {
      Operand<TFloat32> mask = bench.input(new float[] {1}, 1, 1);
      ModalityInput texts = ModalityInput.texts(
          bench.input(new int[] {1}, 1, 1), mask, bench.input(new float[] {1}, 1), 4);
      var e = assertThrows(
          IllegalArgumentException.class, () -> encoder(Map.of()).encode(bench.inference(), texts));
      assertTrue(e.getMessage().contains("takes one vector a patient"), e.getMessage());
    }
  }
}
