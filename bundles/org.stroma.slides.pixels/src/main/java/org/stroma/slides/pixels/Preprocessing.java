/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * What is done to a patch before a model sees it: resized, scaled to 0..1, and (x - mean) / deviation of each channel, in the
 * order red, green, blue.
 */
public final class Preprocessing {
  private static final int CHANNELS = 3;

  private final int inputSize;
  private final Resize resize;
  private final float[] mean;
  private final float[] deviation;

  /**
   * Settings as the parts take them.
   *
   * @param inputSize pixels on a side; 0 for the size that the model wants, or as given where it takes any
   * @param interpolation bilinear or bicubic
   * @param mean of red, green and blue, on the scale of 0 to 1
   * @param deviation likewise, above 0
   */
  public Preprocessing(int inputSize, String interpolation, double[] mean, double[] deviation) {
    if (inputSize < 0) {
      throw new IllegalArgumentException("inputSize is " + inputSize + "; it has to be 0 or more");
    }
    this.inputSize = inputSize;
    this.mean = three("mean", mean);
    this.deviation = three("deviation", deviation);
    for (float d : this.deviation) {
      if (!(d > 0)) {
        throw new IllegalArgumentException(
            "deviation holds " + d + "; all three have to be above 0");
      }
    }
    try {
      resize = Resize.valueOf(interpolation.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "interpolation is " + interpolation + "; it has to be bilinear or bicubic", e);
    }
  }

  private static float[] three(String name, double[] values) {
    if (values.length != CHANNELS) {
      throw new IllegalArgumentException(name + " has " + values.length
          + " numbers; it has to have three: for red, green and blue");
    }
    return new float[] {(float) values[0], (float) values[1], (float) values[2]};
  }

  int inputSize() {
    return inputSize;
  }

  /**
   * Writes a patch's numbers.
   *
   * @param channelsFirst [3, h, w], else [h, w, 3]
   * @param at where in the target they start
   */
  void write(
      BufferedImage patch, int width, int height, boolean channelsFirst, float[] target, int at) {
    int[] rgb = resize.pixels(patch, width, height);
    int area = width * height;
    for (int channel = 0; channel < CHANNELS; channel++) {
      int shift = 16 - 8 * channel;
      int step = channelsFirst ? 1 : CHANNELS;
      int to = at + (channelsFirst ? channel * area : channel);
      for (int pixel : rgb) {
        target[to] = ((pixel >> shift & 0xff) / 255f - mean[channel]) / deviation[channel];
        to += step;
      }
    }
  }
}
