/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Recognises by its first bytes a file that is not text, so that the message can name its format
 * and a remedy.
 */
final class FileKind {
  /** Number of leading bytes needed. */
  static final int LOOKED_AT = 512;

  private static final String EXCEL =
      "is an Excel workbook of a kind that is not read here (old, binary, or protected by a password); save it as .xlsx, or the sheet as \"CSV UTF-8\"";
  private static final String UNPACKED = "; unpack it, or pack it with gzip, which is read";

  private FileKind() {}

  /**
   * Describes the file, as the end of a sentence that starts with its name.
   *
   * @param head the first bytes of the file, after decompression
   * @param length count of valid bytes in {@code head}
   * @return null if the file may be text
   */
  static String refusal(byte[] head, int length) {
    String start = new String(head, 0, length, StandardCharsets.ISO_8859_1);
    String words = start.strip().toLowerCase(Locale.ROOT);
    if (start.startsWith("PK\3\4")) {
      return zip(words);
    } else if (start.startsWith("\u00D0\u00CF\u0011\u00E0")) {
      return EXCEL;
    } else if (start.startsWith("%PDF")) {
      return "is a PDF; a table has to be a text file, such as CSV";
    } else if (start.startsWith("version https://git-lfs.github.com/")) {
      return "is a pointer of Git LFS and not the file itself; run git lfs pull in its repository";
    } else if (words.startsWith("<!doctype html")
        || words.startsWith("<html")
        || words.startsWith("<head")) {
      return "is a web page (HTML), likely that of a login or of an error in place of the file; download it again";
    } else if (words.startsWith("<?xml")) {
      return "is XML; a table has to be a text file, such as CSV";
    } else if (words.startsWith("{\\rtf")) {
      return "is a text of a word processor (RTF); save it as plain text";
    } else if (words.startsWith("{\"") || words.startsWith("{\n") || words.startsWith("[{")) {
      return "is JSON; a table has to be a text file, such as CSV";
    }
    return binary(start);
  }

  private static String zip(String words) {
    if (words.contains("[content_types].xml")
        || words.contains("_rels/")
        || words.contains("xl/")
        || words.contains("docprops")) {
      // one that is not packed again is read
      return "is an Excel workbook packed by gzip; unpack it";
    } else if (words.contains("opendocument")) {
      return "is an OpenDocument file; save the sheet as CSV in UTF-8";
    }
    return words.contains(".npy")
        ? "holds arrays of NumPy; a table has to be a text file, such as CSV"
        : "is a zip archive" + UNPACKED;
  }

  private static String binary(String start) {
    if (start.startsWith("\u001F\u008B")) {
      return "is packed by gzip twice; unpack it once";
    } else if (start.startsWith("BZh") && start.startsWith("1AY&SY", 4)) {
      return "is packed by bzip2" + UNPACKED;
    } else if (start.startsWith("\u00FD7zXZ")) {
      return "is packed by xz" + UNPACKED;
    } else if (start.startsWith("(\u00B5/\u00FD")) {
      return "is packed by Zstandard" + UNPACKED;
    } else if (start.startsWith("\u0089HDF\r\n")) {
      return "is an HDF5 file (such as h5 or h5ad); a table has to be a text file, such as CSV";
    } else if (start.startsWith("PAR1")) {
      return "is a Parquet file; parquet-matrix reads numbers from such, and a table has to be a text file, such as CSV";
    } else if (start.startsWith("\u0093NUMPY")) {
      return "is an array of NumPy; a table has to be a text file, such as CSV";
    } else if (start.startsWith("RDX")
        || start.startsWith("RDA")
        || start.startsWith("X\n\0")
        || start.startsWith("A\n3\n")) {
      return "holds objects of R; write the table with write.csv";
    }
    int zero = start.indexOf('\0');
    if (zero < 0) {
      return null;
    }
    return zero < 2 && start.length() > 3 && (start.charAt(zero) == start.charAt(zero + 2))
        ? "looks like UTF-16 without a byte order mark; save it as \"CSV UTF-8\", or convert it with iconv -f UTF-16"
            + (zero == 0 ? "BE" : "LE") + " -t UTF-8"
        : "holds bytes that no text has (a zero, byte " + (zero + 1)
            + "); a table has to be a text file, such as CSV";
  }
}
