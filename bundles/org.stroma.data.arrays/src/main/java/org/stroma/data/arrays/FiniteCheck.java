/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.util.List;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;

/**
 * Rejects features that are NaN or infinite. Features are checked when they are read. Once one is
 * found the run cannot go on, so the other slides are checked too and reported together.
 */
final class FiniteCheck {
  private static final long TIME_LIMIT_NANOS = 30_000_000_000L;
  private static final int BLOCK_NUMBERS = 1 << 20;

  /** Thrown for the first non-finite number of a slide. */
  private static final class NotFiniteException extends DataException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String message) {
      super(message);
    }
  }

  private final List<RowSource> slides;
  private DataException report;

  /** @param slides the features of all slides of the modality */
  FiniteCheck(List<RowSource> slides) {
    this.slides = List.copyOf(slides);
  }

  /**
   * Reads rows as {@link RowSource#read} does.
   *
   * @throws DataException if a number is not finite; it reports all slides with such numbers
   */
  void read(RowSource from, RowSelection rows, FloatBuffer target) {
    try {
      readChecked(from, rows, target);
    } catch (NotFiniteException e) {
      throw checkAll(from, e);
    }
  }

  private static void readChecked(RowSource from, RowSelection rows, FloatBuffer target) {
    int start = target.position();
    from.read(rows, target);
    int end = target.position();
    if (finite(target, start, end)) {
      return;
    }
    for (int i = start; i < end; i++) {
      if (!Float.isFinite(target.get(i))) {
        int row = (i - start) / from.width();
        throw new NotFiniteException(from.file() + ": patch " + (rows.row(row) + 1) + ", feature "
            + ((i - start) % from.width() + 1) + " is " + target.get(i)
            + "; features have to be finite numbers");
      }
    }
  }

  /** Checks block by block, in a form that the JIT compiler vectorises. */
  private static boolean finite(FloatBuffer target, int start, int end) {
    float[] block = new float[Math.min(8192, end - start)];
    for (int at = start; at < end; at += block.length) {
      int count = Math.min(block.length, end - at);
      target.get(at, block, 0, count);
      int sign = 0;
      for (int i = 0; i < count; i++) {
        // negative if all exponent bits are set
        sign |= 0x7f7fffff - (Float.floatToRawIntBits(block[i]) & 0x7fffffff);
      }
      if (sign < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks the other slides, for at most half a minute. Synchronized, so that parallel readers
   * check once.
   */
  private synchronized DataException checkAll(RowSource first, DataException found) {
    if (report == null) {
      Problems problems = new Problems();
      problems.add(found);
      int count = 1;
      long start = System.nanoTime();
      for (RowSource rows : slides) {
        boolean late = System.nanoTime() - start > TIME_LIMIT_NANOS;
        if (count == Problems.TOLD || late || Thread.currentThread().isInterrupted()) {
          break;
        }
        if (!rows.file().equals(first.file())) {
          try {
            check(rows);
          } catch (DataException e) {
            problems.add(e);
            count++;
          }
        }
      }
      try {
        problems.throwIfAny();
      } catch (DataException e) {
        report = e;
      }
    }
    return report;
  }

  private static void check(RowSource rows) {
    int block = Math.max(1, BLOCK_NUMBERS / rows.width());
    FloatBuffer target = FloatBuffer.allocate(block * rows.width());
    for (int row = 0; row < rows.count(); row += block) {
      int end = (int) Math.min(rows.count(), (long) row + block);
      readChecked(rows, RowSelection.range(row, end), target.clear());
    }
  }
}
