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
import org.stroma.api.slides.Slide;

/**
 * The patches of one slide.
 *
 * @param places x and y in level-0 pixels, row by row
 * @param size pixels of level 0 on a side
 * @param level the pyramid's level that they are read from
 * @param pixels pixels of a patch as it is given to the extractor, on a side
 * @param scale what the slide's level 0 is
 * @param grid squares that were looked at
 * @param darkGrid squares of those of which half or more is dark
 * @param dark patches of those that were kept of which half or more is dark
 * @param most the largest share of tissue that a square of the grid has
 */
record Patches(
    List<int[]> places,
    double size,
    int level,
    int pixels,
    Scale scale,
    int grid,
    int darkGrid,
    int dark,
    double most) {
  private static final double HALF = 0.5;

  /** Lays a grid over the slide and keeps the patches with enough tissue. */
  static Patches of(Path file, Slide slide, Scale scale, Tissue tissue, Options options) {
    double factor = scale.factor(file, options);
    double size = options.patchSize() * factor;
    double step = size * (1 - options.overlap());
    List<int[]> places = new ArrayList<>();
    int grid = 0;
    int darkGrid = 0;
    int darkKept = 0;
    double most = 0;
    for (int row = 0; Math.round(row * step) + size <= slide.height(0); row++) {
      for (int column = 0; Math.round(column * step) + size <= slide.width(0); column++) {
        int x = (int) Math.round(column * step);
        int y = (int) Math.round(row * step);
        double share = tissue.share(x, y, size);
        int dark = tissue.darkShare(x, y, size) >= HALF ? 1 : 0;
        grid++;
        darkGrid += dark;
        most = Math.max(most, share);
        if (share >= options.tissue()) {
          places.add(new int[] {x, y});
          darkKept += dark;
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
        places, size, level, options.patchSize(), scale, grid, darkGrid, darkKept, most);
  }

  /** Reads one. */
  BufferedImage read(Slide slide, int patch) throws IOException {
    int[] place = places.get(patch);
    double downsample = slide.downsample(level);
    int side = (int) Math.round(size / downsample);
    BufferedImage region = slide.read(
        level,
        (int) Math.round(place[0] / downsample),
        (int) Math.round(place[1] / downsample),
        side,
        side);
    return side == pixels ? region : resized(region, pixels, pixels);
  }

  /** A smaller picture, halved step by step so that no pixel is left out. */
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
    BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = to.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(from, 0, 0, width, height, null);
    graphics.dispose();
    return to;
  }
}
