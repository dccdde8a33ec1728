/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class ActivationTest {
  /** In a tensor of rank 3, as patches are, and under a loss that is not linear. */
  @Test
  void gradientsAgreeWithCentralDifferences() {
    float step = 1e-2f;
    float[] points = {-4, -2.2f, -1, -0.3f, 0.2f, 0.9f, 2, 5};
    for (Activation activation : Activation.values()) {
      try (Bench bench = new Bench()) {
        Operand<TFloat32> x = bench.input(points);
        Operand<TFloat32> y =
            bench.net.activation(activation, bench.tf.reshape(x, bench.tf.array(2, 2, 2)));
        Operand<TFloat32> loss = bench.tf.math.square(y);
        float[] analytic = bench.run(bench.gradient(loss, x));
        for (int i = 0; i < points.length; i++) {
          double up = moved(activation, points[i] + step);
          double down = moved(activation, points[i] - step);
          double numeric = (up - down) / (2 * step);
          assertEquals(
              numeric,
              analytic[i],
              2e-3 * Math.max(1, Math.abs(numeric)),
              activation + " at " + points[i]);
        }
      }
    }
  }

  private static double moved(Activation activation, float x) {
    try (Bench bench = new Bench()) {
      float y = bench.run(bench.net.activation(activation, bench.input(x)))[0];
      return (double) y * y;
    }
  }

  @Test
  void geluAndReluAreTheSameBitsByNameAndByMethod() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(-3, -0.1f, 0, 0.1f, 3);
      assertArrayEquals(bench.run(bench.net.gelu(x)), bench.run(bench.net.activation("gelu", x)));
      assertArrayEquals(bench.run(bench.net.relu(x)), bench.run(bench.net.activation("relu", x)));
    }
  }

  @Test
  void aNameThatThereIsNotIsToldWithThoseThatThereAre() {
    String message = assertThrows(IllegalArgumentException.class, () -> Activation.of("gelo"))
        .getMessage();
    assertTrue(message.startsWith("there is no activation \"gelo\"; there are elu, gelu, relu"));
  }
}
