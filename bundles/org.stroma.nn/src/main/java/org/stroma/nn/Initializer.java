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
 * Initializer of a variable: operations that compute its initial value on its device. All except
 * {@link #orthogonal} use the initializers of tensorflow-framework.
 *
 * <p>The operations are built once and run with many seeds. Randomness therefore has to come from
 * TensorFlow's stateless random operations (Stateless...), seeded by a constant
 * {@code tf.constant(new long[] {seed, 0})}, which is replaced at run time. Numbers drawn in Java
 * would be the same for all seeds.
 */
@FunctionalInterface
public interface Initializer {
  /** All zeros, for biases. */
  Initializer ZEROS =
      constant(0); // the framework's Zeros opens a name scope, which walks the whole graph

  /** All ones, for gains of normalisation layers. */
  Initializer ONES = of((shape, seed) -> new Ones<>());

  /** Uniform in ±sqrt(6 / (in + out)) (Glorot and Bengio 2010, eq. 16). */
  Initializer GLOROT_UNIFORM = uniform(shape -> Math.sqrt(6 / (Fans.in(shape) + Fans.out(shape))));

  /** Truncated normal of variance 2 / (in + out) (Glorot and Bengio 2010). */
  Initializer GLOROT_NORMAL = truncated(shape -> Math.sqrt(2 / (Fans.in(shape) + Fans.out(shape))));

  /** Uniform in ±sqrt(6 / in), for layers before ReLU (He et al. 2015, eq. 10). */
  Initializer HE_UNIFORM = uniform(shape -> Math.sqrt(6 / Fans.in(shape)));

  /** Truncated normal of variance 2 / in, for layers before ReLU (He et al. 2015, eq. 10). */
  Initializer HE_NORMAL = truncated(shape -> Math.sqrt(2 / Fans.in(shape)));

  /** Uniform in ±sqrt(3 / in), for layers before SELU (Klambauer et al. 2017). */
  Initializer LECUN_UNIFORM = uniform(shape -> Math.sqrt(3 / Fans.in(shape)));

  /** Truncated normal of variance 1 / in, for layers before SELU (Klambauer et al. 2017). */
  Initializer LECUN_NORMAL = truncated(shape -> Math.sqrt(1 / Fans.in(shape)));

  /**
   * Builds the operations that compute the initial value.
   *
   * @param tf where to build them
   * @param shape the variable's shape, fully known
   * @param seed seed of the variable; replaced at run time
   * @return a value of the given shape
   */
  Operand<TFloat32> value(Ops tf, Shape shape, long seed);

  /** A constant. */
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
   * Normal with mean 0, truncated at two standard deviations. Truncation reduces the standard
   * deviation to 0.88 of the given one.
   */
  static Initializer truncatedNormal(double standardDeviation) {
    positive("standard deviation", standardDeviation);
    return of((shape, seed) -> new TruncatedNormal<>(0, standardDeviation, seed));
  }

  /**
   * A matrix with orthonormal rows or columns, whichever are fewer, times a gain (Saxe et al.
   * 2014). All axes except the last count as rows.
   */
  static Initializer orthogonal(double gain) {
    positive("gain", gain);
    return (tf, shape, seed) -> Fans.orthogonal(tf, shape, seed, (float) gain);
  }

  /** Wraps an initializer of tensorflow-framework, or one that implements its interface. */
  static Initializer of(Framework made) {
    return (tf, shape, seed) ->
        made.of(shape, seed).call(tf, tf.constant(shape.asArray()), TFloat32.class);
  }

  /** Creates an initializer of tensorflow-framework for a shape. */
  @FunctionalInterface
  interface Framework {
    /** The initializer for a variable of a shape, with a seed. */
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
