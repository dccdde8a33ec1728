/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.EOFException;
import java.io.IOException;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.stream.ImageInputStream;

/**
 * Tiles without loss: uncompressed, LZW, Deflate or PackBits, of 8 bits in RGB or grey. TwelveMonkeys 3.14.0 decodes all tiles
 * that come before one of these in the file, each time; here a tile is decoded alone.
 */
final class StoredTiles {
  private static final int LZW = 5;
  private static final int PACK_BITS = 32773;
  private static final int CLEAR = 256;
  private static final int END = 257;
  private static final int CODES = 4096;

  private StoredTiles() {}

  /** Whether an image's tiles are of this kind. */
  static boolean are(Directories.Image image) {
    return image.tiled()
        && Set.of(1, LZW, 8, 32946, PACK_BITS).contains(image.compression())
        && image.plainBytes()
        && (image.samples() == 3 && image.photometric() == 2
            || image.samples() == 1 && image.photometric() <= 1);
  }

  /**
   * Decodes a tile.
   *
   * @return packed RGB, all of the tile, row by row
   * @throws IOException for data that are damaged; the message says how
   */
  static int[] decode(ImageInputStream stream, Directories.Image image, int index)
      throws IOException {
    int width = image.tileWidth();
    int samples = image.samples();
    byte[] packed = new byte[Math.toIntExact(image.bytes()[index])];
    stream.seek(image.places()[index]);
    stream.readFully(packed);
    byte[] raw =
        new byte[Math.multiplyExact(Math.multiplyExact(width, image.tileHeight()), samples)];
    switch (image.compression()) {
      case 1 -> {
        if (packed.length < raw.length) {
          throw new EOFException();
        }
        System.arraycopy(packed, 0, raw, 0, raw.length);
      }
      case LZW -> lzw(packed, raw);
      case PACK_BITS -> packBits(packed, raw);
      default -> inflate(packed, raw);
    }
    if (image.differences()) {
      for (int row = 0; row < raw.length; row += width * samples) {
        for (int i = row + samples; i < row + width * samples; i++) {
          raw[i] += raw[i - samples];
        }
      }
    }
    int[] rgb = new int[raw.length / samples];
    for (int i = 0; i < rgb.length; i++) {
      if (samples == 3) {
        rgb[i] = (raw[3 * i] & 0xff) << 16 | (raw[3 * i + 1] & 0xff) << 8 | raw[3 * i + 2] & 0xff;
      } else {
        rgb[i] = (image.photometric() == 0 ? 255 - (raw[i] & 0xff) : raw[i] & 0xff) * 0x010101;
      }
    }
    return rgb;
  }

  private static void inflate(byte[] packed, byte[] raw) throws IOException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      int at = 0;
      while (at < raw.length) {
        int some = inflater.inflate(raw, at, raw.length - at);
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

  private static void packBits(byte[] packed, byte[] raw) throws IOException {
    int from = 0;
    int at = 0;
    while (at < raw.length) {
      if (from + 1 >= packed.length) {
        throw new EOFException();
      }
      int count = packed[from++];
      int some = count >= 0 ? count + 1 : count == -128 ? 0 : 1 - count;
      if (at + some > raw.length || count >= 0 && from + some > packed.length) {
        throw new IOException("its data are damaged");
      }
      for (int i = 0; i < some; i++) {
        raw[at++] = packed[count >= 0 ? from + i : from];
      }
      from += count >= 0 ? some : count == -128 ? 0 : 1;
    }
  }

  /** TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first; each word is known by where it came out before. */
  private static void lzw(byte[] packed, byte[] raw) throws IOException {
    int[] start = new int[CODES];
    int[] length = new int[CODES];
    int next = END + 1;
    int width = 9;
    int bits = 0;
    int waiting = 0;
    int from = 0;
    int at = 0;
    int before = -1; // where the word before begins
    int beforeLength = 0;
    while (at < raw.length) {
      while (waiting < width) {
        if (from >= packed.length) {
          throw new EOFException();
        }
        bits = bits << 8 | packed[from++] & 0xff;
        waiting += 8;
      }
      int code = bits >>> waiting - width & (1 << width) - 1;
      waiting -= width;
      bits &= (1 << waiting) - 1;
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
        length[next++] = beforeLength + 1;
      }
      int size = code < CLEAR ? 1 : length[code];
      if (code >= next || before < 0 && code > END) {
        throw new IOException("its data are damaged (a code of LZW that means nothing)");
      }
      before = at;
      size = Math.min(size, raw.length - at);
      if (code < CLEAR) {
        raw[at++] = (byte) code;
      } else {
        for (int i = 0; i < size; i++) {
          raw[at++] = raw[start[code] + i];
        }
      }
      beforeLength = size;
      if (next >= (1 << width) - 1 && width < 12) {
        width++;
      }
    }
  }
}
