/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.util.function.IntToLongFunction;

/** Reads rows of numbers through a buffer that stays in the processor's cache; rows that lie side by side at once. */
final class FileRows {
  private static final int BUFFER = 1 << 19;

  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER));

  private FileRows() {}

  /**
   * Reads rows.
   *
   * @param address of a row's first byte
   */
  static void read(
      OpenFile file,
      IntToLongFunction address,
      int width,
      Cells cells,
      Wanted rows,
      Cells.Sink sink) {
    int stride = Math.multiplyExact(width, cells.bytes());
    // a row that is longer than the buffer is read in a buffer of its own
    ByteBuffer bytes = stride <= BUFFER ? BUFFERS.get() : ByteBuffer.allocateDirect(stride);
    int most = bytes.capacity() / stride;
    int wanted = rows.count();
    for (int done = 0; done < wanted; ) {
      long start = address.applyAsLong(rows.row(done));
      int run = 1;
      while (run < most
          && done + run < wanted
          && address.applyAsLong(rows.row(done + run)) == start + (long) run * stride) {
        run++;
      }
      file.read(bytes.clear().limit(run * stride), start);
      sink.put(Math.multiplyExact(done, width), bytes, 0, run * width);
      done += run;
    }
  }
}
