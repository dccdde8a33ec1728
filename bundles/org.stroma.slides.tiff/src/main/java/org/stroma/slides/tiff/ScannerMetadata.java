/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a scanner wrote of the size of pixels: in OME-XML, in the description as Aperio does, or as the resolution of TIFF. */
final class ScannerMetadata {
  private static final Pattern MPP = Pattern.compile("\\|\\s*MPP\\s*=\\s*([0-9.]+)");
  private static final Pattern MAGNIFICATION = Pattern.compile("\\|\\s*AppMag\\s*=\\s*([0-9.]+)");

  /** Resolutions outside of this, in micrometres a pixel, are those of no microscope: writers put defaults there. */
  private static final double FINEST = 0.02;

  private static final double COARSEST = 20;

  /** No objective has more. */
  private static final double LARGEST_MAGNIFICATION = 400;

  private ScannerMetadata() {}

  /** Micrometres a pixel: by the description, else by the resolution; none where neither is plausible. */
  static OptionalDouble micronsPerPixel(Directory slide, @Nullable Ome ome) throws IOException {
    OptionalDouble described = ome == null
        ? find(MPP, slide.text(Tags.DESCRIPTION))
        : ofItsSize(slide, ome) ? ome.micrometres() : OptionalDouble.empty();
    OptionalDouble plausible = within(described, FINEST, COARSEST);
    return plausible.isPresent() ? plausible : within(resolution(slide), FINEST, COARSEST);
  }

  /** The objective's magnification by the description; none where it is not plausible. */
  static OptionalDouble magnification(Directory slide, @Nullable Ome ome) throws IOException {
    OptionalDouble described = ome == null
        ? find(MAGNIFICATION, slide.text(Tags.DESCRIPTION))
        : ofItsSize(slide, ome) ? ome.magnification() : OptionalDouble.empty();
    return within(described, Double.MIN_VALUE, LARGEST_MAGNIFICATION);
  }

  /** Programs that make an image smaller may leave the OME-XML as it was: its pixels are others then. */
  private static boolean ofItsSize(Directory slide, Ome ome) throws IOException {
    return ome.width() == slide.one(Tags.WIDTH, 0) && ome.height() == slide.one(Tags.HEIGHT, 0);
  }

  private static OptionalDouble find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return OptionalDouble.empty();
    }
    try {
      return OptionalDouble.of(Double.parseDouble(matcher.group(1)));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** A number; none where it is one of no microscope, as writers put it that do not know. */
  private static OptionalDouble within(OptionalDouble number, double least, double most) {
    return number.isPresent() && number.getAsDouble() >= least && number.getAsDouble() <= most
        ? number
        : OptionalDouble.empty();
  }

  private static OptionalDouble resolution(Directory slide) throws IOException {
    OptionalDouble perUnit = slide.rational(Tags.X_RESOLUTION);
    long unit = slide.one(Tags.RESOLUTION_UNIT, 0);
    double micrometres = unit == 3 ? 10_000 : unit == 2 ? 25_400 : Double.NaN;
    return perUnit.isPresent()
        ? OptionalDouble.of(micrometres / perUnit.getAsDouble())
        : OptionalDouble.empty();
  }
}
