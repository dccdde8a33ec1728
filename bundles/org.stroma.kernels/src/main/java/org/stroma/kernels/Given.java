/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;

/**
 * What attention is computed from.
 *
 * @param mask of keys, one buffer a sequence; 0 for those that are left out
 * @param self whether the mask is one of queries too
 */
record Given(Heads q, Heads k, Heads v, FloatBuffer[] mask, boolean self) {
  /** Queries [batch, queries, heads, width] of keys and values [batch, keys, heads, width]. */
  static Given separate(
      Sizes sizes, FloatBuffer[] q, FloatBuffer[] k, FloatBuffer[] v, FloatBuffer[] mask) {
    return new Given(Heads.all(q, sizes), Heads.all(k, sizes), Heads.all(v, sizes), mask, false);
  }

  /** Queries, keys and values of the same elements [batch, keys, 3, heads, width]. */
  static Given joined(Sizes sizes, FloatBuffer[] qkv, FloatBuffer[] mask) {
    return new Given(
        Heads.third(qkv, 0, sizes),
        Heads.third(qkv, 1, sizes),
        Heads.third(qkv, 2, sizes),
        mask,
        true);
  }

  /** The keys that take part. */
  int[] keys(int b, Sizes sizes) {
    return Rows.unmasked(mask[b], sizes.keys());
  }

  /**
   * The queries that take part: none where there is no key.
   *
   * @param keys that take part
   */
  int[] queries(int[] keys, Sizes sizes) {
    return self || keys.length == 0 ? keys : Rows.all(sizes.queries());
  }
}
