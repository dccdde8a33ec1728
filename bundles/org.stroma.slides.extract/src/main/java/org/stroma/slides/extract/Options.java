/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

/**
 * How patches are cut.
 *
 * @param magnification wanted, such as 20; 0 where micrometres a pixel are given
 * @param mpp wanted micrometres a pixel; 0 where a magnification is given
 * @param slideMpp the slides' own micrometres a pixel, whatever they tell; 0 for what they tell
 * @param slideMagnification the slides' own magnification, whatever they tell; 0 for what they tell
 * @param patchSize pixels on a side at the wanted magnification
 * @param overlap of neighbouring patches, as a share of a side
 * @param tissue the least share of a patch that has to be tissue
 * @param leastBrightness of 255: what is darker is no tissue; 0: whatever its brightness
 * @param leastSaturation of 255: what is paler is glass; -1: by Otsu's threshold of each slide
 * @param layout of the files
 * @param format the one that slides are read with; empty: whichever reads them
 */
record Options(
    double magnification,
    double mpp,
    double slideMpp,
    double slideMagnification,
    int patchSize,
    double overlap,
    double tissue,
    int leastBrightness,
    int leastSaturation,
    Layout layout,
    String format,
    int batch,
    int threads) {
  static final String BETWEEN = "; ";

  /** The magnification of the patches; at 20 a pixel is half a micrometre. */
  double times() {
    return mpp > 0 ? Scale.MPP_TIMES_MAGNIFICATION / mpp : magnification;
  }

  /** One line that two extractions share when they give the same features of the same slide. */
  String line(String extractor, String stain) {
    String line = String.join(
        BETWEEN,
        mpp > 0 ? "mpp " + mpp : "magnification " + magnification,
        "slide mpp " + slideMpp,
        "slide magnification " + slideMagnification,
        "patch size " + patchSize,
        "overlap " + overlap,
        "tissue " + tissue,
        "least brightness " + leastBrightness,
        "least saturation " + (leastSaturation < 0 ? "by Otsu" : leastSaturation),
        "format " + (format.isEmpty() ? "any" : format),
        "extractor " + extractor,
        "stain " + stain);
    // files of before there were layouts have none in their line
    return layout == Layout.TRIDENT ? line : line + BETWEEN + "layout " + layout;
  }
}
