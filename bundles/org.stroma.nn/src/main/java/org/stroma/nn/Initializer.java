/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.function.ToDoubleFunction;
import org.tensorflow.Operand;
import org.tensorflow.framework.initializers.Constant;
import org.tensorflow.framework.initializers.Ones;
import org.tensorflow.framework.initializers.RandomNormal;
import org.tensorflow.framework.initializers.RandomUniform;
import org.tensorflow.framework.initializers.TruncatedNormal;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * How a variable starts: operations that compute its first value, where the variable lives. All but {@link #orthogonal}
 * are carried out by the initializers of tensorflow-framework.
 *
 * <p>The operations are built once and run for many seeds. So all chance has to come from TensorFlow's stateless random
 * operations (Stateless...), seeded by a constant {@code tf.constant(new long[] {seed, 0})} as those of
 * tensorflow-framework are: another seed is fed in its place. Numbers that Java draws would be the same for all seeds.
 */
@FunctionalInterface
public interface Initializer {
  /** All zeros: biases. */
  Initializer ZEROS =
      constant(0); // the framework's Zeros opens a name scope, which walks the whole graph

  /** All ones: gains of normalisation layers. */
  Initializer ONES = of((shape, seed) -> new Ones<>());

  /** Uniform in ±sqrt(6 / (in + out)) (Glorot and Bengio 2010, eq. 16). */
  Initializer GLOROT_UNIFORM = uniform(shape -> Math.sqrt(6 / (Fans.in(shape) + Fans.out(shape))));

  /** Truncated normal of variance 2 / (in + out) (Glorot and Bengio 2010). */
  Initializer GLOROT_NORMAL = truncated(shape -> Math.sqrt(2 / (Fans.in(shape) + Fans.out(shape))));

  /** Uniform in ±sqrt(6 / in): before ReLU (He et al. 2015, eq. 10). */
  Initializer HE_UNIFORM = uniform(shape -> Math.sqrt(6 / Fans.in(shape)));

  /** Truncated normal of variance 2 / in: before ReLU (He et al. 2015, eq. 10). */
  Initializer HE_NORMAL = truncated(shape -> Math.sqrt(2 / Fans.in(shape)));

  /** Uniform in ±sqrt(3 / in): before SELU (Klambauer et al. 2017). */
  Initializer LECUN_UNIFORM = uniform(shape -> Math.sqrt(3 / Fans.in(shape)));

  /** Truncated normal of variance 1 / in: before SELU (Klambauer et al. 2017). */
  Initializer LECUN_NORMAL = truncated(shape -> Math.sqrt(1 / Fans.in(shape)));

  /**
   * Operations that compute the first value.
   *
   * @param tf where to build them
   * @param shape the variable's shape, fully known
   * @param seed the variable's own seed, which others are put in the place of
   * @return a value of that shape
   */
  Operand<TFloat32> value(Ops tf, Shape shape, long seed);

  /** The same number everywhere. */
  static Initializer constant(float number) {
    return of((shape, seed) -> new Constant<>(number));
  }

  /** Uniform in [-limit, limit). */
  static Initializer uniform(double limit) {
    positive("limit", limit);
    return uniform(shape -> limit);
  }

  /** Normal with mean 0. */
  static Initializer normal(double standardDeviation) {
    positive("standard deviation", standardDeviation);
    return of((shape, seed) -> new RandomNormal<>(0, standardDeviation, seed));
  }

  /**
   * A normal distribution with mean 0, drawn again beyond two of its standard deviations: 0.88 of the standard deviation
   * given remains.
   */
  static Initializer truncatedNormal(double standardDeviation) {
    positive("standard deviation", standardDeviation);
    return of((shape, seed) -> new TruncatedNormal<>(0, standardDeviation, seed));
  }

  /**
   * A matrix with orthonormal rows or columns, whichever are fewer, times a gain (Saxe et al. 2014); all axes but the last
   * count as rows.
   */
  static Initializer orthogonal(double gain) {
    positive("gain", gain);
    return (tf, shape, seed) -> Fans.orthogonal(tf, shape, seed, (float) gain);
  }

  /** An initializer of tensorflow-framework, or one written to its interface. */
  static Initializer of(Framework made) {
    return (tf, shape, seed) ->
        made.of(shape, seed).call(tf, tf.constant(shape.asArray()), TFloat32.class);
  }

  /** Makes an initializer of tensorflow-framework for a shape. */
  @FunctionalInterface
  interface Framework {
    /** The initializer for a variable of that shape and seed. */
    org.tensorflow.framework.initializers.Initializer<TFloat32> of(Shape shape, long seed);
  }

  private static Initializer uniform(ToDoubleFunction<Shape> limit) {
    return of((shape, seed) -> {
      double l = limit.applyAsDouble(shape);
      return new RandomUniform<>(-l, l, seed);
    });
  }

  private static Initializer truncated(ToDoubleFunction<Shape> deviation) {
    return of((shape, seed) ->
        new TruncatedNormal<>(0, deviation.applyAsDouble(shape) / Fans.KEPT_BY_TRUNCATION, seed));
  }

  private static void positive(String what, double number) {
    if (!(number > 0) || Double.isInfinite(number)) {
      throw new IllegalArgumentException(
          "the " + what + " of an initializer is " + number + "; it has to be above 0");
    }
  }
}
