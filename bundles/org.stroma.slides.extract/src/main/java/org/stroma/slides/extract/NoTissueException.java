/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** A slide without a patch of tissue: nothing is wrong with the file, and other slides go on. */
final class NoTissueException extends DataException {
  private static final long serialVersionUID = 1L;

  /** Of a slide's cells, when all are said to be so: a scanner's fill may have a bright line around it. */
  private static final double ALL = 0.99;

  NoTissueException(Path file, Tissue tissue, Patches patches, Options options) {
    super(sentence(file, tissue, patches, options));
  }

  /** Of all that may be the cause, the one that was measured. */
  private static String sentence(Path file, Tissue tissue, Patches patches, Options options) {
    double share = tissue.share();
    boolean darkLeft = options.leastBrightness() > 0;
    String cause;
    if (share > 0) {
      cause = tooThin(share, patches, options);
    } else if (darkLeft && tissue.darkShare() >= ALL) {
      return String.format(
          Locale.ROOT,
          "%s has no patch of tissue: %.0f %% of it is darker than %d of 255, as fluorescence, a scanner's fill and black glass "
              + "are; --least-brightness 0 takes what is dark",
          file,
          100 * tissue.darkShare(),
          options.leastBrightness());
    } else if (tissue.coloured() > 0) {
      cause = String.format(
          Locale.ROOT,
          "%.1f %% of it is coloured (%s), in pieces smaller than a patch, of which the largest has %.0f %% of a patch's area; "
              + "a smaller --patch-size or a higher --magnification cuts smaller patches, and --tissue 0 takes all %d squares",
          100 * tissue.coloured(),
          above(tissue, options),
          100 * tissue.largestPiece(),
          patches.grid());
    } else {
      cause = noColour(tissue, patches, options);
    }
    return file + " has no patch of tissue: " + cause
        + (patches.darkGrid() == 0 || !darkLeft
            ? ""
            : String.format(
                Locale.ROOT,
                "; %d of %d squares are darker than %d of 255, which --least-brightness leaves out",
                patches.darkGrid(),
                patches.grid(),
                options.leastBrightness()));
  }

  private static String tooThin(double share, Patches patches, Options options) {
    String start = String.format(Locale.ROOT, "%.1f %% of it is tissue, and ", 100 * share);
    // rounded down, so that what is said takes the patch
    double takes = Math.floor(100 * patches.most()) / 100;
    if (patches.most() == 0) {
      return start
          + "all of that lies at its right or lower edge, where no whole patch fits; a smaller --patch-size leaves less over";
    }
    return String.format(
        Locale.ROOT,
        "%sthe fullest patch has %.1f %% of it, where --tissue asks for %.0f %%; --tissue %s takes %s, and a smaller "
            + "--patch-size or a higher --magnification cuts patches that are fuller",
        start,
        100 * patches.most(),
        100 * options.tissue(),
        takes == 0 ? "0" : String.format(Locale.ROOT, "%.2f", takes),
        takes == 0 ? "all " + patches.grid() + " squares" : "that one");
  }

  private static String noColour(Tissue tissue, Patches patches, Options options) {
    if (tissue.mostSaturation() == 0) {
      return "nothing on it has any colour, by which tissue is found; where it is a grey picture, --tissue 0 takes all "
          + patches.grid() + " squares";
    }
    return String.format(
        Locale.ROOT,
        "it is as pale as glass: nothing is coloured (%s), and the most that there is is a saturation of %d; "
            + "--least-saturation %d takes paler tissue",
        above(tissue, options),
        tissue.mostSaturation(),
        tissue.mostSaturation() / 2);
  }

  private static String above(Tissue tissue, Options options) {
    return "a saturation above " + tissue.threshold() + " of 255, "
        + (options.leastSaturation() < 0 ? "by Otsu" : "as given");
  }
}
