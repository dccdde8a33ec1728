/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ConsumerType;

/** An open whole-slide image: a pyramid of levels, level 0 the finest. For one thread; each thread opens its own. */
@ConsumerType
public interface Slide extends AutoCloseable {
  /** The number of levels of the pyramid, at least 1. */
  int levels();

  /** Width of a level in its own pixels. */
  int width(int level);

  /** Height of a level in its own pixels. */
  int height(int level);

  /** How many pixels of level 0 one pixel of this level stands for, on a side; 1 for level 0. */
  double downsample(int level);

  /** Micrometres a pixel of level 0, where the file tells. */
  OptionalDouble micronsPerPixel();

  /** The objective's magnification at level 0, such as 40, where the file tells. */
  OptionalDouble magnification();

  /**
   * Reads a region.
   *
   * @param x left edge in pixels of that level; what lies outside of the slide is white
   * @param y top edge
   * @return {@link BufferedImage#TYPE_INT_RGB}, width by height
   * @throws org.stroma.api.data.DataException for pixels that cannot be decoded
   */
  BufferedImage read(int level, int x, int y, int width, int height) throws IOException;

  @Override
  void close() throws IOException;
}
