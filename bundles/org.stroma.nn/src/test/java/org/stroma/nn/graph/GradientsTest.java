/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class GradientsTest {
  /** x y, with a gradient that is wrong on purpose: 3 for x, 5 for y, times the outer one. */
  private static Operand<TFloat32> odd(Ops tf, Operand<TFloat32> x, Operand<TFloat32> y) {
    return Gradients.given(
        tf,
        tf.math.mul(x, y),
        List.of(x, y),
        (ops, value, inputs, outer) ->
            List.of(ops.math.mul(outer, ops.constant(3f)), ops.math.mul(outer, ops.constant(5f))));
  }

  private static float[] run(Graph graph, List<? extends Operand<?>> fetches) {
    try (Session session = new Session(graph)) {
      Session.Runner runner = session.runner();
      fetches.forEach(runner::fetch);
      try (var result = runner.run()) {
        float[] all = new float[fetches.size()];
        for (int i = 0; i < all.length; i++) {
          all[i] = ((TFloat32) result.get(i)).getFloat();
        }
        return all;
      }
    }
  }

  @Test
  void theGivenGradientIsTheOneThatCounts() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.identity(tf.constant(2f));
      Operand<TFloat32> y = tf.identity(tf.constant(7f));
      Operand<TFloat32> root = tf.math.square(odd(tf, x, y)); // outer gradient 28
      Output<?>[] gradients =
          graph.addGradients(root.asOutput(), new Output<?>[] {x.asOutput(), y.asOutput()});
      assertArrayEquals(
          new float[] {196, 84, 140}, run(graph, List.of(root, gradients[0], gradients[1])));
    }
  }

  @Test
  void twoOfThemInOneGraphAndOneBehindTheOther() {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> x = tf.identity(tf.constant(2f));
      Operand<TFloat32> y = tf.identity(tf.constant(7f));
      Operand<TFloat32> root = odd(tf, odd(tf, x, y), y);
      Output<?>[] gradients =
          graph.addGradients(root.asOutput(), new Output<?>[] {x.asOutput(), y.asOutput()});
      assertArrayEquals(
          new float[] {98, 9, 20}, run(graph, List.of(root, gradients[0], gradients[1])));
    }
  }
}
