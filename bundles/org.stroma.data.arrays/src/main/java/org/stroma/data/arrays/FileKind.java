/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Recognises by its first bytes what a file really is when it is not what its name promises. */
final class FileKind {
  /** Number of leading bytes needed. */
  static final int LOOK = 4096;

  private FileKind() {}

  /** Describes the file and the remedy, as the end of a sentence; null if it is not recognised. */
  static String of(byte[] start) {
    if (start.length == 0) {
      return "is empty (0 bytes): it was not written, or not copied";
    }
    if (allZero(start)) {
      return "begins with nothing but zero bytes: it was not copied to its end";
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String plain = text.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs.github.com/")) {
      return "is a Git LFS pointer, not the file itself; run git lfs pull";
    }
    if (plain.startsWith("<!doctype html")
        || plain.startsWith("<html")
        || plain.startsWith("<head")) {
      return "is an HTML page, such as a page to sign in that was saved in place of the file; download it again";
    }
    if (plain.startsWith("<?xml") || plain.startsWith("<error")) {
      return "is an XML text, such as a storage's error that was saved in place of the file; download it again";
    }
    if (text.startsWith("\u0089HDF\r\n\u001a\n")) {
      return "is an HDF5 file; the reader hdf5-patches reads those";
    }
    if (text.startsWith("\u0093NUMPY")) {
      return "is a NumPy file; the reader npy-patches reads those";
    }
    if (text.startsWith("PK")) {
      return zip(text);
    }
    if (text.startsWith("\u0080\u0002")
        || text.startsWith("\u0080\u0003")
        || text.startsWith("\u0080\u0004")
        || text.startsWith("\u0080\u0005")) {
      return "is a Python pickle, as torch.save of old and pickle.dump write; load it in Python and save its numbers with "
          + "h5py or numpy.save";
    }
    if (text.startsWith("\u001f\u008b")) {
      return "is compressed with gzip; unpack it with gunzip";
    }
    if (text.startsWith("BZh")) {
      return "is compressed with bzip2; unpack it with bunzip2";
    }
    if (text.startsWith("\u00fd7zXZ")) {
      return "is compressed with xz; unpack it with unxz";
    }
    if (text.startsWith("(\u00b5/\u00fd")) {
      return "is compressed with Zstandard; unpack it with unzstd";
    }
    if (text.startsWith("PAR1")) {
      return "is a Parquet file";
    }
    if (text.startsWith("II*\0")
        || text.startsWith("II+\0")
        || text.startsWith("MM\0*")
        || text.startsWith("MM\0+")) {
      return "is a TIFF image; stroma extract makes patch features of slides";
    }
    return null;
  }

  /** Zip: the archive begins with the name of its first entry. */
  private static String zip(String text) {
    int length = text.length() < 30 ? 0 : text.charAt(26) | text.charAt(27) << 8;
    String entry =
        text.substring(Math.min(30, text.length()), Math.min(30 + length, text.length()));
    if (entry.endsWith(".npy")) {
      return "is a NumPy archive (.npz) of several arrays; save the one that is wanted with numpy.save";
    }
    if (entry.endsWith(".pkl")
        || entry.matches(".*/(data|version|byteorder|\\.format_version).*")) {
      return "is a PyTorch file (a zip archive that holds a pickle), whatever its name says; the reader pt-patches reads "
          + "patch features from those";
    }
    return "is a zip archive; unpack it";
  }

  private static boolean allZero(byte[] start) {
    for (byte b : start) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
