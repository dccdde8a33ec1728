/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Arrays to compute in, kept for the next step: memory that is used again needs no clearing and no
 * page faults. Few are kept, and the garbage collector may take them.
 */
final class Buffers {
  /** Floats of the largest array that is kept, 64 MiB. */
  private static final int LARGEST = 1 << 24;

  private final int limit;
  private final List<SoftReference<float[]>> kept = new ArrayList<>();

  /** @param limit how many arrays are kept */
  Buffers(int limit) {
    this.limit = limit;
  }

  /**
   * An array of at least so many floats, with anything in it.
   *
   * @throws SizeException if no array is that long
   */
  float[] take(long floats) {
    if (floats > Integer.MAX_VALUE - 16) {
      throw new SizeException(
          floats + " numbers have to be kept at once for attention, and an array holds 2147483631");
    }
    float[] best = null;
    synchronized (kept) {
      kept.removeIf(reference -> reference.get() == null);
      for (SoftReference<float[]> reference : kept) {
        float[] array = reference.get();
        // a small need does not take what a large one will ask for
        if (array != null
            && array.length >= floats
            && array.length / 4 <= floats
            && (best == null || array.length < best.length)) {
          best = array;
        }
      }
      if (best != null) {
        float[] taken = best;
        kept.removeIf(reference -> reference.get() == taken);
        return best;
      }
    }
    return new float[(int) floats];
  }

  /** Gives an array back. */
  void give(float[] array) {
    if (array.length > LARGEST) {
      return;
    }
    synchronized (kept) {
      if (kept.size() >= limit) {
        kept.remove(0);
      }
      kept.add(new SoftReference<>(array));
    }
  }

  /** Lets go of all arrays. */
  void clear() {
    synchronized (kept) {
      kept.clear();
    }
  }

  /** Something does not fit into an array or a buffer; the message is for users. */
  static final class SizeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SizeException(String message) {
      super(message);
    }
  }
}
