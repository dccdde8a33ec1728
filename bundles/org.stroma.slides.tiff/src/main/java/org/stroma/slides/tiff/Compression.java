/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.util.Map;
import java.util.Set;

/** Methods of compression by their numbers in TIFF: which are decoded here, what the others are called, and who decodes them. */
final class Compression {
  static final int NONE = 1;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int PACK_BITS = 32773;

  private static final Set<Integer> DEFLATE = Set.of(8, 32946);
  private static final Set<Integer> DECODED =
      Set.of(NONE, 2, 3, 4, LZW, 6, JPEG, 8, PACK_BITS, 32946);

  private static final Map<Integer, String> NAMES = Map.ofEntries(
      Map.entry(22610, "JPEG XR"),
      Map.entry(33003, "JPEG 2000"),
      Map.entry(33004, "JPEG 2000"),
      Map.entry(33005, "JPEG 2000"),
      Map.entry(34712, "JPEG 2000"),
      Map.entry(34887, "LERC"),
      Map.entry(34925, "LZMA"),
      Map.entry(34926, "Zstandard"),
      Map.entry(34927, "WebP"),
      Map.entry(34933, "PNG"),
      Map.entry(34934, "JPEG XR"),
      Map.entry(50000, "Zstandard"),
      Map.entry(50001, "WebP"),
      Map.entry(50002, "JPEG XL"));

  /** libtiff decodes these where it was built so, and OpenSlide and vips read by it. */
  private static final Set<Integer> BY_LIBTIFF = Set.of(34887, 34925, 50000, 50001);

  private static final Set<Integer> BY_APERIO = Set.of(33003, 33005);
  private static final int BY_VIPS = 33004;

  private Compression() {}

  static boolean decoded(int number) {
    return DECODED.contains(number);
  }

  /** Whether bytes come out as they went in, one tile by itself. */
  static boolean stored(int number) {
    return number == NONE || number == LZW || number == PACK_BITS || DEFLATE.contains(number);
  }

  /** What it is called. */
  static String name(int number) {
    String name = NAMES.get(number);
    return name == null ? "a method of number " + number : name;
  }

  /** What to do about a method that is not decoded here. */
  static String advice(int number) {
    String anew =
        "write it anew with vips tiffsave IN.tif OUT.tif --tile --pyramid --compression jpeg --Q 90";
    if (BY_LIBTIFF.contains(number)) {
      return "install OpenSlide (libopenslide, with a libtiff that knows " + name(number)
          + ", as Debian's does), or " + anew;
    }
    if (BY_APERIO.contains(number)) {
      return "install OpenSlide (libopenslide), which reads Aperio's files of this kind, or "
          + anew;
    }
    if (number == BY_VIPS) {
      return anew;
    }
    return (NAMES.containsKey(number) ? "OpenSlide does not either; " : "")
        + "write it anew with JPEG, LZW or Deflate, by the program that it is of";
  }
}
