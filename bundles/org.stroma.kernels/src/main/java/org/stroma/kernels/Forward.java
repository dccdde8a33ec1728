/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.stroma.kernels.Lanes.LANES;
import static org.stroma.kernels.Lanes.PANEL;
import static org.stroma.kernels.Lanes.STRIP;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.kernels.Packing.Head;

/**
 * Flash attention (Dao et al. 2022, algorithm 1): softmax(Q K' / sqrt(width)) V without the matrix of
 * scores. A block of queries goes over blocks of keys with a running maximum and sum; the maximum is
 * only moved when a score exceeds it by 2^8, which is seldom.
 *
 * <p>Keys and values of a head are packed once and read by all blocks of its queries. Q is scaled by
 * log2(e) / sqrt(width), so that probabilities are powers of two. Nothing depends on the number of
 * threads.
 */
final class Forward {
  /** Queries of a block. */
  private static final int QUERIES = 128;

  /** Keys of a block at most. Both are few enough for its scores to stay in the second-level cache. */
  static final int KEYS = 320;

  /** Blocks of queries in a unit of work. */
  private static final int GROUP = 4;

  /** Floats between panels of scores: one row more than a panel has, so that they do not fall on the same cache lines. */
  private static final int STRIDE = QUERIES * PANEL + PANEL;

  /** Floats of packed keys and values at once, 64 MiB, unless one head has more. */
  private static final long AT_ONCE = 1 << 24;

  static final float LOG2E = 1.442695f;

  private final Sizes sizes;
  private final Given in;
  private final Heads out;
  private final FloatBuffer[] lse;
  private final int[][] queries;
  private final int[][] keys;
  private final Workers workers;
  private final Buffers buffers;

  private Forward(
      Sizes sizes,
      Given in,
      FloatBuffer[] out,
      FloatBuffer[] lse,
      Workers workers,
      Buffers buffers) {
    this.sizes = sizes;
    this.in = in;
    this.out = Heads.all(out, sizes);
    this.lse = lse;
    this.workers = workers;
    this.buffers = buffers;
    keys = new int[sizes.batch()][];
    Arrays.setAll(keys, b -> in.keys(b, sizes));
    queries = new int[sizes.batch()][];
    Arrays.setAll(queries, b -> in.queries(keys[b], sizes));
  }

  /**
   * Keys of a block, about as many in each: a block of one key would cost as much as some dozens.
   *
   * @param keys that take part
   */
  static int span(int keys) {
    int blocks = Math.max(1, (keys + KEYS - 1) / KEYS);
    return Lanes.up(Math.max(1, (keys + blocks - 1) / blocks), PANEL);
  }

  /** How many blocks of keys there are. */
  static int blocks(int[] keys) {
    int span = span(keys.length);
    return (keys.length + span - 1) / span;
  }

  /**
   * Computes attention. Each tensor is given as one buffer a sequence.
   *
   * @param out [queries, heads, width] to write to; zero where all keys, or the query itself, are left out
   * @param lse [queries, heads] to write to: the logarithm of the sum of exponentials of the scores
   */
  static void run(
      Sizes sizes,
      Given in,
      FloatBuffer[] out,
      FloatBuffer[] lse,
      Workers workers,
      Buffers buffers) {
    new Forward(sizes, in, out, lse, workers, buffers).run();
  }

  private void run() {
    Heads logarithms = new Heads(lse, 0, sizes.heads());
    for (int b = 0; b < sizes.batch(); b++) {
      out.clearOthers(b, queries[b], sizes.queries(), sizes.row());
      logarithms.clearOthers(b, queries[b], sizes.queries(), sizes.heads());
    }
    for (int from = 0, to; from < sizes.pairs(); from = to) {
      long floats = floats(from);
      for (to = from + 1; to < sizes.pairs() && floats + floats(to) <= AT_ONCE; to++) {
        floats += floats(to);
      }
      float[] packed = buffers.take(floats);
      try {
        heads(from, to, packed);
      } finally {
        buffers.give(packed);
      }
    }
  }

  private int queries(int pair) {
    return queries[pair / sizes.heads()].length;
  }

  private int spanOf(int pair) {
    return span(keys[pair / sizes.heads()].length);
  }

  private int blocks(int pair) {
    return blocks(keys[pair / sizes.heads()]);
  }

  /** Floats of a packed block: [key / PANEL][width][PANEL], then values [panel][span][PANEL]. */
  private int block(int pair) {
    return spanOf(pair) * (sizes.width() + sizes.padded());
  }

  private long floats(int pair) {
    return (long) blocks(pair) * block(pair);
  }

  private void heads(int from, int to, float[] packed) {
    List<Runnable> packing = new ArrayList<>();
    List<Runnable> computing = new ArrayList<>();
    int at = 0;
    for (int pair = from; pair < to; pair++) {
      int head = pair;
      int start = at;
      for (int i = 0; i < blocks(pair); i++) {
        int first = i * spanOf(pair);
        int place = start + i * block(pair);
        packing.add(() -> pack(head, first, packed, place));
      }
      at += blocks(pair) * block(pair);
      for (int i = 0; blocks(pair) > 0 && i < queries(pair); i += GROUP * QUERIES) {
        int first = i;
        computing.add(() -> group(head, first, packed, start));
      }
    }
    workers.run(packing);
    workers.run(computing);
  }

  private void pack(int pair, int first, float[] packed, int at) {
    Head key = in.k().head(sizes, pair, keys);
    Head value = in.v().head(sizes, pair, keys);
    int span = spanOf(pair);
    int count = Math.min(span, key.rows().length - first);
    int columns = Lanes.up(count, PANEL);
    Packing.transposed(key, first, count, columns, packed, at);
    Packing.panels(value, first, count, columns, span, 1f, packed, at + span * sizes.width());
  }

  private void group(int pair, int first, float[] packed, int start) {
    int d = sizes.width();
    int dp = sizes.padded();
    int span = spanOf(pair);
    float[] w = buffers.take(QUERIES * (d + dp + 1L + LANES) + (long) span / PANEL * STRIDE);
    try {
      int end = Math.min(queries(pair), first + GROUP * QUERIES);
      for (int q0 = first; q0 < end; q0 += QUERIES) {
        queryBlock(pair, q0, packed, start, w);
      }
    } finally {
      buffers.give(w);
    }
  }

  private void queryBlock(int pair, int q0, float[] packed, int start, float[] w) {
    int d = sizes.width();
    int dp = sizes.padded();
    int count = Math.min(QUERIES, queries(pair) - q0);
    int rows = Lanes.up(count, STRIP);
    int span = spanOf(pair);
    int keyCount = keys[pair / sizes.heads()].length;
    // strips of Q, scores, sums of P V, minus the running maximum, sums of P by lane
    int strips = 0;
    int scores = QUERIES * d;
    int sums = scores + span / PANEL * STRIDE;
    int reference = sums + QUERIES * dp;
    int totals = reference + QUERIES;
    Head query = in.q().head(sizes, pair, queries);
    Packing.strips(query, q0, count, rows, LOG2E / (float) Math.sqrt(d), w, strips);
    Arrays.fill(w, sums, totals + QUERIES * LANES, 0f);
    for (int k0 = 0, at = start; k0 < keyCount; k0 += span, at += block(pair)) {
      int m = Math.min(span, keyCount - k0);
      int columns = Lanes.up(m, PANEL);
      Tiles.product(w, strips, packed, at, d, rows, columns, reference, scores, STRIDE);
      if (m < columns) {
        for (int r = 0, z = scores + m / PANEL * STRIDE; r < rows; r++) {
          Arrays.fill(w, z + r * PANEL + m % PANEL, z + (r + 1) * PANEL, -1e30f);
        }
      }
      for (int r = 0; r < rows; r++) {
        int x = scores + r * PANEL;
        if (k0 == 0
            ? !Exponentials.moderate(w, x, columns, STRIDE)
            : Exponentials.exceed(w, x, columns, STRIDE)) {
          float above = Exponentials.maximum(w, x, columns, STRIDE);
          Exponentials.subtract(w, x, columns, STRIDE, above);
          w[reference + r] -= above;
          if (k0 > 0) {
            rescale(w, (float) Math.pow(2, -above), r, totals, sums);
          }
        }
        Exponentials.row(w, x, columns, STRIDE, totals + r * LANES);
      }
      for (int p = 0; p < dp; p += PANEL) {
        int values = at + span * d + p * span;
        Tiles.addRows(w, scores, STRIDE, packed, values, columns, rows, sums + p * QUERIES);
      }
    }
    write(pair, q0, count, w, reference, totals, sums);
  }

  /** Multiplies what was summed up for a row. */
  private void rescale(float[] w, float factor, int row, int totals, int sums) {
    for (int i = totals + row * LANES, end = i + LANES; i < end; i++) {
      w[i] *= factor;
    }
    for (int p = 0; p < sizes.padded(); p += PANEL) {
      for (int i = sums + p * QUERIES + row * PANEL, end = i + PANEL; i < end; i++) {
        w[i] *= factor;
      }
    }
  }

  private void write(int pair, int q0, int count, float[] w, int reference, int totals, int sums) {
    Head result = out.head(sizes, pair, queries);
    FloatBuffer logarithms = lse[pair / sizes.heads()];
    int[] places = queries[pair / sizes.heads()];
    float[] row = new float[sizes.padded()];
    for (int r = 0; r < count; r++) {
      float total = 0;
      for (int i = totals + r * LANES, end = i + LANES; i < end; i++) {
        total += w[i];
      }
      Packing.unpackRow(w, sums + r * PANEL, QUERIES * PANEL, 1 / total, row);
      result.write(q0 + r, row, 0);
      float value = (float) (Math.log(total) - w[reference + r] / LOG2E);
      logarithms.put(places[q0 + r] * sizes.heads() + pair % sizes.heads(), value);
    }
  }
}
