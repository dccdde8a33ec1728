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
 * @param slideMpp the slides' own micrometres a pixel, where they do not tell; 0 for none
 * @param patchSize pixels on a side at the wanted magnification
 * @param overlap of neighbouring patches, as a share of a side
 * @param tissue the least share of a patch that has to be tissue
 */
record Options(
    double magnification, double mpp, double slideMpp, int patchSize, double overlap, double tissue, int batch, int threads) {
  /** One line that two extractions share when they give the same features. */
  String line(String extractor, String stain) {
    return String.join(
        "; ", mpp > 0 ? "mpp " + mpp : "magnification " + magnification, "slide mpp " + slideMpp, "patch size " + patchSize,
        "overlap " + overlap, "tissue " + tissue, "extractor " + extractor, "stain " + stain);
  }
}
