/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import org.osgi.annotation.versioning.ConsumerType;

/** Brings the colours of a slide's stains to those of a reference. */
@ConsumerType
public interface StainNormalizer {
  /**
   * Learns the stains of one slide.
   *
   * @param tissue packed RGB pixels of its tissue, a sample of the whole slide
   * @throws org.stroma.api.data.DataException when the pixels hold no stain to learn from
   */
  Stain learn(int[] tissue);

  /** What was learned of one slide; safe for several threads. */
  @ConsumerType
  interface Stain {
    /** Normalises packed RGB pixels in place. */
    void normalize(int[] rgb);
  }
}
