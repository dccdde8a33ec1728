/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.image.BufferedImage;
import java.util.OptionalDouble;
import org.stroma.api.slides.Slide;

/** A slide of one level in memory; without a picture one of a size alone. */
record DrawnSlide(
    BufferedImage image,
    int width,
    int height,
    OptionalDouble micronsPerPixel,
    OptionalDouble magnification)
    implements Slide {
  static DrawnSlide of(int width, int height, double mpp, double magnification) {
    return new DrawnSlide(
        null,
        width,
        height,
        mpp > 0 ? OptionalDouble.of(mpp) : OptionalDouble.empty(),
        magnification > 0 ? OptionalDouble.of(magnification) : OptionalDouble.empty());
  }

  static DrawnSlide of(BufferedImage image) {
    return new DrawnSlide(
        image, image.getWidth(), image.getHeight(), OptionalDouble.of(0.5), OptionalDouble.of(20));
  }

  @Override
  public int levels() {
    return 1;
  }

  @Override
  public int width(int level) {
    return width;
  }

  @Override
  public int height(int level) {
    return height;
  }

  @Override
  public double downsample(int level) {
    return 1;
  }

  @Override
  public BufferedImage read(int level, int x, int y, int width, int height) {
    BufferedImage region = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int j = 0; j < height; j++) {
      for (int i = 0; i < width; i++) {
        boolean inside = x + i >= 0 && y + j >= 0 && x + i < this.width && y + j < this.height;
        region.setRGB(i, j, inside ? image.getRGB(x + i, y + j) : 0xffffff);
      }
    }
    return region;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
