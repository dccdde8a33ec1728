/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.image.BufferedImage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;

/**
 * Where the tissue of a slide is, on a grid of cells of a thumbnail: pixels whose saturation is above Otsu's threshold (Otsu
 * 1979), without small specks, with small holes filled, and without what is as dark as the margins of a scan, a scanner's fill
 * or black ink. Those have no colour of their own: the saturation of nearly black pixels is that of their noise.
 *
 * @param inside row by row
 * @param dark likewise: below the least brightness, in regions that are no nuclei
 * @param scale level-0 pixels a cell, on a side
 * @param threshold saturation of 255 above which a cell is coloured
 * @param coloured the share of the cells that are coloured, specks and holes as they are
 * @param mostSaturation of 255, of all cells that are not left out as dark
 * @param largestPiece of coloured cells that hang together, as a share of a patch's area
 */
record Tissue(
    int width,
    int height,
    boolean[] inside,
    boolean[] dark,
    double scale,
    int threshold,
    double coloured,
    int mostSaturation,
    double largestPiece) {
  /** Below this, of 255, Otsu's threshold separates shades of glass: there is no tissue. */
  private static final int FAINTEST = 8;

  /** The least brightness by default, of 255: that of CLAM's black patches. */
  static final int BLACK = 40;

  /** Specks of less than one patch are no tissue; holes of less than four are. */
  private static final double SPECK = 1;

  private static final double HOLE = 4;

  /** What is dark in regions of less than this share of a patch may be nuclei, pigment or a fold. */
  private static final double DARK_SPECK = 0.25;

  /**
   * Finds tissue.
   *
   * @param scale level-0 pixels a pixel of the thumbnail
   * @param side of a patch in pixels of the thumbnail
   * @param leastBrightness of 255, of the brightest of red, green and blue; with 0 dark cells are known, and tissue
   * @param leastSaturation of 255; -1 for Otsu's threshold
   */
  static Tissue find(
      BufferedImage thumbnail,
      double scale,
      double side,
      int leastBrightness,
      int leastSaturation) {
    int w = thumbnail.getWidth();
    int h = thumbnail.getHeight();
    int[] rgb = thumbnail.getRGB(0, 0, w, h, null, 0, w);
    int[] saturation = smooth(saturation(rgb), w, h);
    int[] brightness = smooth(brightness(rgb), w, h);
    int black = leastBrightness > 0 ? leastBrightness : BLACK;
    boolean[] dark = new boolean[w * h];
    for (int i = 0; i < dark.length; i++) {
      dark[i] = brightness[i] < black;
    }
    flip(dark, w, h, true, DARK_SPECK * side * side);
    flip(dark, w, h, false, DARK_SPECK * side * side);
    boolean left = leastBrightness > 0;
    int[] seen = left
        ? IntStream.range(0, dark.length)
            .filter(i -> brightness[i] >= black)
            .map(i -> saturation[i])
            .toArray()
        : saturation;
    int threshold = leastSaturation >= 0 ? leastSaturation : Math.max(FAINTEST, otsu(seen));
    boolean[] inside = new boolean[w * h];
    int coloured = 0;
    int most = 0;
    for (int i = 0; i < inside.length; i++) {
      boolean out = left && dark[i];
      inside[i] = saturation[i] > threshold && !out;
      coloured += inside[i] ? 1 : 0;
      most = out ? most : Math.max(most, saturation[i]);
    }
    int largest = flip(inside, w, h, true, SPECK * side * side);
    flip(inside, w, h, false, HOLE * side * side);
    for (int i = 0; i < inside.length; i++) {
      inside[i] &=
          !(left && dark[i]); // a black tile in the midst of tissue is no hole to be filled
    }
    return new Tissue(
        w,
        h,
        inside,
        dark,
        scale,
        threshold,
        (double) coloured / inside.length,
        most,
        largest / (side * side));
  }

  /** Saturation of HSV, 0 to 255. */
  private static int[] saturation(int[] rgb) {
    int[] saturation = new int[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      int r = rgb[i] >> 16 & 0xff;
      int g = rgb[i] >> 8 & 0xff;
      int b = rgb[i] & 0xff;
      int max = Math.max(r, Math.max(g, b));
      int min = Math.min(r, Math.min(g, b));
      saturation[i] = max == 0 ? 0 : 255 * (max - min) / max;
    }
    return saturation;
  }

  /** Value of HSV, 0 to 255. */
  private static int[] brightness(int[] rgb) {
    return IntStream.of(rgb)
        .map(c -> Math.max(c >> 16 & 0xff, Math.max(c >> 8 & 0xff, c & 0xff)))
        .toArray();
  }

  /** The median of 3 x 3 pixels, against single pixels of dust and noise. */
  private static int[] smooth(int[] from, int w, int h) {
    int[] to = new int[from.length];
    int[] near = new int[9];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int n = 0;
        for (int j = Math.max(0, y - 1); j <= Math.min(h - 1, y + 1); j++) {
          for (int i = Math.max(0, x - 1); i <= Math.min(w - 1, x + 1); i++) {
            near[n++] = from[j * w + i];
          }
        }
        java.util.Arrays.sort(near, 0, n);
        to[y * w + x] = near[n / 2];
      }
    }
    return to;
  }

  /** The threshold with the largest variance between what is above it and what is not. */
  static int otsu(int[] values) {
    long[] histogram = new long[256];
    long total = 0;
    for (int value : values) {
      histogram[value]++;
      total += value;
    }
    long below = 0;
    long sum = 0;
    double best = -1;
    int threshold = 0;
    for (int t = 0; t < 255; t++) {
      below += histogram[t];
      sum += t * histogram[t];
      long above = values.length - below;
      if (below == 0 || above == 0) {
        continue;
      }
      double distance = (double) sum / below - (double) (total - sum) / above;
      double variance = (double) below * above * distance * distance;
      if (variance > best) {
        best = variance;
        threshold = t;
      }
    }
    return threshold;
  }

  /**
   * Turns connected regions (by edges) of one kind over, where they have fewer pixels. Holes at the border are none.
   *
   * @return pixels of the largest region
   */
  private static int flip(boolean[] inside, int w, int h, boolean kind, double fewer) {
    boolean[] seen = new boolean[inside.length];
    int[] region = new int[inside.length];
    Deque<Integer> open = new ArrayDeque<>();
    int largest = 0;
    for (int start = 0; start < inside.length; start++) {
      if (seen[start] || inside[start] != kind) {
        continue;
      }
      int size = 0;
      boolean border = false;
      seen[start] = true;
      open.push(start);
      while (!open.isEmpty()) {
        int at = open.pop();
        region[size++] = at;
        int x = at % w;
        int y = at / w;
        border |= x == 0 || y == 0 || x == w - 1 || y == h - 1;
        int[] next = {
          x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, y > 0 ? at - w : -1, y < h - 1 ? at + w : -1
        };
        for (int n : next) {
          if (n >= 0 && !seen[n] && inside[n] == kind) {
            seen[n] = true;
            open.push(n);
          }
        }
      }
      largest = Math.max(largest, size);
      if (size < fewer && (kind || !border)) {
        for (int i = 0; i < size; i++) {
          inside[region[i]] = !kind;
        }
      }
    }
    return largest;
  }

  /** The share of a square of level-0 pixels that is tissue. */
  double share(long x, long y, double size) {
    return share(inside, x, y, size);
  }

  /** The share of a square of level-0 pixels that is dark. */
  double darkShare(long x, long y, double size) {
    return share(dark, x, y, size);
  }

  private double share(boolean[] cells, long x, long y, double size) {
    int left = (int) Math.floor(x / scale);
    int top = (int) Math.floor(y / scale);
    int right = Math.max(left + 1, (int) Math.ceil((x + size) / scale));
    int bottom = Math.max(top + 1, (int) Math.ceil((y + size) / scale));
    int count = 0;
    for (int j = Math.max(0, top); j < Math.min(height, bottom); j++) {
      for (int i = Math.max(0, left); i < Math.min(width, right); i++) {
        count += cells[j * width + i] ? 1 : 0;
      }
    }
    return (double) count / ((long) (right - left) * (bottom - top));
  }

  /** The share of all cells that is tissue. */
  double share() {
    return share(inside);
  }

  /** The share of all cells that is dark. */
  double darkShare() {
    return share(dark);
  }

  private static double share(boolean[] cells) {
    int count = 0;
    for (boolean each : cells) {
      count += each ? 1 : 0;
    }
    return (double) count / cells.length;
  }

  /** Whether a cell is tissue beside something that is none. */
  boolean edge(int x, int y) {
    if (!inside[y * width + x]) {
      return false;
    }
    return x == 0
        || y == 0
        || x == width - 1
        || y == height - 1
        || !inside[y * width + x - 1]
        || !inside[y * width + x + 1]
        || !inside[(y - 1) * width + x]
        || !inside[(y + 1) * width + x];
  }
}
