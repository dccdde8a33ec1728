/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.stroma.kernels.Lanes.PANEL;
import static org.stroma.kernels.Lanes.STRIP;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.kernels.Packing.Head;

/**
 * Gradients of {@link Forward} (Dao 2023, algorithm 2), with the probabilities computed again:
 *
 * <pre>
 * S = Q' K' - lse      P = 2^S              Q' = Q log2(e) / sqrt(width)
 * dS = P (dO V' - D)                        D = the sum over a row of dO O
 * dV += P' dO          dK += dS' Q'         dQ += dS K
 * </pre>
 *
 * <p>-lse and -D are what the sums of the two products start from. A unit of work is a head and a range
 * of its keys: it owns their dK and dV, and its dQ is one summand of the head's, added up in order at
 * the end. The ranges do not depend on the number of threads, and so the bits do not either.
 */
final class Backward {
  private static final int QUERIES = 128;
  private static final int STRIDE = QUERIES * PANEL + PANEL;

  /** Units of work at least, where there are so many blocks of keys: each range more of a head costs a dQ. */
  private static final int UNITS = 16;

  /** Rows of dQ that a unit adds up. */
  private static final int SUMMED = 2048;

  private static final float LN2 = 0.6931472f;

  /**
   * What the gradients are computed from, one buffer a sequence.
   *
   * @param out and {@code lse}: results of {@link Forward}
   * @param gradient with respect to out
   */
  record Inputs(Given given, FloatBuffer[] out, FloatBuffer[] lse, FloatBuffer[] gradient) {}

  /** What is written, of queries, keys and values; zero for those that are left out. */
  record Gradients(Heads q, Heads k, Heads v) {
    /** Into three tensors. */
    static Gradients separate(Sizes sizes, FloatBuffer[] q, FloatBuffer[] k, FloatBuffer[] v) {
      return new Gradients(Heads.all(q, sizes), Heads.all(k, sizes), Heads.all(v, sizes));
    }

    /** Into one tensor [batch, keys, 3, heads, width]. */
    static Gradients joined(Sizes sizes, FloatBuffer[] qkv) {
      return new Gradients(
          Heads.third(qkv, 0, sizes), Heads.third(qkv, 1, sizes), Heads.third(qkv, 2, sizes));
    }
  }

  private final Sizes sizes;
  private final Inputs in;
  private final Heads out;
  private final Heads outer;
  private final Gradients to;
  private final int[][] queries;
  private final int[][] keys;
  private final Workers workers;
  private final Buffers buffers;

  private Backward(Sizes sizes, Inputs in, Gradients to, Workers workers, Buffers buffers) {
    this.sizes = sizes;
    this.in = in;
    this.out = Heads.all(in.out, sizes);
    this.outer = Heads.all(in.gradient, sizes);
    this.to = to;
    this.workers = workers;
    this.buffers = buffers;
    queries = new int[sizes.batch()][];
    keys = new int[sizes.batch()][];
  }

  /** Computes the gradients. */
  static void run(Sizes sizes, Inputs in, Gradients to, Workers workers, Buffers buffers) {
    new Backward(sizes, in, to, workers, buffers).run();
  }

  private void run() {
    List<Runnable> preparing = new ArrayList<>();
    for (int i = 0; i < sizes.batch(); i++) {
      int b = i;
      preparing.add(() -> prepare(b));
    }
    workers.run(preparing);
    List<Runnable> units = new ArrayList<>();
    List<Runnable> sums = new ArrayList<>();
    List<float[]> taken = new ArrayList<>();
    try {
      for (int i = 0; i < sizes.pairs(); i++) {
        int pair = i;
        int span = span(pair);
        int blocks = Forward.blocks(keys[pair / sizes.heads()]);
        int rows = queries[pair / sizes.heads()].length;
        int parts = Math.min(blocks, (UNITS + sizes.pairs() - 1) / sizes.pairs());
        List<FloatBuffer> more = new ArrayList<>();
        for (int p = 0; p < parts; p++) {
          int first = (int) ((long) p * blocks / parts);
          int end = (int) ((p + 1L) * blocks / parts);
          Head summand = to.q.head(sizes, pair, queries);
          if (p > 0) {
            float[] array = buffers.take((long) rows * sizes.width());
            taken.add(array);
            more.add(FloatBuffer.wrap(array));
            summand =
                new Head(FloatBuffer.wrap(array), 0, sizes.width(), sizes.width(), Rows.all(rows));
          }
          Head dq = summand;
          units.add(() -> unit(pair, first * span, end * span, dq));
        }
        for (int r = 0; !more.isEmpty() && r < rows; r += SUMMED) {
          int first = r;
          sums.add(() -> sum(to.q.head(sizes, pair, queries), more, first));
        }
      }
      workers.run(units);
      workers.run(sums);
    } finally {
      taken.forEach(buffers::give);
    }
  }

  /** Finds the rows that take part, and sets the gradients of the others to zero. */
  private void prepare(int b) {
    keys[b] = in.given.keys(b, sizes);
    queries[b] = Rows.notZero(in.gradient[b], in.given.queries(keys[b], sizes), sizes.row());
    if (queries[b].length == 0) {
      keys[b] = new int[0];
    }
    to.q.clearOthers(b, queries[b], sizes.queries(), sizes.row());
    to.k.clearOthers(b, keys[b], sizes.keys(), sizes.row());
    to.v.clearOthers(b, keys[b], sizes.keys(), sizes.row());
  }

  private int span(int pair) {
    return Forward.span(keys[pair / sizes.heads()].length);
  }

  /** Adds the further summands to dQ, in order. */
  private static void sum(Head dq, List<FloatBuffer> more, int first) {
    float[] row = new float[dq.width()];
    int end = Math.min(dq.rows().length, first + SUMMED);
    for (int r = first; r < end; r++) {
      dq.read(r, row, 0);
      for (FloatBuffer summand : more) {
        for (int c = 0; c < row.length; c++) {
          row[c] += summand.get(r * row.length + c);
        }
      }
      dq.write(r, row, 0);
    }
  }

  private void unit(int pair, int first, int end, Head dq) {
    int d = sizes.width();
    int dp = sizes.padded();
    int span = span(pair);
    int rows = Lanes.up(dq.rows().length, STRIP);
    long floats =
        (long) rows * (2 * d + 3 * dp + 2) + span * (2L * d + 3L * dp) + 2L * span / PANEL * STRIDE;
    float[] w = buffers.take(floats);
    try {
      new Unit(pair, rows, w).run(first, end, dq);
    } finally {
      buffers.give(w);
    }
  }

  /** One head's queries and dO, packed, against ranges of its keys. */
  private final class Unit {
    final int pair;
    final int span;
    final int rows;
    final float[] w;
    final int d = sizes.width();
    final int dp = sizes.padded();
    final int queryStrips;
    final int gradientStrips;
    final int queryPanels;
    final int gradientPanels;
    final int queryGradient;
    final int negativeLse;
    final int negativeD;
    final int keyColumns;
    final int valueColumns;
    final int keyPanels;
    final int keyGradient;
    final int valueGradient;
    final int scores;
    final int scoreGradient;

    Unit(int pair, int rows, float[] w) {
      this.pair = pair;
      this.span = span(pair);
      this.rows = rows;
      this.w = w;
      queryStrips = 0;
      gradientStrips = rows * d;
      queryPanels = gradientStrips + rows * d;
      gradientPanels = queryPanels + rows * dp;
      queryGradient = gradientPanels + rows * dp;
      keyColumns = queryGradient + rows * dp;
      valueColumns = keyColumns + span * d;
      keyPanels = valueColumns + span * d;
      keyGradient = keyPanels + span * dp;
      valueGradient = keyGradient + span * dp;
      scores = valueGradient + span * dp;
      scoreGradient = scores + span / PANEL * STRIDE;
      negativeLse = scoreGradient + span / PANEL * STRIDE;
      negativeD = negativeLse + rows;
    }

    void run(int first, int end, Head dq) {
      float scale = 1 / (float) Math.sqrt(d);
      packQueries(scale);
      Arrays.fill(w, queryGradient, queryGradient + rows * dp, 0f);
      Head key = in.given.k().head(sizes, pair, keys);
      Head value = in.given.v().head(sizes, pair, keys);
      int last = Math.min(end, key.rows().length);
      for (int k0 = first; k0 < last; k0 += span) {
        int count = Math.min(span, last - k0);
        int columns = Lanes.up(count, PANEL);
        Packing.transposed(key, k0, count, columns, w, keyColumns);
        Packing.transposed(value, k0, count, columns, w, valueColumns);
        Packing.panels(key, k0, count, columns, span, 1f, w, keyPanels);
        Arrays.fill(w, keyGradient, valueGradient + span * dp, 0f);
        for (int q0 = 0; q0 < rows; q0 += QUERIES) {
          block(q0, Math.min(QUERIES, rows - q0), count, columns);
        }
        Packing.unpack(w, keyGradient, span, LN2, to.k.head(sizes, pair, keys), k0, count);
        Packing.unpack(w, valueGradient, span, 1f, to.v.head(sizes, pair, keys), k0, count);
      }
      Packing.unpack(w, queryGradient, rows, scale, dq, 0, dq.rows().length);
    }

    private void packQueries(float scale) {
      Head query = in.given.q().head(sizes, pair, queries);
      Head gradient = outer.head(sizes, pair, queries);
      Head result = out.head(sizes, pair, queries);
      int count = query.rows().length;
      Packing.strips(query, 0, count, rows, scale * Forward.LOG2E, w, queryStrips);
      Packing.panels(query, 0, count, rows, rows, scale * Forward.LOG2E, w, queryPanels);
      Packing.strips(gradient, 0, count, rows, 1f, w, gradientStrips);
      Packing.panels(gradient, 0, count, rows, rows, 1f, w, gradientPanels);
      FloatBuffer lse = in.lse[pair / sizes.heads()];
      float[] a = new float[d];
      float[] b = new float[d];
      for (int r = 0; r < rows; r++) {
        float sum = 0;
        float logarithm = 0;
        if (r < count) {
          gradient.read(r, a, 0);
          result.read(r, b, 0);
          for (int c = 0; c < d; c++) {
            sum += a[c] * b[c];
          }
          logarithm = lse.get(query.rows()[r] * sizes.heads() + pair % sizes.heads());
        }
        w[negativeLse + r] = -logarithm * Forward.LOG2E;
        w[negativeD + r] = -sum;
      }
    }

    private void block(int q0, int n, int count, int columns) {
      Tiles.product(
          w, queryStrips + q0 * d, w, keyColumns, d, n, columns, negativeLse + q0, scores, STRIDE);
      Tiles.product(
          w,
          gradientStrips + q0 * d,
          w,
          valueColumns,
          d,
          n,
          columns,
          negativeD + q0,
          scoreGradient,
          STRIDE);
      for (int c = 0; c < columns; c += PANEL) {
        int at = c / PANEL * STRIDE;
        Exponentials.both(w, scores + at, scoreGradient + at, n * PANEL);
      }
      if (count < columns) {
        // keys that are not there have scores all the same
        for (int r = 0, z = scoreGradient + count / PANEL * STRIDE; r < n; r++) {
          Arrays.fill(w, z + r * PANEL + count % PANEL, z + (r + 1) * PANEL, 0f);
        }
      }
      for (int p = 0; p < dp; p += PANEL) {
        int at = p * rows + q0 * PANEL;
        Tiles.addColumns(
            w, scores, STRIDE, gradientPanels + at, n, columns, valueGradient + p * span);
        Tiles.addColumns(
            w, scoreGradient, STRIDE, queryPanels + at, n, columns, keyGradient + p * span);
        Tiles.addRows(
            w, scoreGradient, STRIDE, w, keyPanels + p * span, columns, n, queryGradient + at);
      }
    }
  }
}
