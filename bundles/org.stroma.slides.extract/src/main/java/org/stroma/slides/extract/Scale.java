/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/**
 * What a slide's level 0 is, by which its patches are cut. An option wins over what the slide tells. Where a slide tells a
 * magnification and micrometres a pixel that disagree, the micrometres are believed: they are measured, while the magnification
 * is the objective's name, which a lens before the camera or an export at half size leaves as it was.
 *
 * @param mpp micrometres a pixel
 * @param magnification at 40 a pixel is a quarter of a micrometre
 * @param measured whether the micrometres were told, and do not come from the magnification
 * @param notes what a user has to know of it
 */
record Scale(double mpp, double magnification, boolean measured, List<String> notes) {
  /** At 40x a pixel is about a quarter of a micrometre. */
  static final double MPP_TIMES_MAGNIFICATION = 10;

  /** Scanners of one magnification differ so much in their micrometres: 40x is 0.22 to 0.26 in most. */
  private static final double ALIKE = 1.25;

  /** Micrometres that were given by hand may be rounded. */
  private static final double SAME = 1.01;

  static Scale of(Path file, Slide slide, Options options) {
    OptionalDouble mpp = slide.micronsPerPixel();
    OptionalDouble magnification = slide.magnification();
    List<String> notes = new ArrayList<>();
    if (options.slideMpp() > 0) {
      double own = options.slideMpp();
      if (differ(mpp, own, SAME) || differ(magnification, MPP_TIMES_MAGNIFICATION / own, ALIKE)) {
        notes.add(
            "it tells " + told(mpp, magnification) + "; --slide-mpp " + own + " is taken instead");
      }
      return new Scale(own, MPP_TIMES_MAGNIFICATION / own, true, notes);
    }
    if (options.slideMagnification() > 0) {
      double own = options.slideMagnification();
      boolean believed = mpp.isPresent() && !differ(mpp, MPP_TIMES_MAGNIFICATION / own, ALIKE);
      if (differ(magnification, own, SAME) || mpp.isPresent() && !believed) {
        notes.add("it tells " + told(mpp, magnification) + "; --slide-magnification " + own
            + " is taken instead");
      }
      return new Scale(
          believed ? mpp.getAsDouble() : MPP_TIMES_MAGNIFICATION / own, own, believed, notes);
    }
    if (mpp.isEmpty() && magnification.isEmpty()) {
      throw new DataException(file
          + " tells neither its magnification nor its micrometres a pixel; give one of them by "
          + "--slide-magnification or --slide-mpp");
    }
    if (mpp.isEmpty()) {
      return new Scale(
          MPP_TIMES_MAGNIFICATION / magnification.getAsDouble(),
          magnification.getAsDouble(),
          false,
          notes);
    }
    double byMpp = MPP_TIMES_MAGNIFICATION / mpp.getAsDouble();
    boolean disagree = differ(magnification, byMpp, ALIKE);
    if (disagree) {
      notes.add(String.format(
          Locale.ROOT,
          "it tells %s, which is about %.1fx; the micrometres are believed, "
              + "and --slide-magnification or --slide-mpp says otherwise",
          told(mpp, magnification),
          byMpp));
    }
    return new Scale(
        mpp.getAsDouble(), disagree ? byMpp : magnification.orElse(byMpp), true, notes);
  }

  private static boolean differ(OptionalDouble told, double other, double factor) {
    return told.isPresent()
        && (told.getAsDouble() > other * factor || told.getAsDouble() * factor < other);
  }

  private static String told(OptionalDouble mpp, OptionalDouble magnification) {
    String micrometres = mpp.isPresent() ? mpp.getAsDouble() + " micrometres a pixel" : "";
    String times =
        magnification.isPresent() ? "a magnification of " + magnification.getAsDouble() : "";
    return times + (mpp.isPresent() && magnification.isPresent() ? " and " : "") + micrometres;
  }

  /**
   * How much larger in level-0 pixels a patch is than in its own.
   *
   * @throws DataException for more than the scanner saw
   */
  double factor(Path file, Options options) {
    double factor =
        options.mpp() > 0 ? options.mpp() / mpp : magnification / options.magnification();
    if (factor < 0.99) {
      throw new DataException(file + " has "
          + (options.mpp() > 0
              ? mpp + " micrometres a pixel, and --mpp asks for " + options.mpp()
              : "a magnification of " + magnification + ", and --magnification asks for "
                  + options.magnification())
          + "; what the scanner did not see cannot be had");
    }
    return factor;
  }
}
