/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.util.Locale;

/** What is said of squares of a slide that are dark: margins, fill or ink, or dark tissue. */
final class DarkSquares {
  private DarkSquares() {}

  /**
   * How many there are, and what was done about them.
   *
   * @param leastBrightness of 255, below which squares are left out; 0: none are
   */
  static String sentence(Patches patches, int leastBrightness) {
    if (leastBrightness > 0) {
      return String.format(
          Locale.ROOT,
          "%d of its %d squares (%.0f %%) %s dark, below a brightness of %d of 255, and left out as margin, fill or ink "
              + "(--least-brightness); %d %s%s",
          patches.darkGrid(),
          patches.grid(),
          100.0 * patches.darkGrid() / patches.grid(),
          are(patches.darkGrid()),
          leastBrightness,
          patches.places().size(),
          patches.places().size() == 1 ? "patch of tissue stays" : "patches of tissue stay",
          patches.dark() > 0 ? ", " + patches.dark() + " of them half dark" : "");
    }
    return String.format(
        Locale.ROOT,
        "%d of its %d patches (%.0f %%) %s dark, below a brightness of %d of 255; --least-brightness leaves such out",
        patches.dark(),
        patches.places().size(),
        100.0 * patches.dark() / patches.places().size(),
        are(patches.dark()),
        Tissue.BLACK);
  }

  private static String are(long count) {
    return count == 1 ? "is" : "are";
  }
}
