/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;

/** Rows of numbers that lie one after the other in a file, copied from its mapped pages: one copy for float32. */
final class MappedRows {
  private MappedRows() {}

  /**
   * Copies rows.
   *
   * @param address of the first row's first byte
   * @param rows null for all, else in rising order
   * @param mapped bytes to map at once, at least a row
   */
  static void copy(
      FileChannel channel, long address, int count, int width, Cells cells, int[] rows, FloatBuffer target, long mapped)
      throws IOException {
    long stride = (long) width * cells.bytes();
    int window = (int) Math.max(1, mapped / stride);
    int wanted = rows == null ? count : rows.length;
    float[] some = new float[width];
    for (int done = 0; done < wanted; ) {
      int first = rows == null ? done : rows[done];
      int most = Math.min(window, count - first);
      ByteBuffer bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, address + first * stride, most * stride).order(cells.order());
      if (rows == null) {
        if (cells.kind() == Cells.Kind.FLOAT32) {
          target.put(bytes.asFloatBuffer());
        } else {
          for (int row = 0; row < most; row++) {
            cells.decode(bytes, Math.toIntExact(row * stride), some, width);
            target.put(some);
          }
        }
        done += most;
        continue;
      }
      while (done < wanted && rows[done] < first + most) {
        int at = Math.toIntExact((rows[done] - first) * stride);
        if (cells.kind() == Cells.Kind.FLOAT32) {
          target.put(bytes.slice(at, (int) stride).order(cells.order()).asFloatBuffer());
        } else {
          cells.decode(bytes, at, some, width);
          target.put(some);
        }
        done++;
      }
    }
  }
}
