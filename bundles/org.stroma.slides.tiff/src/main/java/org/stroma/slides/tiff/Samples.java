/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;

/**
 * What the numbers of a pixel are (TIFF 6.0, sections 8 and 18): only brightfield colours or greys pass.
 *
 * @param count a pixel, the alpha among them
 * @param bits of each
 * @param planar whether all reds come before all greens
 * @param alpha what the last of 2 or 4 is
 */
record Samples(int photometric, int count, int bits, boolean planar, Alpha alpha) {
  private static final int BLACK_IS_ZERO = 1;
  static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int CMYK = 5;
  private static final int YCBCR = 6;
  private static final int FULL = 65_535;

  /** What the last sample is. */
  enum Alpha {
    NONE,
    /** Colours are multiplied with it already. */
    ASSOCIATED,
    UNASSOCIATED
  }

  /** Reads what an image's samples are, of any kind. */
  static Samples of(Directory image) throws IOException {
    int count = (int) image.one(Tags.SAMPLES, 1);
    long[] all = image.numbers(Tags.BITS);
    long bits = all.length == 0 ? 1 : all[0];
    for (long each : all) {
      bits = each == bits ? bits : -1;
    }
    int photometric = (int) image.one(Tags.PHOTOMETRIC, count < 3 ? BLACK_IS_ZERO : RGB);
    return new Samples(
        photometric,
        count,
        (int) Math.max(-1, Math.min(64, bits)),
        count > 1 && image.one(Tags.PLANES, 1) == 2,
        alpha(image, photometric, count));
  }

  private static Alpha alpha(Directory image, int photometric, int count) throws IOException {
    if (count != 4 || photometric != RGB) {
      boolean grey = count == 2 && photometric <= BLACK_IS_ZERO;
      long extra = grey ? image.one(Tags.EXTRA_SAMPLES, 0) : 0;
      return extra == 1 ? Alpha.ASSOCIATED : extra == 2 ? Alpha.UNASSOCIATED : Alpha.NONE;
    }
    // a fourth sample that is not named is alpha all the same, as libtiff and OpenSlide have it
    return image.one(Tags.EXTRA_SAMPLES, 0) == 2 ? Alpha.UNASSOCIATED : Alpha.ASSOCIATED;
  }

  /** Samples that are colours. */
  int colours() {
    return alpha == Alpha.NONE ? count : count - 1;
  }

  /** Refuses what would come out as other colours than those that were seen. */
  void refuse(Directory image, @Nullable Ome ome) throws IOException {
    Path file = image.file().file();
    String which = file + ": " + image.name();
    long format = image.one(Tags.SAMPLE_FORMAT, 1);
    if (format == 2 || format == 3 || format > 4 || bits > 16) {
      throw new DataException(which + " has "
          + (format == 3 ? "floating-point " : format == 2 ? "signed " : "") + "samples of " + bits
          + " bits, for which white is not defined; write it with 8 bits a sample");
    }
    if (bits == -1) {
      throw new DataException(
          which + " has samples of different sizes; write it with 8 bits a sample");
    }
    if (photometric == CMYK || photometric > YCBCR) {
      throw new DataException(which + " is in "
          + (photometric == CMYK ? "CMYK" : "colours of TIFF's kind " + photometric)
          + ", which is not RGB; write it in RGB");
    }
    int wanted = photometric == RGB || photometric == YCBCR ? 3 : 1;
    if (colours() != wanted) {
      throw colours() > wanted
          ? channels(file, colours())
          : new DataException(which + " is damaged: it says that it is in colours, and has " + count
              + " samples a pixel");
    }
    if (bits == 16 && photometric != PALETTE) {
      int used = ome == null ? 0 : ome.significantBits();
      long largest = image.one(Tags.LARGEST_SAMPLE, FULL);
      if (used != 0 && used != 16 || largest != FULL) {
        throw new DataException(which + " has samples of 16 bits, of which "
            + (largest == FULL ? used + " are used" : largest + " is the largest")
            + "; write it with 8 bits a sample");
      }
    }
  }

  /** The refusal of an image with channels that are no red, green and blue. */
  static DataException channels(Path file, int channels) {
    return new DataException(file + " holds " + channels
        + " channels, as fluorescence has them; this reads brightfield in RGB, and grey. Where three of them are red, "
        + "green and blue, write them as such, as raw2ometiff --rgb does");
  }
}
