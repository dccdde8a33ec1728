/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import org.jspecify.annotations.Nullable;

/**
 * How a graph computes attention. All ways give the same up to rounding.
 *
 * @param way of the three
 * @param kernels of {@link Way#KERNEL}; else null
 * @param scores numbers that the scores of a block may have, of {@link Way#BLOCKS}
 * @param always also where there are few scores, which are faster all at once
 */
public record AttentionMethod(Way way, @Nullable Kernels kernels, int scores, boolean always) {
  /** On a CPU: 64 MB. */
  public static final int CPU_SCORES = 1 << 24;

  /** On a GPU, which wants few and large operations: a gigabyte. */
  public static final int GPU_SCORES = 1 << 28;

  /** All scores at once. */
  public static final AttentionMethod PLAIN = new AttentionMethod(Way.PLAIN, null, 0, true);

  /** Pairs of a query and a key, of a whole batch, whose scores need no blocks: 256 MB with 8 heads. */
  private static final long FEW_PAIRS = 1 << 23;

  /** The ways. */
  public enum Way {
    /** The scores of all queries and keys at once, which a training keeps for its way back: fast for short sequences. */
    PLAIN("plain"),
    /** Blocks of queries, whose scores are computed once more on the way back. */
    BLOCKS("blocks"),
    /** Operations that a bundle brings. */
    KERNEL("kernel");

    private final String label;

    Way(String label) {
      this.label = label;
    }

    /** The name in settings. */
    public String label() {
      return label;
    }
  }

  /** In blocks, however short the sequences are. */
  public static AttentionMethod blocks(int scores) {
    return new AttentionMethod(Way.BLOCKS, null, scores, true);
  }

  /** In blocks where there are many scores, else all at once. */
  public static AttentionMethod auto(int scores) {
    return new AttentionMethod(Way.BLOCKS, null, scores, false);
  }

  /** The way of a graph whose batches have so many pairs of a query and a key at most. */
  public AttentionMethod of(long pairs) {
    return way == Way.BLOCKS && !always && pairs <= FEW_PAIRS ? PLAIN : this;
  }

  /** With a bundle's operations, and in blocks where those do not serve. */
  public static AttentionMethod of(Kernels kernels) {
    return new AttentionMethod(Way.KERNEL, kernels, CPU_SCORES, false);
  }

  /** In words. */
  public String label() {
    return kernels != null
        ? kernels.label()
        : way == Way.BLOCKS && !always ? "blocks where sequences are long" : way.label();
  }
}
