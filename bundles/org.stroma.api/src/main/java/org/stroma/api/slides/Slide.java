/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An open whole-slide image: a pyramid of levels, of which level 0 is the finest. Not thread-safe;
 * each thread opens its own.
 */
@ConsumerType
public interface Slide extends AutoCloseable {
  /** Number of levels, at least 1. */
  int levels();

  /** Width of a level in its own pixels. */
  int width(int level);

  /** Height of a level in its own pixels. */
  int height(int level);

  /** Downsampling factor of a level relative to level 0, per side; 1 for level 0. */
  double downsample(int level);

  /** Micrometres per pixel at level 0, if the file states it. */
  OptionalDouble micronsPerPixel();

  /** Objective magnification at level 0, such as 40, if the file states it. */
  OptionalDouble magnification();

  /**
   * Reads a region.
   *
   * @param x left edge in pixels of the level; areas outside of the slide are white
   * @param y top edge in pixels of the level
   * @return {@link BufferedImage#TYPE_INT_RGB}, width by height
   * @throws org.stroma.api.data.DataException if pixels cannot be decoded
   */
  BufferedImage read(int level, int x, int y, int width, int height) throws IOException;

  @Override
  void close() throws IOException;
}
