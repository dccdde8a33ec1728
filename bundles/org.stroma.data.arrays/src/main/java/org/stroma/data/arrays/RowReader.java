/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.util.function.IntToLongFunction;

/**
 * Reads matrix rows through a buffer that fits the processor's cache; adjacent rows are read
 * together.
 */
final class RowReader {
  private static final int BUFFER = 1 << 19;

  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER));

  private RowReader() {}

  /**
   * Reads rows.
   *
   * @param address file offset of the first byte of a row
   */
  static void read(
      OpenFile file,
      IntToLongFunction address,
      int width,
      ElementType elementType,
      RowSelection rows,
      ElementType.Sink sink) {
    int stride = Math.multiplyExact(width, elementType.bytes());
    // a row longer than the shared buffer gets its own
    ByteBuffer bytes = stride <= BUFFER ? BUFFERS.get() : ByteBuffer.allocateDirect(stride);
    int most = bytes.capacity() / stride;
    int rowCount = rows.count();
    for (int done = 0; done < rowCount; ) {
      long start = address.applyAsLong(rows.row(done));
      int run = 1;
      while (run < most
          && done + run < rowCount
          && address.applyAsLong(rows.row(done + run)) == start + (long) run * stride) {
        run++;
      }
      file.read(bytes.clear().limit(run * stride), start);
      sink.put(Math.multiplyExact(done, width), bytes, 0, run * width);
      done += run;
    }
  }
}
