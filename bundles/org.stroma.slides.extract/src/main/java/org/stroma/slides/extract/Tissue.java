/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.awt.image.BufferedImage;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Where the tissue of a slide is, on a grid of cells of a thumbnail: pixels whose saturation is above Otsu's threshold (Otsu
 * 1979), without small specks, with small holes filled.
 *
 * @param inside row by row
 * @param scale level-0 pixels a cell, on a side
 */
record Tissue(int width, int height, boolean[] inside, double scale) {
  /** Below this, of 255, the threshold separates shades of glass: there is no tissue. */
  private static final int FAINTEST = 8;

  /**
   * Finds tissue.
   *
   * @param scale level-0 pixels a pixel of the thumbnail
   * @param speck tissue of fewer pixels than this is taken away
   * @param hole holes of fewer pixels than this are filled
   */
  static Tissue find(BufferedImage thumbnail, double scale, double speck, double hole) {
    int w = thumbnail.getWidth();
    int h = thumbnail.getHeight();
    int[] saturation = smooth(saturation(thumbnail), w, h);
    int threshold = Math.max(FAINTEST, otsu(saturation));
    boolean[] inside = new boolean[w * h];
    for (int i = 0; i < inside.length; i++) {
      inside[i] = saturation[i] > threshold;
    }
    flip(inside, w, h, true, speck);
    flip(inside, w, h, false, hole);
    return new Tissue(w, h, inside, scale);
  }

  /** Saturation of HSV, 0 to 255. */
  private static int[] saturation(BufferedImage image) {
    int w = image.getWidth();
    int[] rgb = image.getRGB(0, 0, w, image.getHeight(), null, 0, w);
    for (int i = 0; i < rgb.length; i++) {
      int r = rgb[i] >> 16 & 0xff;
      int g = rgb[i] >> 8 & 0xff;
      int b = rgb[i] & 0xff;
      int max = Math.max(r, Math.max(g, b));
      int min = Math.min(r, Math.min(g, b));
      rgb[i] = max == 0 ? 0 : 255 * (max - min) / max;
    }
    return rgb;
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

  /** Turns connected regions (by edges) of one kind over, where they have fewer pixels. Holes at the border are none. */
  private static void flip(boolean[] inside, int w, int h, boolean kind, double fewer) {
    boolean[] seen = new boolean[inside.length];
    int[] region = new int[inside.length];
    Deque<Integer> open = new ArrayDeque<>();
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
        int[] next = {x > 0 ? at - 1 : -1, x < w - 1 ? at + 1 : -1, y > 0 ? at - w : -1, y < h - 1 ? at + w : -1};
        for (int n : next) {
          if (n >= 0 && !seen[n] && inside[n] == kind) {
            seen[n] = true;
            open.push(n);
          }
        }
      }
      if (size < fewer && (kind || !border)) {
        for (int i = 0; i < size; i++) {
          inside[region[i]] = !kind;
        }
      }
    }
  }

  /** The share of a square of level-0 pixels that is tissue. */
  double share(long x, long y, double size) {
    int left = (int) Math.floor(x / scale);
    int top = (int) Math.floor(y / scale);
    int right = Math.max(left + 1, (int) Math.ceil((x + size) / scale));
    int bottom = Math.max(top + 1, (int) Math.ceil((y + size) / scale));
    int count = 0;
    for (int j = Math.max(0, top); j < Math.min(height, bottom); j++) {
      for (int i = Math.max(0, left); i < Math.min(width, right); i++) {
        count += inside[j * width + i] ? 1 : 0;
      }
    }
    return (double) count / ((long) (right - left) * (bottom - top));
  }

  /** Whether a cell is tissue beside something that is none. */
  boolean edge(int x, int y) {
    if (!inside[y * width + x]) {
      return false;
    }
    return x == 0 || y == 0 || x == width - 1 || y == height - 1 || !inside[y * width + x - 1]
        || !inside[y * width + x + 1] || !inside[(y - 1) * width + x] || !inside[(y + 1) * width + x];
  }
}
