/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.stroma.api.data.DataException;

/** The bytes of a TIFF or BigTIFF, in its order; what lies beyond their end is a sentence. */
final class TiffBytes implements AutoCloseable {
  private static final int BIG_TIFF = 43;

  private final Path file;
  private final RandomAccessFile in;
  private final long size;
  private final ByteOrder order;
  private final boolean big;

  private TiffBytes(Path file, RandomAccessFile in) throws IOException {
    this.file = file;
    this.in = in;
    size = in.length();
    if (size < 8) {
      throw new DataException(
          file + " is cut off: it has " + size + " bytes, fewer than a TIFF's header");
    }
    order = read(0, 1).get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    big = read(2, 2).getShort(0) == BIG_TIFF;
  }

  static TiffBytes open(Path file) throws IOException {
    RandomAccessFile in = new RandomAccessFile(file.toFile(), "r");
    try {
      return new TiffBytes(file, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  ByteOrder order() {
    return order;
  }

  /** Whether places are numbers of eight bytes. */
  boolean big() {
    return big;
  }

  /** Where the header has the place of the first directory. */
  long link() {
    return big ? 8 : 4;
  }

  DataException cut(String what) {
    return new DataException(file + " is cut off or damaged: " + what + ", and the file has " + size
        + " bytes; copy it again");
  }

  /** A number of 1, 2, 4 or 8 bytes. */
  long number(long at, int bytes) throws IOException {
    if (at < 0 || at > size - bytes) {
      throw cut("its directory goes on at byte " + at);
    }
    return number(read(at, bytes), 0, bytes);
  }

  /** The place that is stored somewhere, in four bytes or eight. */
  long place(long at) throws IOException {
    return number(at, big ? 8 : 4);
  }

  static long number(ByteBuffer from, int at, int bytes) {
    return switch (bytes) {
      case 1 -> from.get(at) & 0xff;
      case 2 -> from.getShort(at) & 0xffff;
      case 4 -> from.getInt(at) & 0xffffffffL;
      default -> from.getLong(at);
    };
  }

  /** Bytes that have to be there. */
  ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(read(at, count, 0));
    // without an order there is the header alone, and that is read byte by byte
    return order == null ? bytes : bytes.order(order);
  }

  /** Bytes that have to be there, and zeros after them. */
  byte[] read(long at, int count, int zeros) throws IOException {
    byte[] bytes = new byte[Math.addExact(count, zeros)];
    int some = read(at, bytes, count);
    if (some < count) {
      throw cut("it ends at byte " + (at + some));
    }
    return bytes;
  }

  /** Reads as many bytes as there are, up to a number of them; a thread that is interrupted reads on. */
  int read(long at, byte[] to, int most) throws IOException {
    in.seek(at);
    int some = 0;
    while (some < most) {
      int more = in.read(to, some, most - some);
      if (more < 0) {
        return some;
      }
      some += more;
    }
    return some;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
