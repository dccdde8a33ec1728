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
 * @param kernel of {@link Way#KERNEL}; else null
 * @param scores numbers that the scores of a block may have, of {@link Way#BLOCKS}
 */
public record AttentionMethod(Way way, @Nullable AttentionKernel kernel, int scores) {
  /** On a CPU: a block's scores stay near its caches. */
  public static final int CPU_SCORES = 1 << 22;

  /** On a GPU, which wants few and large operations: a gigabyte. */
  public static final int GPU_SCORES = 1 << 28;

  /** All scores at once. */
  public static final AttentionMethod PLAIN = new AttentionMethod(Way.PLAIN, null, 0);

  /** A few keys have scores that need no blocks. */
  static final int FEW_KEYS = 64;

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

  /** In blocks. */
  public static AttentionMethod blocks(int scores) {
    return new AttentionMethod(Way.BLOCKS, null, scores);
  }

  /** With a bundle's operations, and in blocks where those do not serve. */
  public static AttentionMethod of(AttentionKernel kernel) {
    return new AttentionMethod(Way.KERNEL, kernel, CPU_SCORES);
  }

  /** In words. */
  public String label() {
    return kernel == null ? way.label() : kernel.label();
  }
}
