/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is taken of the tokens [B, T, d] that a vision transformer gives: the class token first, then registers, then
 * those of the image's places.
 */
enum Tokens {
  /** Nothing: a model that gives tokens is refused. */
  NONE(0),
  /** The class token, d features. */
  CLASS(1),
  /** The mean of the places' tokens, d features. */
  MEAN(1),
  /** The class token and after it the mean of the places' tokens, 2 d features. */
  CLASS_MEAN(2);

  private final int times;

  Tokens(int times) {
    this.times = times;
  }

  /** As settings and entries write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '+');
  }

  /** @throws IllegalArgumentException for a label that there is not; the message is for the user */
  static Tokens of(String label) {
    return Stream.of(values())
        .filter(tokens -> tokens.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("tokens is " + label + "; it has to be "
            + Stream.of(values()).map(Tokens::label).collect(Collectors.joining(", "))));
  }

  /** How many features tokens of this width make. */
  int features(int width) {
    return times * width;
  }

  /**
   * The features of one patch.
   *
   * @param values tokens in row-major order, [T, width] from an index on
   * @param first the first token of a place
   */
  float[] row(float[] values, int at, int count, int width, int first) {
    float[] row = new float[features(width)];
    if (this == CLASS || this == CLASS_MEAN) {
      System.arraycopy(values, at, row, 0, width);
    }
    if (this == MEAN || this == CLASS_MEAN) {
      for (int i = 0; i < width; i++) {
        double sum = 0;
        for (int token = first; token < count; token++) {
          sum += values[at + token * width + i];
        }
        row[row.length - width + i] = (float) (sum / (count - first));
      }
    }
    return row;
  }
}
