/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What products and convolutions are computed in. All else, weights among it, is float32. */
public enum Precision {
  /** IEEE 754 single precision, on every device. */
  FLOAT32,
  /** Factors are rounded to 10 bits of mantissa, sums are float32: NVIDIA GPUs since Ampere. Elsewhere it is {@link #FLOAT32}. */
  TENSORFLOAT32,
  /** Factors and results of matrix products are rounded to bfloat16 (7 bits of mantissa), sums are float32: on every device. */
  BFLOAT16;

  /** The name in an experiment. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Precision::label).toList();
  }

  /** That of a name; float32 for a wrong one, which the reader has told. */
  static Precision of(@Nullable String label) {
    return Arrays.stream(values())
        .filter(precision -> precision.label().equals(label))
        .findFirst()
        .orElse(FLOAT32);
  }
}
