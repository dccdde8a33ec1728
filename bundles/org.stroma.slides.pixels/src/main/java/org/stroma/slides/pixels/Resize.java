/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.awt.image.BufferedImage;

/**
 * Resizes 8-bit pixels exactly like Pillow (and so torchvision and timm, with which models were
 * trained): a separable filter that widens with the reduction, applied along rows, then columns,
 * with 22-bit weights and 8-bit intermediate values.
 */
enum Resize {
  BILINEAR(1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** Keys' cubic convolution with a = -0.5. */
  BICUBIC(2) {
    @Override
    double weight(double at) {
      double x = Math.abs(at);
      double a = -0.5;
      if (x < 1) {
        return ((a + 2) * x - (a + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }
  };

  private static final int BITS = 22;

  private final double support;

  Resize(double support) {
    this.support = support;
  }

  /** Filter weight at a distance in pixels. */
  abstract double weight(double x);

  /** The resized image as packed RGB pixels, row by row. */
  int[] pixels(BufferedImage image, int width, int height) {
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    if (image.getWidth() != width) {
      rgb = transposedRows(rgb, image.getWidth(), image.getHeight(), width);
      rgb = transpose(rgb, image.getHeight(), width);
    }
    if (image.getHeight() != height) {
      rgb = transposedRows(
          transpose(rgb, width, image.getHeight()), image.getHeight(), width, height);
    }
    return rgb;
  }

  private static int[] transpose(int[] rgb, int width, int height) {
    int[] turned = new int[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned[x * height + y] = rgb[y * width + x];
      }
    }
    return turned;
  }

  /** Resizes each row to a length; the result is transposed. */
  private int[] transposedRows(int[] rgb, int width, int height, int newWidth) {
    double scale = (double) width / newWidth;
    double wide = Math.max(scale, 1);
    double reach = support * wide;
    int[] out = new int[newWidth * height];
    for (int x = 0; x < newWidth; x++) {
      double centre = (x + 0.5) * scale;
      int from = Math.max(0, (int) (centre - reach + 0.5));
      int to = Math.min(width, (int) (centre + reach + 0.5));
      int[] weights = weights(from, to, centre, wide);
      for (int y = 0; y < height; y++) {
        int r = 1 << BITS - 1;
        int g = r;
        int b = r;
        for (int i = from; i < to; i++) {
          int pixel = rgb[y * width + i];
          int weight = weights[i - from];
          r += (pixel >> 16 & 0xff) * weight;
          g += (pixel >> 8 & 0xff) * weight;
          b += (pixel & 0xff) * weight;
        }
        out[x * height + y] = clip(r) << 16 | clip(g) << 8 | clip(b);
      }
    }
    return out;
  }

  private int[] weights(int from, int to, double centre, double wide) {
    double[] exact = new double[to - from];
    double sum = 0;
    for (int i = from; i < to; i++) {
      exact[i - from] = weight((i - centre + 0.5) / wide);
      sum += exact[i - from];
    }
    int[] weights = new int[exact.length];
    for (int i = 0; i < exact.length; i++) {
      double scaled = exact[i] / sum * (1 << BITS);
      weights[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return weights;
  }

  private static int clip(int sum) {
    return Math.max(0, Math.min(255, sum >> BITS));
  }
}
