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
 * Looks for numbers that are not finite. Features are looked at when they are read; once one is found the run cannot go
 * on, and the other slides are looked at too, so that the user is told of all.
 */
final class Finite {
  private static final long NANOSECONDS = 30_000_000_000L;
  private static final int NUMBERS = 1 << 20;

  /** A number that is not finite. */
  private static final class NotFiniteException extends DataException {
    private static final long serialVersionUID = 1L;

    NotFiniteException(String message) {
      super(message);
    }
  }

  private final List<Rows> all;
  private DataException told;

  /** @param all the rows of all slides that are read together */
  Finite(List<Rows> all) {
    this.all = List.copyOf(all);
  }

  /** Reads rows as {@link Rows#read} does, and refuses numbers that are not finite: those of all slides. */
  void read(Rows from, Wanted rows, FloatBuffer target) {
    try {
      one(from, rows, target);
    } catch (NotFiniteException e) {
      throw all(from, e);
    }
  }

  private static void one(Rows from, Wanted rows, FloatBuffer target) {
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

  /** Looks at a block at a time, in a way that the compiler turns into vector instructions. */
  private static boolean finite(FloatBuffer target, int start, int end) {
    float[] block = new float[Math.min(8192, end - start)];
    for (int at = start; at < end; at += block.length) {
      int count = Math.min(block.length, end - at);
      target.get(at, block, 0, count);
      int sign = 0;
      for (int i = 0; i < count; i++) {
        // below zero for all bits of the exponent set
        sign |= 0x7f7fffff - (Float.floatToRawIntBits(block[i]) & 0x7fffffff);
      }
      if (sign < 0) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with all slides, as far as half a minute goes; threads that read ahead find it out once. */
  private synchronized DataException all(Rows first, DataException found) {
    if (told == null) {
      Problems problems = new Problems();
      problems.add(found);
      int count = 1;
      long start = System.nanoTime();
      for (Rows rows : all) {
        boolean late = System.nanoTime() - start > NANOSECONDS;
        if (count == Problems.TOLD || late || Thread.currentThread().isInterrupted()) {
          break;
        }
        if (!rows.file().equals(first.file())) {
          try {
            look(rows);
          } catch (DataException e) {
            problems.add(e);
            count++;
          }
        }
      }
      try {
        problems.throwIfAny();
      } catch (DataException e) {
        told = e;
      }
    }
    return told;
  }

  private static void look(Rows rows) {
    int block = Math.max(1, NUMBERS / rows.width());
    FloatBuffer target = FloatBuffer.allocate(block * rows.width());
    for (int row = 0; row < rows.count(); row += block) {
      int end = (int) Math.min(rows.count(), (long) row + block);
      one(rows, Wanted.range(row, end), target.clear());
    }
  }
}
