/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.stroma.api.slides.Slide;
import org.stroma.files.AtomicFiles;

/**
 * A small picture of a slide.
 *
 * @param scale level-0 pixels a pixel
 */
record Thumbnail(BufferedImage image, double scale) {
  private static final int LONGEST = 2048;
  /** So many contours side by side fill a picture. */
  private static final int CONTOURS = 400;

  private static final Color CONTOUR = new Color(0, 160, 0);
  private static final Color PATCH = new Color(0, 0, 0, 110);

  /** Made from the coarsest level that is large enough, band by band. */
  static Thumbnail of(Slide slide) throws IOException {
    double scale = Math.max(1, Math.max(slide.width(0), slide.height(0)) / (double) LONGEST);
    int level = 0;
    for (int i = 0; i < slide.levels(); i++) {
      if (slide.downsample(i) <= scale * 1.01) {
        level = i;
      }
    }
    int width = Math.max(1, (int) Math.round(slide.width(0) / scale));
    int height = Math.max(1, (int) Math.round(slide.height(0) / scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    double perRow = (double) slide.height(level) / height;
    long most = 20_000_000L / slide.width(level); // rows of the level in memory at a time
    int rows = Math.max(1, (int) (most / perRow));
    Graphics2D graphics = image.createGraphics();
    for (int y = 0; y < height; y += rows) {
      int some = Math.min(rows, height - y);
      int top = (int) Math.round(y * perRow);
      int bottom = Math.min(slide.height(level), (int) Math.round((y + some) * perRow));
      BufferedImage band = slide.read(level, 0, top, slide.width(level), Math.max(1, bottom - top));
      graphics.drawImage(Patches.resized(band, width, some), 0, y, null);
    }
    graphics.dispose();
    return new Thumbnail(image, (double) slide.width(0) / width);
  }

  /** Writes the picture with the tissue's contour and the patches drawn in. */
  void write(Path file, Tissue tissue, Patches patches) throws IOException {
    BufferedImage drawn =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = drawn.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(PATCH);
    int side = Math.max(1, (int) Math.round(patches.size() / scale));
    for (int[] place : patches.places()) {
      graphics.drawRect(
          (int) Math.round(place[0] / scale), (int) Math.round(place[1] / scale), side, side);
    }
    graphics.setColor(CONTOUR);
    double cell = tissue.scale() / scale;
    // thick enough to be seen where a page shows the whole picture small
    int thick =
        Math.max(Math.max(2, (int) cell), Math.max(image.getWidth(), image.getHeight()) / CONTOURS);
    for (int y = 0; y < tissue.height(); y++) {
      for (int x = 0; x < tissue.width(); x++) {
        if (tissue.edge(x, y)) {
          graphics.fillRect(
              (int) ((x + 0.5) * cell) - thick / 2,
              (int) ((y + 0.5) * cell) - thick / 2,
              thick,
              thick);
        }
      }
    }
    graphics.dispose();
    AtomicFiles.replace(file, partial -> ImageIO.write(drawn, "png", partial.toFile()));
  }
}
