/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageMetadata;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a scanner wrote of the size of pixels: in the description as Aperio does, or as the resolution of TIFF. */
final class ScannerMetadata {
  private static final int IMAGE_DESCRIPTION = 270;
  private static final int X_RESOLUTION = 282;
  private static final int RESOLUTION_UNIT = 296;
  private static final Pattern MPP = Pattern.compile("\\|\\s*MPP\\s*=\\s*([0-9.]+)");
  private static final Pattern MAGNIFICATION = Pattern.compile("\\|\\s*AppMag\\s*=\\s*([0-9.]+)");

  /** Resolutions outside of this, in micrometres a pixel, are those of no microscope: writers put defaults there. */
  private static final double FINEST = 0.02;

  private static final double COARSEST = 20;

  /** No objective has more. */
  private static final double LARGEST_MAGNIFICATION = 400;

  private ScannerMetadata() {}

  /** Micrometres a pixel: by the description, else by the resolution; none where neither is plausible. */
  static OptionalDouble micronsPerPixel(TIFFImageMetadata metadata) {
    OptionalDouble described = find(MPP, description(metadata), FINEST, COARSEST);
    return described.isPresent() ? described : resolution(metadata);
  }

  /** The objective's magnification by the description; none where it is not plausible. */
  static OptionalDouble magnification(TIFFImageMetadata metadata) {
    return find(MAGNIFICATION, description(metadata), 0, LARGEST_MAGNIFICATION);
  }

  /** A number of the description; none where it is one of no microscope, as writers put it that do not know. */
  private static OptionalDouble find(Pattern pattern, String text, double above, double most) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(matcher.group(1));
      return number > above && number <= most ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private static String description(TIFFImageMetadata metadata) {
    Entry entry = metadata.getTIFFField(IMAGE_DESCRIPTION);
    return entry == null || entry.getValue() == null ? "" : entry.getValueAsString();
  }

  private static OptionalDouble resolution(TIFFImageMetadata metadata) {
    Entry resolution = metadata.getTIFFField(X_RESOLUTION);
    Entry unit = metadata.getTIFFField(RESOLUTION_UNIT);
    if (resolution == null
        || unit == null
        || !(resolution.getValue() instanceof Number perUnit)
        || !(unit.getValue() instanceof Number of)
        || !(perUnit.doubleValue() > 0)) {
      return OptionalDouble.empty();
    }
    double micrometres = of.intValue() == 3 ? 10_000 : of.intValue() == 2 ? 25_400 : Double.NaN;
    double pixel = micrometres / perUnit.doubleValue();
    return pixel >= FINEST && pixel <= COARSEST ? OptionalDouble.of(pixel) : OptionalDouble.empty();
  }
}
