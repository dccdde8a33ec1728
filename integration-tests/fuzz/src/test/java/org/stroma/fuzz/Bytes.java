/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Changes of bytes that know nothing of what they mean: flips, cuts, inflated numbers, pieces of others. */
final class Bytes {
  private static final int[] WIDTHS = {1, 2, 4, 8};

  private Bytes() {}

  /** A changed copy. */
  static byte[] changed(byte[] bytes, byte[] other, Random random) {
    if (bytes.length == 0) {
      return random.nextBoolean() ? other.clone() : new byte[] {(byte) random.nextInt(256)};
    }
    int at = place(bytes, random);
    return switch (random.nextInt(14)) {
      case 0, 1 -> flipped(bytes, at, 1 << random.nextInt(8));
      case 2 -> flipped(bytes, at, 1 + random.nextInt(255));
      case 3 -> set(bytes, at, random.nextBoolean() ? 0 : 0xff);
      case 4 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 5, 6, 7, 8 -> number(bytes, at, random);
      case 9 -> replaced(bytes, at, length(bytes, at, random), new byte[0]);
      case 10 -> {
        int length = length(bytes, at, random);
        yield replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
      }
      case 11 -> {
        byte[] noise = new byte[1 + random.nextInt(16)];
        random.nextBytes(noise);
        yield replaced(bytes, at, random.nextInt(noise.length), noise);
      }
      case 12 -> spliced(bytes, at, other, random);
      default -> random.nextInt(4) > 0
          ? replaced(bytes, at, 0, new byte[1 << random.nextInt(12)])
          : Arrays.copyOf(bytes, bytes.length + (1 << random.nextInt(16)));
    };
  }

  /** Half of the places are where something is: files have much room that is zero. */
  private static int place(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    for (int i = 0; i < 64 && bytes[at] == 0 && random.nextInt(64) > 0; i++) {
      at = random.nextInt(bytes.length);
    }
    return at;
  }

  private static int length(byte[] bytes, int at, Random random) {
    int most = bytes.length - at;
    return 1 + random.nextInt(random.nextInt(4) == 0 ? most : Math.min(most, 32));
  }

  private static byte[] flipped(byte[] bytes, int at, int bits) {
    return set(bytes, at, bytes[at] ^ bits);
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  /** A number of 1 to 8 bytes, in either order: doubled, one more or less, the file's size, or one that is huge. */
  private static byte[] number(byte[] bytes, int from, Random random) {
    int width = WIDTHS[random.nextInt(WIDTHS.length)];
    int at = random.nextBoolean() ? from : from / width * width;
    if (at + width > bytes.length) {
      return flipped(bytes, from, 255);
    }
    ByteBuffer copy = ByteBuffer.wrap(bytes.clone())
        .order(random.nextInt(4) > 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long old =
        switch (width) {
          case 1 -> copy.get(at);
          case 2 -> copy.getShort(at);
          case 4 -> copy.getInt(at);
          default -> copy.getLong(at);
        };
    long next =
        switch (random.nextInt(8)) {
          case 0 -> old + 1;
          case 1 -> old - 1;
          case 2 -> old * 2;
          case 3 -> -old;
          case 4 -> bytes.length - random.nextInt(3) + 1L;
          default -> Numbers.whole(random);
        };
    switch (width) {
      case 1 -> copy.put(at, (byte) next);
      case 2 -> copy.putShort(at, (short) next);
      case 4 -> copy.putInt(at, (int) next);
      default -> copy.putLong(at, next);
    }
    return copy.array();
  }

  private static byte[] spliced(byte[] bytes, int at, byte[] other, Random random) {
    if (other.length == 0) {
      return bytes.clone();
    }
    int from = random.nextInt(other.length);
    int length = length(other, from, random);
    return replaced(
        bytes,
        at,
        Math.min(bytes.length - at, random.nextBoolean() ? length : 0),
        Arrays.copyOfRange(other, from, from + length));
  }

  /** Bytes in place of some others. */
  static byte[] replaced(byte[] bytes, int at, int length, byte[] with) {
    int end = Math.min(bytes.length, at + length);
    byte[] all = new byte[at + with.length + bytes.length - end];
    System.arraycopy(bytes, 0, all, 0, at);
    System.arraycopy(with, 0, all, at, with.length);
    System.arraycopy(bytes, end, all, at + with.length, bytes.length - end);
    return all;
  }

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
