/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.stain;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.stroma.api.data.DataException;

/** Pixel and settings functions shared by the normalisers. */
final class Pixels {
  private Pixels() {}

  static int red(int rgb) {
    return rgb >> 16 & 0xff;
  }

  static int green(int rgb) {
    return rgb >> 8 & 0xff;
  }

  static int blue(int rgb) {
    return rgb & 0xff;
  }

  /** Packs a pixel, rounding and clamping to 0 to 255. */
  static int pack(double red, double green, double blue) {
    return level(red) << 16 | level(green) << 8 | level(blue);
  }

  private static int level(double x) {
    return (int) Math.max(0, Math.min(255, Math.round(x)));
  }

  /**
   * Learns from the image file named in a setting. Exceptions have no cause, because users see only
   * the innermost message.
   */
  static <T> T reference(String picture, Function<int[], T> learn) {
    if (!Files.isRegularFile(Path.of(picture))) {
      throw new IllegalArgumentException("there is no file " + picture + ", which reference names");
    }
    BufferedImage image;
    try {
      image = ImageIO.read(Path.of(picture).toFile());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "reference " + picture + " cannot be read: " + e.getMessage());
    }
    if (image == null) {
      throw new IllegalArgumentException(
          "reference " + picture + " is no picture that can be read; PNG, JPEG and TIFF can");
    }
    try {
      return learn.apply(
          image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()));
    } catch (DataException e) {
      throw new IllegalArgumentException(
          "reference " + picture + " cannot be learned from: " + e.getMessage());
    }
  }

  /** Checks the count of numbers in a setting and, optionally, that all are positive. */
  static double[] numbers(
      String setting, double[] numbers, String wanted, int count, boolean positive) {
    if (numbers.length != count) {
      throw new IllegalArgumentException(
          setting + " has " + numbers.length + " numbers; it has to have " + count + ": " + wanted);
    }
    for (double x : numbers) {
      if (!Double.isFinite(x) || positive && !(x > 0)) {
        throw new IllegalArgumentException(setting + " holds " + x + "; each number has to be "
            + (positive ? "above 0" : "finite"));
      }
    }
    return numbers.clone();
  }
}
