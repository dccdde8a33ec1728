/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Tiles without loss: uncompressed, LZW, Deflate or PackBits. TwelveMonkeys 3.14.0 decodes all tiles that come before one of these
 * in the file, each time; here a tile is decoded alone.
 */
final class StoredTiles {
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int CODES = 4096;

  /** Bytes after a tile's own, stored and decoded: both are taken eight at a time. */
  private static final int SLACK = Long.BYTES;

  private static final VarHandle BITS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private StoredTiles() {}

  /**
   * Decodes a tile.
   *
   * @return packed RGB, all of the tile, row by row
   * @throws IOException for data that are damaged; the message says how
   */
  static int[] decode(TiffImage image, int index) throws IOException {
    Samples samples = image.samples();
    if (samples.planar() || samples.bits() != 8 || samples.alpha() != Samples.Alpha.NONE) {
      return StoredSamples.decode(image, index);
    }
    int width = image.tileWidth();
    int size = Math.multiplyExact(Math.multiplyExact(width, image.tileHeight()), samples.count());
    byte[] raw = unpacked(image, index, size);
    return samples.count() == 3
        ? colours(raw, width, size / 3, image.differences())
        : greys(raw, width, size, image);
  }

  /** The bytes of a tile, and some more. */
  static byte[] unpacked(TiffImage image, int index, int size) throws IOException {
    int length = Math.toIntExact(image.bytes()[index]);
    byte[] packed = image.directory().file().read(image.places()[index], length, SLACK);
    byte[] raw = new byte[Math.addExact(size, SLACK)];
    switch (image.compression()) {
      case Compression.NONE -> {
        if (length < size) {
          throw new EOFException();
        }
        System.arraycopy(packed, 0, raw, 0, size);
      }
      case Compression.LZW -> lzw(packed, length, raw, size);
      case Compression.PACK_BITS -> packBits(packed, length, raw, size);
      default -> inflate(packed, length, raw, size);
    }
    return raw;
  }

  private static int[] colours(byte[] raw, int width, int pixels, boolean differences) {
    int[] rgb = new int[pixels];
    int red = 0;
    int green = 0;
    int blue = 0;
    int keep = differences ? 0xff : 0; // what counts of the pixel at the left
    for (int start = 0; start < pixels; start += width) {
      red = 0;
      green = 0;
      blue = 0;
      for (int i = start; i < start + width; i++) {
        red = (red & keep) + raw[3 * i] & 0xff;
        green = (green & keep) + raw[3 * i + 1] & 0xff;
        blue = (blue & keep) + raw[3 * i + 2] & 0xff;
        rgb[i] = red << 16 | green << 8 | blue;
      }
    }
    return rgb;
  }

  private static int[] greys(byte[] raw, int width, int pixels, TiffImage image) {
    int[] rgb = new int[pixels];
    int keep = image.differences() ? 0xff : 0;
    int inverse = image.samples().photometric() == 0 ? 0xff : 0;
    for (int start = 0; start < pixels; start += width) {
      int grey = 0;
      for (int i = start; i < start + width; i++) {
        grey = (grey & keep) + raw[i] & 0xff;
        rgb[i] = (grey ^ inverse) * 0x010101;
      }
    }
    return rgb;
  }

  private static void inflate(byte[] packed, int length, byte[] raw, int size) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed, 0, length);
      int at = 0;
      while (at < size) {
        int some = inflater.inflate(raw, at, size - at);
        if (some == 0) {
          throw new EOFException();
        }
        at += some;
      }
    } catch (DataFormatException e) {
      throw new IOException(
          "its data are damaged" + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")"), e);
    } finally {
      inflater.end();
    }
  }

  private static void packBits(byte[] packed, int length, byte[] raw, int size) throws IOException {
    int from = 0;
    int at = 0;
    while (at < size) {
      if (from + 1 >= length) {
        throw new EOFException();
      }
      int count = packed[from++];
      int some = count >= 0 ? count + 1 : count == -128 ? 0 : 1 - count;
      if (at + some > size || count >= 0 && from + some > length) {
        throw new IOException("its data are damaged");
      }
      for (int i = 0; i < some; i++) {
        raw[at++] = packed[count >= 0 ? from + i : from];
      }
      from += count >= 0 ? some : count == -128 ? 0 : 1;
    }
  }

  /**
   * TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first; each word is known by where it came out before. Words
   * are copied eight bytes at a time, as most are shorter; what is too much is overwritten by the next one.
   */
  private static void lzw(byte[] packed, int length, byte[] raw, int size) throws IOException {
    int[] start = new int[CODES];
    short[] letters = new short[CODES];
    int next = END + 1;
    int width = 9;
    long from = 0; // in bits
    long end = 8L * length;
    int at = 0;
    int before = -1; // where the word before begins
    int beforeLength = 0;
    while (at < size) {
      if (from + width > end) {
        throw new EOFException();
      }
      long bits = (long) BITS.get(packed, (int) (from >>> 3)) << (from & 7);
      int code = (int) (bits >>> Long.SIZE - width);
      from += width;
      if (code == END) {
        throw new EOFException();
      }
      if (code == CLEAR) {
        next = END + 1;
        width = 9;
        before = -1;
        continue;
      }
      if (before >= 0 && next < CODES) {
        // the word before and the first letter of this one, which is where it came out
        start[next] = before;
        letters[next++] = (short) (beforeLength + 1);
      }
      if (code >= next || before < 0 && code > END) {
        throw new IOException("its data are damaged (a code of LZW that means nothing)");
      }
      before = at;
      if (code < CLEAR) {
        raw[at] = (byte) code;
        beforeLength = 1;
      } else {
        int word = start[code];
        beforeLength = Math.min(letters[code], size - at);
        if (word + beforeLength > at) { // its last letter is its first, which comes out here
          for (int i = 0; i < beforeLength; i++) {
            raw[at + i] = raw[word + i];
          }
        } else {
          for (int i = 0; i < beforeLength; i += Long.BYTES) {
            LONGS.set(raw, at + i, (long) LONGS.get(raw, word + i));
          }
        }
      }
      at += beforeLength;
      if (next >= (1 << width) - 1 && width < 12) {
        width++;
      }
    }
  }
}
