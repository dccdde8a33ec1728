/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * Preprocessing of patches: resized, cut to their centre where they are resized to more than the model takes, scaled to
 * 0..1, and normalised as (x - mean) / deviation per channel, in the order red, green, blue.
 */
public final class Preprocessing {
  private static final int CHANNELS = 3;

  private final int inputSize;
  private final int resized; // 0 for what the model takes
  private final Resize resize;
  private final float[] mean;
  private final float[] deviation;

  /**
   * Creates it from the settings of a part.
   *
   * @param inputSize pixels per side; 0 for the size that the model requires, or no resizing if
   *     it accepts any
   * @param interpolation bilinear or bicubic
   * @param mean mean of red, green and blue, on the scale of 0 to 1
   * @param deviation standard deviation of red, green and blue, above 0
   */
  public Preprocessing(int inputSize, String interpolation, double[] mean, double[] deviation) {
    this(inputSize, 0, interpolation, mean, deviation);
  }

  /**
   * The same with a centre that is cut.
   *
   * @param resized pixels per side that patches are resized to before their centre is cut to what the model takes; 0 for
   *     just that
   */
  public Preprocessing(
      int inputSize, int resized, String interpolation, double[] mean, double[] deviation) {
    if (inputSize < 0) {
      throw new IllegalArgumentException("inputSize is " + inputSize + "; it has to be 0 or more");
    }
    if (resized < 0 || resized > 0 && resized < inputSize) {
      throw new IllegalArgumentException("resize is " + resized + "; it has to be 0, or inputSize ("
          + inputSize + ") or more, as that is cut of it");
    }
    this.inputSize = inputSize;
    this.resized = resized;
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

  int resized() {
    return resized;
  }

  /** In words, for provenance. */
  String words() {
    return (inputSize > 0
            ? inputSize + " pixels" + (resized > inputSize ? " of " + resized : "")
            : "any size")
        + " (" + resize.name().toLowerCase(Locale.ROOT) + "), mean " + words(mean) + ", deviation "
        + words(deviation);
  }

  private static String words(float[] three) {
    return three[0] + " " + three[1] + " " + three[2];
  }

  private int[] pixels(BufferedImage patch, int width, int height) {
    if (resized <= Math.max(width, height)) {
      return resize.pixels(patch, width, height);
    }
    int[] all = resize.pixels(patch, resized, resized);
    // half of an odd margin is rounded to even, as torchvision does
    int left = (int) Math.rint((resized - width) / 2.0);
    int top = (int) Math.rint((resized - height) / 2.0);
    int[] centre = new int[width * height];
    for (int y = 0; y < height; y++) {
      System.arraycopy(all, (top + y) * resized + left, centre, y * width, width);
    }
    return centre;
  }

  /**
   * Writes the values of a patch.
   *
   * @param channelsFirst [3, h, w], else [h, w, 3]
   * @param at start index in the target
   */
  void write(
      BufferedImage patch, int width, int height, boolean channelsFirst, float[] target, int at) {
    int[] rgb = pixels(patch, width, height);
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
