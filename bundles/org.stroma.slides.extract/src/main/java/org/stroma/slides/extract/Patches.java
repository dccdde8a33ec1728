/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.Slide;

/**
 * The patches of one slide.
 *
 * @param places x and y in level-0 pixels, row by row
 * @param size pixels of level 0 on a side
 * @param level the pyramid's level that they are read from
 * @param pixels pixels of a patch as it is given to the extractor, on a side
 * @param mpp micrometres a pixel of level 0; NaN where unknown
 * @param magnification of level 0; NaN where unknown
 */
record Patches(List<int[]> places, double size, int level, int pixels, double mpp, double magnification) {
  /** At 40x a pixel is about a quarter of a micrometre. */
  private static final double MPP_TIMES_MAGNIFICATION = 10;

  /** How much larger in level-0 pixels a patch is than in its own. */
  static double factor(Path file, Slide slide, Options options) {
    double mpp = options.slideMpp() > 0 ? options.slideMpp() : slide.micronsPerPixel().orElse(Double.NaN);
    double own = slide.magnification().orElse(MPP_TIMES_MAGNIFICATION / mpp);
    if (options.mpp() > 0 && Double.isNaN(mpp) && !Double.isNaN(own)) {
      mpp = MPP_TIMES_MAGNIFICATION / own;
    }
    double factor = options.mpp() > 0 ? options.mpp() / mpp : own / options.magnification();
    if (Double.isNaN(factor)) {
      throw new DataException(file + " tells neither its magnification nor its micrometres a pixel; give the latter by --slide-mpp");
    }
    if (factor < 0.99) {
      throw new DataException(file + " has "
          + (options.mpp() > 0 ? mpp + " micrometres a pixel, and --mpp asks for " + options.mpp()
              : "a magnification of " + own + ", and --magnification asks for " + options.magnification())
          + "; what the scanner did not see cannot be had");
    }
    return factor;
  }

  /** Lays a grid over the slide and keeps the patches with enough tissue. */
  static Patches of(Path file, Slide slide, Tissue tissue, Options options) {
    double factor = factor(file, slide, options);
    double size = options.patchSize() * factor;
    double step = size * (1 - options.overlap());
    List<int[]> places = new ArrayList<>();
    for (int row = 0; Math.round(row * step) + size <= slide.height(0); row++) {
      for (int column = 0; Math.round(column * step) + size <= slide.width(0); column++) {
        int x = (int) Math.round(column * step);
        int y = (int) Math.round(row * step);
        if (tissue.share(x, y, size) >= options.tissue()) {
          places.add(new int[] {x, y});
        }
      }
    }
    int level = 0;
    for (int i = 0; i < slide.levels(); i++) {
      // the coarsest level that still has all that is wanted
      if (slide.downsample(i) <= factor * 1.01 && slide.downsample(i) > slide.downsample(level)) {
        level = i;
      }
    }
    return new Patches(
        places, size, level, options.patchSize(),
        options.slideMpp() > 0 ? options.slideMpp() : slide.micronsPerPixel().orElse(Double.NaN),
        slide.magnification().orElse(Double.NaN));
  }

  /** Reads one. */
  BufferedImage read(Slide slide, int patch) throws IOException {
    int[] place = places.get(patch);
    double downsample = slide.downsample(level);
    int side = (int) Math.round(size / downsample);
    BufferedImage region =
        slide.read(
            level, (int) Math.round(place[0] / downsample), (int) Math.round(place[1] / downsample), side, side);
    return side == pixels ? region : resized(region, pixels, pixels);
  }

  /** A smaller picture, halved step by step so that no pixel is left out. */
  static BufferedImage resized(BufferedImage from, int width, int height) {
    BufferedImage image = from;
    while (image.getWidth() >= 2 * width && image.getHeight() >= 2 * height) {
      image = drawn(image, image.getWidth() / 2, image.getHeight() / 2);
    }
    return image.getWidth() == width && image.getHeight() == height ? image : drawn(image, width, height);
  }

  private static BufferedImage drawn(BufferedImage from, int width, int height) {
    BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, 0, 0, width, height, null);
    graphics.dispose();
    return to;
  }
}
