/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.OptionalDouble;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/** An open slide, and pictures of it at sizes that people look at. */
final class SlideView implements AutoCloseable {
  /** Pixels of a thumbnail's longer side. */
  private static final int LONGEST = 2048;

  /** Pixels of a level that are read at once. */
  private static final long AT_ONCE = 20_000_000;

  private final Slide slide;

  private SlideView(Slide slide) {
    this.slide = slide;
  }

  static SlideView of(Slide slide) throws IOException {
    if (slide.width(0) < 1 || slide.height(0) < 1) {
      slide.close();
      throw new DataException("it has no pixels");
    }
    return new SlideView(slide);
  }

  int width() {
    return slide.width(0);
  }

  int height() {
    return slide.height(0);
  }

  /** Micrometres a pixel of the full resolution, where the file tells them. */
  OptionalDouble micronsPerPixel() {
    return slide.micronsPerPixel();
  }

  /** Pixels of the full resolution a pixel of the thumbnail. */
  double scale() {
    return Math.max(1, Math.max(width(), height()) / (double) LONGEST);
  }

  /** The whole slide, small. */
  BufferedImage thumbnail() throws IOException {
    double scale = scale();
    int level = level(scale);
    int width = Math.max(1, (int) Math.round(width() / scale));
    int height = Math.max(1, (int) Math.round(height() / scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    double perRow = (double) slide.height(level) / height;
    int rows = Math.max(1, (int) ((double) AT_ONCE / slide.width(level) / perRow));
    Graphics2D graphics = image.createGraphics();
    for (int y = 0; y < height; y += rows) {
      int some = Math.min(rows, height - y);
      int top = (int) Math.round(y * perRow);
      int bottom = Math.min(slide.height(level), (int) Math.round((y + some) * perRow));
      BufferedImage band = slide.read(level, 0, top, slide.width(level), Math.max(1, bottom - top));
      graphics.drawImage(resized(band, width, some), 0, y, null);
    }
    graphics.dispose();
    return image;
  }

  /**
   * A patch.
   *
   * @param x left edge in pixels of the full resolution
   * @param y top edge
   * @param side of the patch, in the same pixels
   * @param pixels of the picture's side
   */
  BufferedImage patch(double x, double y, double side, int pixels) throws IOException {
    int level = level(side / pixels);
    double downsample = slide.downsample(level);
    int read = Math.max(1, (int) Math.round(side / downsample));
    return resized(
        slide.read(
            level, (int) Math.round(x / downsample), (int) Math.round(y / downsample), read, read),
        pixels,
        pixels);
  }

  /** The coarsest level that still has all that is wanted. */
  private int level(double downsample) {
    int level = 0;
    for (int i = 0; i < slide.levels(); i++) {
      if (slide.downsample(i) <= downsample * 1.01
          && slide.downsample(i) > slide.downsample(level)) {
        level = i;
      }
    }
    return level;
  }

  /** Halved step by step, so that no pixel is left out. */
  static BufferedImage resized(BufferedImage from, int width, int height) {
    BufferedImage image = from;
    while (image.getWidth() >= 2 * width && image.getHeight() >= 2 * height) {
      image = drawn(image, image.getWidth() / 2, image.getHeight() / 2);
    }
    return image.getWidth() == width && image.getHeight() == height
        ? image
        : drawn(image, width, height);
  }

  private static BufferedImage drawn(BufferedImage from, int width, int height) {
    BufferedImage to = new BufferedImage(
        width,
        height,
        from.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, 0, 0, width, height, null);
    graphics.dispose();
    return to;
  }

  @Override
  public void close() {
    try {
      slide.close();
    } catch (IOException e) {
      // it was read alone
    }
  }
}
