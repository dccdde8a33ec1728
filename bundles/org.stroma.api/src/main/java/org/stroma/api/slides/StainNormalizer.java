/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import org.osgi.annotation.versioning.ConsumerType;

/** Normalises the stain colours of a slide to those of a reference. */
@ConsumerType
public interface StainNormalizer {
  /**
   * Estimates the stains of a slide.
   *
   * @param tissue packed RGB pixels (0xRRGGBB) of tissue, sampled from the whole slide
   * @throws org.stroma.api.data.DataException if the stains cannot be estimated from the pixels
   */
  Stain learn(int[] tissue);

  /** The estimated stains of a slide. Thread-safe. */
  @ConsumerType
  interface Stain {
    /** Normalises packed RGB pixels (0xRRGGBB) in place. */
    void normalize(int[] rgb);
  }
}
