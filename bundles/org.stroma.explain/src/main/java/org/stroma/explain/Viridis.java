/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

/**
 * Colours of numbers from 0 (dark violet) to 1 (yellow), after viridis (van der Walt and Smith 2015): lightness rises evenly, so that
 * they are told apart however one sees colour, and in grey. Nine of its colours, and between them straight lines in Oklab (Ottosson
 * 2020).
 */
final class Viridis {
  private static final int[] STOPS = {
    0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21908c, 0x27ad81, 0x5dc863, 0xaadc32, 0xfde725
  };

  private static final double[][] OKLAB = new double[STOPS.length][];

  static {
    for (int i = 0; i < STOPS.length; i++) {
      OKLAB[i] = oklab(STOPS[i]);
    }
  }

  private Viridis() {}

  /** Red, green and blue as 0xRRGGBB. */
  static int rgb(double number) {
    double at = Math.max(0, Math.min(1, number)) * (STOPS.length - 1);
    int below = Math.min((int) at, STOPS.length - 2);
    double[] mixed = new double[3];
    for (int i = 0; i < 3; i++) {
      mixed[i] = OKLAB[below][i] + (at - below) * (OKLAB[below + 1][i] - OKLAB[below][i]);
    }
    return rgb(mixed);
  }

  /** Red, green and blue, 0 to 255 each. */
  static int[] parts(double number) {
    int rgb = rgb(number);
    return new int[] {rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff};
  }

  private static double[] oklab(int rgb) {
    double r = linear((rgb >> 16 & 0xff) / 255.0);
    double g = linear((rgb >> 8 & 0xff) / 255.0);
    double b = linear((rgb & 0xff) / 255.0);
    double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return new double[] {
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    };
  }

  private static int rgb(double[] lab) {
    double l = cube(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]);
    double m = cube(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]);
    double s = cube(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2]);
    return part(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16
        | part(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8
        | part(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
  }

  private static double cube(double x) {
    return x * x * x;
  }

  private static double linear(double part) {
    return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
  }

  private static int part(double linear) {
    double part = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * Math.max(0, Math.min(1, part)));
  }
}
