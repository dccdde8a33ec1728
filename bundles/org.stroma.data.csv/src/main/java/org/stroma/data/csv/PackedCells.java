/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The cells of a row, to the letter, in little memory: four bytes each, and for those that are not
 * plain decimals of up to eight digits their text in UTF-8. Strings would take ten times as much,
 * and tables with a column a gene have 10^8 cells.
 *
 * <p>A code is 0 for an empty cell. A decimal has bit 0 set, its sign in bit 1, its decimals in
 * bits 2 to 4 and its digits as a number above. Of a text, bits 1 and above are one more than its
 * place in {@code text}, where its length stands before it, seven bits a byte, the last one
 * positive.
 */
final class PackedCells {
  /** Characters of the longest decimal: a sign, eight digits and a point. */
  static final int LONGEST_DECIMAL = 10;

  private static final int MOST_DIGITS = 8; // 10^8 < 2^27
  private static final int MOST_DECIMALS = 7; // in three bits
  private static final int MOST_TEXT = (1 << 30) - 1;
  private static final byte[] NO_TEXT = {};

  private final int[] codes;
  private final byte[] text;

  private PackedCells(int[] codes, byte[] text) {
    this.codes = codes;
    this.text = text;
  }

  /** A cell. */
  String get(int cell) {
    int code = codes[cell];
    if (code == 0) {
      return "";
    } else if ((code & 1) != 0) {
      char[] chars = new char[LONGEST_DECIMAL];
      return new String(chars, 0, decimal(cell, chars));
    }
    int at = (code >>> 1) - 1;
    int length = 0;
    int shift = 0;
    do {
      length |= (text[at] & 0x7F) << shift;
      shift += 7;
    } while (text[at++] < 0);
    return new String(text, at, length, StandardCharsets.UTF_8);
  }

  /**
   * Copies a cell that is empty or a plain decimal.
   *
   * @param chars room for {@value #LONGEST_DECIMAL} characters
   * @return how many characters it has; -1 for another text
   */
  int decimal(int cell, char[] chars) {
    int code = codes[cell];
    if ((code & 1) == 0) {
      return code == 0 ? 0 : -1;
    }
    int decimals = code >>> 2 & 7;
    int digits = code >>> 5;
    int length = (code & 2) == 0 ? 0 : 1;
    int count = 1;
    for (int rest = digits / 10; rest > 0; rest /= 10) {
      count++;
    }
    count = Math.max(count, decimals + 1); // 0.05 has two zeros that 5 lacks
    length += count + (decimals == 0 ? 0 : 1);
    int rest = digits;
    int at = length;
    for (int i = 0; i < count; i++) {
      if (i == decimals && decimals > 0) {
        chars[--at] = '.';
      }
      chars[--at] = (char) ('0' + rest % 10);
      rest /= 10;
    }
    if (at > 0) {
      chars[0] = '-';
    }
    return length;
  }

  /** Bytes of memory, without the objects themselves. */
  long bytes() {
    return 4L * codes.length + text.length;
  }

  /** Packs the cells of row after row. */
  static final class Packer {
    private int[] codes;
    private byte[] text = new byte[256];
    private int used;

    Packer(int cells) {
      codes = new int[cells];
    }

    /** Sets a cell of the row; those that are not set are empty. */
    void set(int cell, char[] chars, int from, int length) {
      int code = length == 0 ? 0 : code(chars, from, from + length);
      codes[cell] = code < 0 ? addText(new String(chars, from, length)) : code;
    }

    /** The code of a decimal that is written in the only way that is read back; -1 for others. */
    private static int code(char[] chars, int from, int end) {
      int sign = chars[from] == '-' ? 1 : 0;
      int start = from + sign;
      int digits = 0;
      int point = -1;
      if (end - start > MOST_DIGITS + 1 || start == end) {
        return -1;
      }
      for (int i = start; i < end; i++) {
        char c = chars[i];
        if (c >= '0' && c <= '9') {
          digits = 10 * digits + c - '0';
        } else if (c == '.' && point < 0) {
          point = i;
        } else {
          return -1;
        }
      }
      int whole = (point < 0 ? end : point) - start;
      int decimals = point < 0 ? 0 : end - point - 1;
      if (whole == 0
          || whole > 1 && chars[start] == '0'
          || whole + decimals > MOST_DIGITS
          || decimals > MOST_DECIMALS
          || point >= 0 && decimals == 0) {
        return -1;
      }
      return digits << 5 | decimals << 2 | sign << 1 | 1;
    }

    private int addText(String cell) {
      byte[] bytes = cell.getBytes(StandardCharsets.UTF_8);
      long needed = (long) used + bytes.length + 5;
      if (needed > MOST_TEXT) {
        throw new OutOfMemoryError("a row of more than 1 GB");
      }
      if (needed > text.length) {
        text = Arrays.copyOf(text, (int) Math.min(MOST_TEXT, 2 * needed));
      }
      int place = used;
      int length = bytes.length;
      for (; length > 0x7F; length >>>= 7) {
        text[used++] = (byte) (length | 0x80);
      }
      text[used++] = (byte) length;
      System.arraycopy(bytes, 0, text, used, bytes.length);
      used += bytes.length;
      return place + 1 << 1;
    }

    /** Ends the row and starts another. */
    PackedCells row() {
      PackedCells row = new PackedCells(codes, used == 0 ? NO_TEXT : Arrays.copyOf(text, used));
      codes = new int[codes.length];
      used = 0;
      return row;
    }

    /** Makes all cells of the row empty again. */
    void forget() {
      Arrays.fill(codes, 0);
      used = 0;
    }
  }
}
