/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures of how much patches are attended to, by colours of their percentiles. */
final class HeatMap {
  /** Pixels of the longer side of a map without a slide. */
  private static final int LONGEST = 1536;

  /** Pixels of a patch at most. */
  private static final int LARGEST_PATCH = 16;

  /** How much of the slide is covered. */
  private static final float COVER = 0.6f;

  private HeatMap() {}

  /**
   * Over the thumbnail of a slide, which turns grey so that the colours have one meaning. The slide is seen as it is where no patch is.
   *
   * @param squares in pixels of the thumbnail
   * @param percentiles by element
   */
  static BufferedImage over(BufferedImage thumbnail, Squares squares, float[] percentiles) {
    BufferedImage map =
        new BufferedImage(thumbnail.getWidth(), thumbnail.getHeight(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < map.getHeight(); y++) {
      for (int x = 0; x < map.getWidth(); x++) {
        int rgb = thumbnail.getRGB(x, y);
        int grey = ((rgb >> 16 & 0xff) * 299 + (rgb >> 8 & 0xff) * 587 + (rgb & 0xff) * 114) / 1000;
        map.setRGB(x, y, grey * 0x010101);
      }
    }
    // opaque on a layer of its own: where patches overlap, colours must not add up
    BufferedImage layer =
        new BufferedImage(map.getWidth(), map.getHeight(), BufferedImage.TYPE_INT_ARGB);
    fill(layer, squares, percentiles);
    Graphics2D graphics = map.createGraphics();
    graphics.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, COVER));
    graphics.drawImage(layer, 0, 0, null);
    graphics.dispose();
    return map;
  }

  /** Over nothing: transparent where no patch is. */
  static BufferedImage plain(Squares squares, float[] percentiles) {
    Squares own = squares.fromOrigin();
    double scale =
        Math.min(LARGEST_PATCH / own.side(), LONGEST / Math.max(own.right(), own.bottom()));
    Squares drawn = own.times(scale);
    BufferedImage map = new BufferedImage(
        Math.max(1, (int) Math.ceil(drawn.right() - 1e-6)),
        Math.max(1, (int) Math.ceil(drawn.bottom() - 1e-6)),
        BufferedImage.TYPE_INT_ARGB);
    fill(map, drawn, percentiles);
    return map;
  }

  /** The most attended patches come last and are seen. */
  private static void fill(BufferedImage image, Squares squares, float[] percentiles) {
    int[] elements = squares.elements();
    float[] own = new float[elements.length];
    int[] all = new int[elements.length];
    for (int i = 0; i < all.length; i++) {
      own[i] = percentiles[elements[i]];
      all[i] = i;
    }
    Graphics2D graphics = image.createGraphics();
    for (int i : Percentiles.order(own, all)) {
      graphics.setColor(new Color(Viridis.rgb(own[i] / 100)));
      int left = (int) Math.round(squares.x()[i]);
      int top = (int) Math.round(squares.y()[i]);
      int right = (int) Math.round(squares.x()[i] + squares.side());
      int bottom = (int) Math.round(squares.y()[i] + squares.side());
      graphics.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
    }
    graphics.dispose();
  }

  /**
   * Pictures side by side in rows, each in a square, smaller where it would not fit.
   *
   * @param tile pixels of that square
   * @param gap pixels between them
   * @param background null for transparent
   */
  static BufferedImage sheet(
      List<BufferedImage> pictures, int columns, int tile, int gap, @Nullable Color background) {
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + columns - 1) / columns;
    BufferedImage sheet = new BufferedImage(
        across * (tile + gap) + gap,
        down * (tile + gap) + gap,
        background == null ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    if (background != null) {
      graphics.setColor(background);
      graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    }
    for (int i = 0; i < pictures.size(); i++) {
      BufferedImage picture = pictures.get(i);
      double scale = Math.min(1, (double) tile / Math.max(picture.getWidth(), picture.getHeight()));
      int width = Math.max(1, (int) Math.round(picture.getWidth() * scale));
      int height = Math.max(1, (int) Math.round(picture.getHeight() * scale));
      graphics.drawImage(
          SlideView.resized(picture, width, height),
          gap + i % columns * (tile + gap) + (tile - width) / 2,
          gap + i / columns * (tile + gap) + (tile - height) / 2,
          null);
    }
    graphics.dispose();
    return sheet;
  }
}
