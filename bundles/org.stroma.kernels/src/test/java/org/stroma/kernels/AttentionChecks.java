/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What has to hold of attention, for one width of vectors. The width is a constant of the classes, so
 * that {@link AttentionTest} loads all of them anew for each. Needs nothing of JUnit's but assertions.
 */
public final class AttentionChecks {
  private AttentionChecks() {}

  private static Case computed(Case c, int threads) {
    return computed(c, threads, new Buffers(2 * threads + 2));
  }

  private static Case computed(Case c, int threads, Buffers buffers) {
    try (Workers workers = new Workers(threads)) {
      return c.forward(workers, buffers).backward(workers, buffers);
    }
  }

  private static void assertRight(Case c, double tolerance) {
    double[] errors = c.errors();
    for (double error : errors) {
      assertTrue(error < tolerance, () -> c.sizes + " " + Arrays.toString(errors));
    }
  }

  /** Random lengths, masks and all widths of heads. */
  public static void agreesWithFloat64(int bits) {
    assertEquals(bits, Lanes.SPECIES.vectorBitSize());
    Random random = new Random(11);
    for (int width : new int[] {8, 12, 16, 24, 32, 40, 64, 96, 128}) {
      for (int kind = 0; kind < 4; kind++) {
        Sizes sizes = new Sizes(
            1 + random.nextInt(2),
            1 + random.nextInt(200),
            kind == 0 ? 1 + random.nextInt(40) : 1 + random.nextInt(400),
            1 + random.nextInt(3),
            width);
        Case c = new Case(sizes, random.nextLong(), kind == 3 ? 3 : 1);
        if (kind == 1) {
          c.tail(sizes.batch() - 1, sizes.keys() / 3);
        }
        if (kind == 2) {
          c.holes(0, .4, random);
        }
        // large scores: their own rounding shows, as it does in PyTorch
        assertRight(computed(c, 2), kind == 3 ? 2e-5 : 4e-6);
      }
    }
  }

  /** Queries of zeros, as of padding, have weights and gradients all the same. */
  public static void queriesOfZerosAskAllKeysAlike(int bits) {
    Random random = new Random(12);
    for (Sizes sizes : List.of(new Sizes(2, 150, 140, 3, 16), new Sizes(1, 700, 300, 1, 24))) {
      Case c = new Case(sizes, 13, 1);
      c.holes(0, .3, random);
      for (int i = 0; i < sizes.queries(); i++) {
        if (i % 3 == 1 || i > sizes.queries() / 2) {
          Arrays.fill(c.q, i * sizes.row(), (i + 1) * sizes.row(), 0f);
        }
      }
      assertRight(computed(c, 2), 4e-6);
    }
    Case zeros = new Case(new Sizes(1, 9, 20, 2, 8), 14, 0);
    assertRight(computed(zeros, 1), 4e-6);
  }

  /** To the bit; elements that are left out are as if they were not there, whatever they hold. */
  public static void selfAttentionIsThatOfItsParts(int bits) {
    Random random = new Random(21);
    for (int length : new int[] {1, 40, 257, 321, 700}) {
      Case c = new Case(new Sizes(2, length, length, 3, 20), 22, 1);
      c.holes(0, length == 1 ? 0 : .3, random);
      c.tail(1, 3 * length / 4);
      for (int i = 0; i < c.mask.length; i++) {
        if (c.mask[i] == 0f) {
          int row = c.sizes.row();
          Arrays.fill(c.gradient, i * row, (i + 1) * row, 0f);
          Arrays.fill(c.q, i * row, (i + 1) * row, i % 2 == 0 ? Float.NaN : 3e38f);
        }
      }
      computed(c, 2);
      Case.Joined self;
      try (Workers workers = new Workers(2)) {
        self = c.joined(workers, new Buffers(4));
      }
      assertArrayEquals(c.withoutPadding(c.out, c.sizes.row()), self.out());
      assertArrayEquals(c.withoutPadding(c.lse, c.sizes.heads()), self.lse());
      assertArrayEquals(c.withoutPadding(c.dq, c.sizes.row()), self.part(0));
      assertArrayEquals(c.dk, self.part(1));
      assertArrayEquals(c.dv, self.part(2));
    }
  }

  /** Several ranges of keys, several groups of queries, several rounds of packing. */
  public static void agreesWithFloat64WhereWorkIsSplit(int bits) {
    Case c = new Case(new Sizes(1, 1100, 1500, 1, 16), 3, 1);
    assertRight(computed(c, 3), 4e-6);
  }

  /** The gradients of the sum of the result, against differences of the float64 computation. */
  public static void gradientsAreFiniteDifferences(int bits) {
    Sizes sizes = new Sizes(1, 3, 5, 2, 8);
    Case c = new Case(sizes, 4, 1);
    c.mask[2] = 0;
    Arrays.fill(c.gradient, 1f);
    computed(c, 1);
    float[][] inputs = {c.q, c.k, c.v};
    float[][] gradients = {c.dq, c.dk, c.dv};
    for (int x = 0; x < 3; x++) {
      for (int i = 0; i < inputs[x].length; i++) {
        float before = inputs[x][i];
        inputs[x][i] = before + 1f / 1024;
        double up = sum(c);
        float above = inputs[x][i];
        inputs[x][i] = before - 1f / 1024;
        double down = sum(c);
        double difference = (up - down) / ((double) above - inputs[x][i]);
        inputs[x][i] = before;
        assertEquals(difference, gradients[x][i], 2e-5, "input " + x + ", number " + i);
      }
    }
  }

  private static double sum(Case c) {
    return Arrays.stream(new Reference(c.sizes, c.q, c.k, c.v, c.mask, c.gradient).out)
        .sum();
  }

  /** Threads, what is left in buffers, and chance have no say. */
  public static void bitsAreTheSame(int bits) {
    Random random = new Random(5);
    Case c = new Case(new Sizes(2, 900, 1300, 2, 24), 6, 1);
    c.holes(1, .3, random);
    List<float[]> first = computed(c, 1).results();
    Buffers used = new Buffers(8);
    computed(new Case(new Sizes(1, 500, 900, 3, 40), 7, 3), 2, used);
    for (int threads : new int[] {2, 3, 3}) {
      List<float[]> again = computed(c, threads, used).results();
      for (int i = 0; i < first.size(); i++) {
        assertArrayEquals(first.get(i), again.get(i), threads + " threads, result " + i);
      }
    }
  }

  /** A sequence with padding has the bits of the sequence without it. */
  public static void maskedKeysAreAsIfTheyWereNotThere(int bits) {
    int kept = 310;
    Case padded = new Case(new Sizes(1, 70, 600, 2, 32), 8, 1);
    Case bare = new Case(new Sizes(1, 70, kept, 2, 32), 8, 1);
    Random random = new Random(9);
    Arrays.fill(padded.mask, 0f);
    int row = padded.sizes.row();
    for (int i = 0, at = 0; i < kept; i++, at += 1 + random.nextInt(2)) {
      padded.mask[at] = 1f;
      System.arraycopy(padded.k, at * row, bare.k, i * row, row);
      System.arraycopy(padded.v, at * row, bare.v, i * row, row);
    }
    // whatever they hold
    for (int i = 0; i < padded.mask.length; i++) {
      if (padded.mask[i] == 0f) {
        Arrays.fill(padded.k, i * row, (i + 1) * row, Float.NaN);
        Arrays.fill(padded.v, i * row, (i + 1) * row, Float.POSITIVE_INFINITY);
      }
    }
    System.arraycopy(padded.q, 0, bare.q, 0, bare.q.length);
    System.arraycopy(padded.gradient, 0, bare.gradient, 0, bare.gradient.length);
    computed(padded, 2);
    computed(bare, 2);
    assertArrayEquals(bare.out, padded.out);
    assertArrayEquals(bare.dq, padded.dq);
    for (int i = 0, j = 0; i < padded.mask.length; i++) {
      boolean there = padded.mask[i] != 0f;
      for (int c = 0; c < row; c++) {
        assertEquals(there ? bare.dk[j * row + c] : 0f, padded.dk[i * row + c]);
        assertEquals(there ? bare.dv[j * row + c] : 0f, padded.dv[i * row + c]);
      }
      j += there ? 1 : 0;
    }
  }

  /** Rows without a key give zero and zero gradients; other sequences are not touched. */
  public static void sequencesWithoutKeysGiveZero(int bits) {
    Case c = new Case(new Sizes(3, 20, 30, 2, 16), 10, 1);
    c.tail(1, 0);
    computed(c, 2);
    assertRight(c, 4e-6);
    int n = 20 * c.sizes.row();
    assertArrayEquals(new float[n], Arrays.copyOfRange(c.out, n, 2 * n));
    assertArrayEquals(new float[n], Arrays.copyOfRange(c.dq, n, 2 * n));
    Case none = computed(new Case(new Sizes(2, 5, 0, 2, 16), 10, 1), 2);
    assertArrayEquals(new float[none.out.length], none.out);
    assertArrayEquals(new float[none.dq.length], none.dq);
    Case noQueries = computed(new Case(new Sizes(2, 0, 5, 2, 16), 10, 1), 2);
    assertArrayEquals(new float[noQueries.dk.length], noQueries.dk);
    computed(new Case(new Sizes(0, 5, 5, 2, 16), 10, 1), 2);
  }

  /** Queries that nothing asks for are left out of the gradients' work, and change nothing. */
  public static void queriesWithoutGradientAddNothing(int bits) {
    Case c = new Case(new Sizes(2, 300, 400, 2, 32), 12, 1);
    int row = c.sizes.row();
    Random random = new Random(13);
    for (int i = 0; i < 600; i++) {
      if (i > 299 || random.nextInt(3) > 0) {
        Arrays.fill(c.gradient, i * row, (i + 1) * row, 0f);
      }
    }
    // one number, the last of its row and a small one
    c.gradient[7 * row - 1] = -1e-3f;
    assertRight(computed(c, 2), 4e-6);
    assertTrue(c.dq[7 * row - 1] != 0f);
    int n = c.dk.length / 2;
    assertArrayEquals(new float[n], Arrays.copyOfRange(c.dk, n, 2 * n));
  }

  /** Beside scores of -300 the zeros that fill up a block of keys would be huge. */
  public static void whatFillsABlockIsNoKey(int bits) {
    Case c = new Case(new Sizes(1, 40, 300, 1, 32), 16, .1f);
    for (int i = 0; i < c.q.length; i++) {
      c.q[i] += 8;
    }
    for (int i = 0; i < c.k.length; i++) {
      c.k[i] -= 8;
    }
    // what keys have in common cancels in dQ
    assertRight(computed(c, 2), 5e-3);
  }

  /** Scores of thousands neither overflow nor give NaN; NaN is not hidden. */
  public static void extremesAreWhatTheyAre(int bits) {
    Case large = computed(new Case(new Sizes(1, 100, 600, 1, 32), 14, 20), 2);
    assertRight(large, 2e-3);
    Case broken = new Case(new Sizes(1, 20, 600, 1, 32), 15, 1);
    broken.q[5 * 32 + 3] = Float.NaN;
    computed(broken, 2);
    for (int i = 0; i < 20; i++) {
      assertEquals(i == 5, Float.isNaN(broken.out[i * 32]), "row " + i);
    }
    assertTrue(Float.isNaN(broken.dk[0]));
  }
}
