/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.stroma.kernels.SessionProgram.check;
import static org.stroma.kernels.SessionProgram.error;
import static org.stroma.kernels.SessionProgram.numbers;
import static org.stroma.kernels.SessionProgram.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.stroma.nn.Kernels;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Of {@link SessionProgram}, what holds of layer normalisation, GELU and dropout. */
final class ElementProgram {
  private ElementProgram() {}

  /** Layer normalisation, GELU and their gradients, in pieces and with a rest. */
  static void elementsArePlainOnes(Kernels kernel, int length, int width) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Random random = new Random(5);
      Operand<TFloat32> x = numbers(tf, random, 3, length, width);
      Operand<TFloat32> gamma = numbers(tf, random, width);
      Operand<TFloat32> beta = numbers(tf, random, width);
      Operand<TFloat32> weights = numbers(tf, random, 3, length, width);
      Operand<TFloat32> ours = kernel.gelu(tf, kernel.layerNorm(tf, x, gamma, beta, 1e-5f));
      check("elements keep their shape", ours.shape().equals(Shape.of(3, length, width)));
      Operand<TFloat32> centred = tf.math.sub(x, mean(tf, x));
      Operand<TFloat32> scale =
          tf.math.rsqrt(tf.math.add(mean(tf, tf.math.square(centred)), tf.constant(1e-5f)));
      Operand<TFloat32> normal = tf.math.add(tf.math.mul(tf.math.mul(centred, scale), gamma), beta);
      Operand<TFloat32> phi = tf.math.mul(
          tf.constant(.5f),
          tf.math.add(tf.constant(1f), tf.math.erf(tf.math.mul(normal, tf.constant((float)
              Math.sqrt(.5))))));
      Operand<TFloat32> plain = tf.math.mul(normal, phi);
      List<Operand<TFloat32>> values = new ArrayList<>();
      for (Operand<TFloat32> y : List.of(ours, plain)) {
        values.add(y);
        Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(y, weights), tf.array(0, 1, 2));
        Output<?>[] of = {x.asOutput(), gamma.asOutput(), beta.asOutput()};
        for (Output<?> gradient : graph.addGradients(loss.asOutput(), of)) {
          @SuppressWarnings("unchecked")
          Output<TFloat32> typed = (Output<TFloat32>) gradient;
          values.add(typed);
        }
      }
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        values.forEach(runner::fetch);
        try (Result result = runner.run()) {
          double worst = 0;
          for (int i = 0; i < 4; i++) {
            worst = Math.max(worst, error(read(result, i), read(result, i + 4)));
          }
          check("layer norm and GELU are those of TensorFlow's operations", worst < 1e-5);
        }
      }
      try {
        Operand<TFloat32> wrong = kernel.layerNorm(tf, x, numbers(tf, random, 3), beta, 1e-5f);
        try (Session session = new Session(graph)) {
          session.runner().fetch(wrong).run();
        }
        throw new AssertionError("a gamma of another width was taken");
      } catch (RuntimeException e) {
        check("a wrong width is told", e.getMessage().startsWith("wanted are x [..., width]"));
      }
    }
  }

  /** Dropout keeps what TensorFlow's numbers say, bit for bit, on the way back too; in pieces, with a rest, and where numbers are none. */
  static void dropoutIsThePlainOne(Kernels kernel, int length, int width) {
    if (!kernel.drops()) {
      return;
    }
    for (int[] seed : new int[][] {{5, 1}, {-7, 3}, {Integer.MIN_VALUE, Integer.MAX_VALUE}}) {
      for (double rate : new double[] {.1, .5, 1 / 3., .999}) {
        try (Graph graph = new Graph()) {
          Ops tf = Ops.create(graph);
          Random random = new Random(6);
          Operand<TFloat32> x = tf.concat(
              List.of(
                  numbers(tf, random, 1, length, width),
                  tf.fill(tf.array(1, length, width), tf.constant(Float.NaN))),
              tf.constant(0));
          Operand<TFloat32> weights = numbers(tf, random, 2, length, width);
          Operand<TInt32> seeds = tf.constant(seed);
          Operand<TFloat32> ours = kernel.dropout(tf, x, seeds, rate);
          check("dropout keeps the shape", ours.shape().equals(Shape.of(2, length, width)));
          Operand<TFloat32> loss = tf.reduceSum(tf.math.mul(ours, weights), tf.array(0, 1, 2));
          @SuppressWarnings("unchecked")
          Output<TFloat32> gradient = (Output<TFloat32>)
              graph.addGradients(loss.asOutput(), new Output<?>[] {x.asOutput()})[0];
          List<Operand<TFloat32>> values = new ArrayList<>(List.of(ours, gradient));
          Operand<TBool> keep = tf.math.greaterEqual(
              tf.random.statelessRandomUniform(tf.shape(x), seeds), tf.constant((float) rate));
          for (Operand<TFloat32> from : List.of(x, weights)) {
            Operand<TFloat32> scaled = tf.math.mul(from, tf.constant((float) (1 / (1 - rate))));
            values.add(tf.select(keep, scaled, tf.zerosLike(scaled)));
          }
          try (Session session = new Session(graph)) {
            Session.Runner runner = session.runner();
            values.forEach(runner::fetch);
            try (Result result = runner.run()) {
              check("dropout is TensorFlow's", Arrays.equals(read(result, 0), read(result, 2)));
              check("and so is its gradient", Arrays.equals(read(result, 1), read(result, 3)));
            }
          }
        }
      }
    }
  }

  private static Operand<TFloat32> mean(Ops tf, Operand<TFloat32> x) {
    return tf.math.mean(x, tf.array(-1), org.tensorflow.op.math.Mean.keepDims(true));
  }
}
