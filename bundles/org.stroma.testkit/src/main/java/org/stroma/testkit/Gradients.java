/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.AssertionFailedError;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Gradients of a graph beside central differences. */
final class Gradients {
  /** How far gradients may be from central differences, beside the larger of them. */
  private static final double TOLERANCE = 0.03;

  /** Steps of central differences: at a kink a smaller one is right, and where numbers are rounded a larger one. */
  private static final float[] STEPS = {1e-2f, 3e-3f, 1e-3f, 3e-2f};

  private Gradients() {}

  /** Moves a few places of a value, that with the largest gradient among them. */
  static void check(
      GraphBench bench,
      Operand<TFloat32> scalar,
      String name,
      float[] value,
      float[] exact,
      Consumer<float[]> set) {
    PartContract.finite(exact, "the gradient of " + name + " has to be finite");
    Random random = new Random(11);
    double scale = 1e-3;
    int largest = 0;
    for (int i = 0; i < exact.length; i++) {
      scale = Math.max(scale, Math.abs(exact[i]) * 1e-2);
      largest = Math.abs(exact[i]) > Math.abs(exact[largest]) ? i : largest;
    }
    double here = bench.run(scalar)[0];
    for (int k = 0; k < Math.min(5, value.length); k++) {
      int place = k == 0 ? largest : value.length <= 5 ? k : random.nextInt(value.length);
      double best = Double.MAX_VALUE;
      double numeric = 0;
      for (int s = 0; s < STEPS.length && !(best < TOLERANCE); s++) {
        double up = moved(bench, scalar, value, place, STEPS[s], set);
        double down = moved(bench, scalar, value, place, -STEPS[s], set);
        // at a kink, such as ReLU's, the slope to one side is right as well
        for (double slope : new double[] {
          (up - down) / (2.0 * STEPS[s]), (up - here) / STEPS[s], (here - down) / STEPS[s]
        }) {
          double error = Math.abs(slope - exact[place])
              / Math.max(scale, Math.max(Math.abs(slope), Math.abs(exact[place])));
          if (error < best) {
            best = error;
            numeric = slope;
          }
        }
      }
      if (!(best < TOLERANCE)) {
        Assertions.fail(
            "the gradient of " + name + " at place " + place + " is " + exact[place]
                + "; by differences it is " + numeric
                + ". TensorFlow Java has operations whose gradient is wrong without a word, such as LogSoftmax of more than two"
                + " dimensions and dilated convolutions, and stopGradient and rounding have none: write it in others");
      }
    }
    set.accept(value);
  }

  private static double moved(
      GraphBench bench,
      Operand<TFloat32> scalar,
      float[] value,
      int place,
      float by,
      Consumer<float[]> set) {
    float[] changed = value.clone();
    changed[place] += by;
    set.accept(changed);
    return bench.run(scalar)[0];
  }

  /** Moves all variables a little: zeros to start with hide gradients, and stand at the kink of ReLU. */
  static void shake(GraphBench bench) {
    var values = bench.variables().read(bench.session());
    Random random = new Random(13);
    for (Variable variable : bench.variables().trainable()) {
      float[] value = values.get(variable.name());
      for (int i = 0; i < value.length; i++) {
        value[i] += (float) (0.1 * random.nextGaussian());
      }
    }
    bench.variables().assign(bench.session(), values);
  }

  static List<Operand<TFloat32>> of(
      GraphBench bench, Operand<TFloat32> scalar, List<? extends Operand<TFloat32>> of) {
    try {
      return bench.gradients(scalar, of);
    } catch (RuntimeException e) {
      if (of.size() > 1 && unreachable(e)) { // one of them spoils all: one by one
        List<Operand<TFloat32>> each = new ArrayList<>();
        of.forEach(one -> each.addAll(of(bench, scalar, List.of(one))));
        return each;
      }
      if (unreachable(e)) {
        return List.of(bench.tf().zerosLike(of.get(0)));
      }
      throw new AssertionFailedError(
          "TensorFlow Java cannot differentiate this: " + e.getMessage()
              + "; write it in operations that have a gradient",
          e);
    }
  }

  private static boolean unreachable(RuntimeException e) {
    return e.getMessage() != null && e.getMessage().contains("unreachable");
  }

  /** The sum of all numbers, each times a fixed random weight. */
  static Operand<TFloat32> weighted(GraphBench bench, List<Operand<TFloat32>> outputs) {
    Ops tf = bench.tf();
    Operand<TFloat32> sum = tf.constant(0f);
    Random random = new Random(5);
    for (Operand<TFloat32> output : outputs) {
      float[] weights = new float[bench.run(output).length];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      Operand<TFloat32> flat = tf.reshape(output, tf.array(-1));
      sum = tf.math.add(sum, tf.reduceSum(tf.math.mul(flat, tf.constant(weights)), tf.array(0)));
    }
    return sum;
  }
}
