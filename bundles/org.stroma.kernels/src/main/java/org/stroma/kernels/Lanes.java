/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How many floats one instruction computes with on this machine, and what follows for the layout of
 * matrices. Everything here is a constant for the compiler.
 *
 * <p>Loops call the vectors' methods themselves, which are always compiled into them; one of our own in between may be left a call in a
 * large method, and then vectors become objects.
 */
final class Lanes {
  /** System property that forces a width in bits, 128, 256 or 512, for tests. */
  static final String BITS = "org.stroma.kernels.bits";

  static final VectorSpecies<Float> SPECIES = species(Integer.getInteger(BITS, 0));

  /** Floats of a vector: 16, 8 or 4. */
  static final int LANES = SPECIES.length();

  /** Columns of a panel: two vectors. */
  static final int PANEL = 2 * LANES;

  /**
   * Rows of a tile. A tile of STRIP x PANEL sums is computed in registers: 16 of the 32 that AVX-512
   * and NEON have, 8 of the 16 that AVX2 has.
   */
  static final int STRIP = SPECIES.vectorBitSize() == 256 ? 4 : 8;

  private Lanes() {}

  private static VectorSpecies<Float> species(int bits) {
    int width = bits > 0 ? bits : FloatVector.SPECIES_PREFERRED.vectorBitSize();
    if (width >= 512) {
      return FloatVector.SPECIES_512;
    }
    return width >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }

  /**
   * Whether this machine multiplies and adds in one instruction. Where it does not, as before AVX2,
   * Java computes it exactly in software, at a thousandth of the speed.
   */
  static boolean fused() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize() >= 256
        || System.getProperty("os.arch").equals("aarch64");
  }

  /** The smallest multiple that is at least n. */
  static int up(int n, int multiple) {
    return (n + multiple - 1) / multiple * multiple;
  }
}
