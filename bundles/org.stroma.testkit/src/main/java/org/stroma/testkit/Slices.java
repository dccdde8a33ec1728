/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Pieces of arrays that hold the rows of a batch one after the other. */
final class Slices {
  private Slices() {}

  /** Row i of b; empty where the numbers are no b rows. */
  static float[] row(float[] values, int b, int i) {
    int each = values.length / b;
    return Arrays.copyOfRange(values, i * each, (i + 1) * each);
  }

  /** Of a row of elements those whose mask is 1. */
  static float[] kept(float[] row, float[] mask) {
    int each = mask.length == 0 ? 0 : row.length / mask.length;
    float[] kept = new float[row.length];
    int count = 0;
    for (int e = 0; e < mask.length; e++) {
      for (int k = 0; mask[e] != 0 && k < each; k++) {
        kept[count++] = row[e * each + k];
      }
    }
    return Arrays.copyOf(kept, count);
  }

  static float[] join(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Fills a range with normal numbers of the given standard deviation. */
  static void fill(float[] values, int from, int count, Random random, double deviation) {
    for (int i = from; i < from + count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
  }
}
