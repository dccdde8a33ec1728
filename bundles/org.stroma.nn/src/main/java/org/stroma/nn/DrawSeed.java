/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.tensorflow.Operand;
import org.tensorflow.types.TInt32;

/**
 * The seed of numbers that a part draws in each training step: a constant of the graph, which a session may be fed with that of another
 * seed of the whole.
 *
 * @param name of what is drawn, with view and path
 * @param constant a scalar, of the seed that the graph was built with
 */
public record DrawSeed(String name, Operand<TInt32> constant) {
  /** What the constant is where all random numbers come from this seed. */
  public int of(long seed) {
    return of(name, seed);
  }

  static int of(String name, long seed) {
    return Long.hashCode(Seeds.of(name, seed));
  }
}
