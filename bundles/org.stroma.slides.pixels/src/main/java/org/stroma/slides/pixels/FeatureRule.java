/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import org.stroma.api.data.DataException;

/**
 * How an output becomes one row of features a patch.
 *
 * @param pool whether maps are averaged over their places
 * @param tokens what is taken of tokens
 * @param registers tokens between the class token and those of places
 * @param tokenSize pixels on a side that a token stands for; 0 if that is not known, and any number of tokens is taken
 */
record FeatureRule(boolean pool, Tokens tokens, int registers, int tokenSize) {
  /** Rows of [count, T, d]. */
  float[][] rows(String model, ImageNetwork.Output output, int rows, int height, int width) {
    int count = Math.toIntExact(output.shape()[1]);
    int size = Math.toIntExact(output.shape()[2]);
    int first = 1 + registers;
    if (tokenSize > 0) {
      int places = (height / tokenSize) * (width / tokenSize);
      if (count != first + places) {
        throw new DataException(model + " gives " + count + " tokens for " + width + " x " + height
            + " pixels, and a class token, " + registers + " registers and " + places
            + " places of " + tokenSize + " x " + tokenSize + " pixels are " + (first + places));
      }
    }
    if (size == 0 || count < 1 || tokens != Tokens.CLASS && count <= first) {
      throw new DataException(model + " gives " + count + " tokens of " + size
          + " features; without the class token and " + registers
          + " registers none is left that stands for a place");
    }
    float[][] features = new float[rows][];
    for (int i = 0; i < rows; i++) {
      features[i] = tokens.row(output.values(), i * count * size, count, size, first);
    }
    return features;
  }
}
