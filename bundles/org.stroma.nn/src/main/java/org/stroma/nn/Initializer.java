/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.random.RandomGenerator;

/** How a variable starts. */
public enum Initializer {
  /** All zeros: biases. */
  ZEROS {
    @Override
    void fill(float[] values, long[] shape, RandomGenerator random) {}
  },
  /** All ones: gains of normalisation layers. */
  ONES {
    @Override
    void fill(float[] values, long[] shape, RandomGenerator random) {
      java.util.Arrays.fill(values, 1f);
    }
  },
  /** Uniform in ±sqrt(6 / (in + out)) for a matrix [in, out] (Glorot and Bengio 2010, eq. 16). */
  GLOROT_UNIFORM {
    @Override
    void fill(float[] values, long[] shape, RandomGenerator random) {
      double limit = Math.sqrt(6.0 / (shape[0] + shape[shape.length - 1]));
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * limit);
      }
    }
  },
  /** Normal with standard deviation 0.02: embeddings. */
  NORMAL_002 {
    @Override
    void fill(float[] values, long[] shape, RandomGenerator random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.02 * random.nextGaussian());
      }
    }
  };

  abstract void fill(float[] values, long[] shape, RandomGenerator random);
}
