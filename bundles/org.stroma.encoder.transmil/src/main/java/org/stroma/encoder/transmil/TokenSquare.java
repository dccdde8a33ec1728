/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.transmil;

import java.util.List;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Arranges the bags of a batch in squares. A bag of n patches gets a square of s * s tokens, s =
 * ceil(sqrt(n)), row by row in the order of its patches, filled up with its first patches (which
 * always suffice). Sequences have L = 1 + S S tokens, where S is the largest s: class token, the
 * bag's square, padding. Nothing depends on the padded length of the batch.
 */
final class TokenSquare {
  private final Ops tf;
  private final Operand<TFloat32> real; // [B, N]
  private final Operand<TInt32> bags; // [1]: B
  private final Operand<TInt32> width; // scalar N
  private final Operand<TInt32> n; // [B, 1]
  private final Operand<TInt32> s; // [B, 1]
  private final Operand<TInt32> side; // scalar S
  private final Operand<TInt32> length; // scalar L
  private final Operand<TInt32> rank; // [B, N]: rank of a patch among the real patches of its bag
  private final Operand<TInt32> order; // [B N]: the patches of each bag, real ones first

  /** @param mask [B, N], 1 on patches; may have gaps */
  TokenSquare(Ops tf, Operand<TFloat32> mask) {
    this.tf = tf;
    real = mask;
    bags = tf.slice(tf.shape(mask), tf.array(0), tf.array(1));
    width = scalar(tf.slice(tf.shape(mask), tf.array(1), tf.array(1)));
    Operand<TFloat32> count = tf.reduceSum(mask, tf.array(1), ReduceSum.keepDims(true)); // [B, 1]
    n = integer(count);
    Operand<TInt32> near =
        integer(tf.math.rint(tf.math.sqrt(count))); // rounding errors of the root do no harm
    s = tf.math.add(near, integer(tf.math.less(tf.math.mul(near, near), n)));
    side = tf.math.maximum(tf.reduceMax(s, tf.array(0, 1)), tf.constant(1));
    length = tf.math.add(tf.math.mul(side, side), tf.constant(1));
    rank = tf.math.maximum(
        integer(tf.math.sub(tf.math.cumsum(mask, tf.constant(1)), tf.constant(1f))),
        tf.constant(0));
    Operand<TFloat32> fromEnd = tf.dtypes.cast(tf.math.sub(width, upTo(width)), TFloat32.class);
    order = flat(tf.nn.topK(tf.math.mul(mask, fromEnd), width, TInt32.class).indices());
  }

  /** B, as [1]. */
  Operand<TInt32> bags() {
    return bags;
  }

  /** Number of tokens of each bag including the class token: [B, 1]. */
  Operand<TInt32> count() {
    return tf.math.add(tf.math.mul(s, s), tf.constant(1));
  }

  /** Mask [B, L]: 1 on the tokens of each bag. */
  Operand<TFloat32> mask() {
    return tf.dtypes.cast(tf.math.less(upTo(length), count()), TFloat32.class);
  }

  /** Places patches [B, N, d] in squares [B, S S, d]; zero after the end of a bag's own square. */
  Operand<TFloat32> layOut(Operand<TFloat32> patches) {
    Operand<TInt32> place = upTo(tf.math.mul(side, side)); // [S S]
    Operand<TInt32> again = integer(tf.math.greaterEqual(place, n)); // [B, S S]
    Operand<TInt32> nth = tf.math.sub(place, tf.math.mul(again, n));
    nth = tf.math.minimum(nth, tf.math.sub(width, tf.constant(1)));
    Operand<TInt32> patch = tf.gather(order, tf.math.add(nth, starts(width)), tf.constant(0));
    return gatherRows(patches, patch, width, tf.math.less(place, tf.math.mul(s, s)));
  }

  /**
   * Arranges tokens [B, L, d] as grids [B, S, S, d]: a bag's own square in the first rows and
   * columns, zero elsewhere.
   */
  Operand<TFloat32> grid(Operand<TFloat32> tokens) {
    Operand<TInt32> place = upTo(tf.math.mul(side, side));
    Operand<TInt32> row = tf.math.floorDiv(place, side);
    Operand<TInt32> column = tf.math.floorMod(place, side);
    Operand<TBool> inside =
        tf.math.logicalAnd(tf.math.less(row, s), tf.math.less(column, s)); // [B, S S]
    Operand<TInt32> token = tf.math.add(tf.math.add(tf.math.mul(row, s), column), tf.constant(1));
    token = tf.math.mul(token, integer(inside));
    Operand<TFloat32> cells = gatherRows(tokens, token, length, inside);
    Operand<TInt32> shape = tf.concat(
        List.<Operand<TInt32>>of(
            bags, tf.stack(List.<Operand<TInt32>>of(side, side)), tf.array(last(tokens))),
        tf.constant(0));
    return tf.reshape(cells, shape);
  }

  /**
   * The reverse of {@link #grid}: [B, S, S, d] to [B, L, d]; zero for the class token and padding.
   */
  Operand<TFloat32> ungrid(Operand<TFloat32> grid, int d) {
    Operand<TInt32> token = upTo(length);
    Operand<TInt32> place = tf.math.maximum(tf.math.sub(token, tf.constant(1)), tf.constant(0));
    Operand<TBool> inside = tf.math.logicalAnd(
        tf.math.less(token, count()), tf.math.greater(token, tf.constant(0))); // [B, L]
    Operand<TInt32> own = tf.math.maximum(s, tf.constant(1));
    Operand<TInt32> cell =
        tf.math.add(tf.math.mul(tf.math.floorDiv(place, own), side), tf.math.floorMod(place, own));
    Operand<TInt32> cells = tf.math.mul(side, side);
    Operand<TFloat32> rows = tf.reshape(
        grid, tf.concat(List.<Operand<TInt32>>of(bags, tf.array(-1, d)), tf.constant(0)));
    return gatherRows(rows, tf.math.mul(cell, integer(inside)), cells, inside);
  }

  /**
   * Takes the token of each patch: [B, L, d] to [B, N, d]; padding gets arbitrary finite numbers.
   */
  Operand<TFloat32> patches(Operand<TFloat32> tokens) {
    Operand<TInt32> token = tf.math.add(rank, tf.constant(1));
    return gatherRows(tokens, token, length, tf.math.less(token, length));
  }

  /** Sums token weights [B, L] over the positions of each patch: [B, N], zero on padding. */
  Operand<TFloat32> sums(Operand<TFloat32> weights) {
    Operand<TInt32> token = tf.math.add(rank, tf.constant(1));
    Operand<TInt32> second = tf.math.add(token, n);
    Operand<TBool> filled = tf.math.less(second, count());
    Operand<TInt32> safe = tf.math.mul(second, integer(filled));
    Operand<TFloat32> column = tf.expandDims(weights, tf.constant(2));
    Operand<TFloat32> both = tf.math.add(
        gatherRows(column, token, length, tf.math.less(token, length)),
        gatherRows(column, safe, length, filled)); // [B, N, 1]
    return tf.math.mul(tf.reshape(both, tf.shape(real)), real);
  }

  /** Gathers rows of values [B, rows, d] at indices [B, k], zero where masked out: [B, k, d]. */
  private Operand<TFloat32> gatherRows(
      Operand<TFloat32> values,
      Operand<TInt32> place,
      Operand<TInt32> rows,
      Operand<TBool> wanted) {
    Operand<TFloat32> flat = tf.reshape(values, tf.array(-1, last(values)));
    Operand<TFloat32> found = tf.gather(flat, tf.math.add(place, starts(rows)), tf.constant(0));
    return tf.math.mul(
        found, tf.expandDims(tf.dtypes.cast(wanted, TFloat32.class), tf.constant(2)));
  }

  /** Flat offset of each bag's rows: [B, 1]. */
  private Operand<TInt32> starts(Operand<TInt32> rows) {
    return tf.expandDims(tf.math.mul(upTo(scalar(bags)), rows), tf.constant(1));
  }

  private Operand<TInt32> upTo(Operand<TInt32> end) {
    return tf.range(tf.constant(0), end, tf.constant(1));
  }

  private Operand<TInt32> integer(Operand<? extends TType> x) {
    return tf.dtypes.cast(x, TInt32.class);
  }

  private Operand<TInt32> scalar(Operand<TInt32> one) {
    return tf.reshape(one, tf.array(new int[0]));
  }

  private Operand<TInt32> flat(Operand<TInt32> x) {
    return tf.reshape(x, tf.array(-1));
  }

  private static int last(Operand<?> x) {
    return Net.lastDimension(x);
  }
}
