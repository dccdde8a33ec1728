/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.PatchLocation;

/**
 * Where patches of one slide lie.
 *
 * @param elements of the bag
 * @param x left edge of each of them
 * @param y top edge
 * @param side of all of them, in the same unit
 * @param micrometres whether that is micrometres; else pixels of the slide, or cells of a grid
 */
record Squares(int[] elements, double[] x, double[] y, double side, boolean micrometres) {
  /** @return null where nothing is known of where they lie */
  static @Nullable Squares of(
      int[] elements, @Nullable List<PatchLocation> places, int @Nullable [] grid) {
    if (places != null && Arrays.stream(elements).allMatch(i -> places.get(i).located())) {
      double[] x = of(elements, i -> places.get(i).x());
      double[] y = of(elements, i -> places.get(i).y());
      double side = places.get(elements[0]).size();
      return new Squares(
          elements,
          x,
          y,
          side > 0 ? side : Math.max(1, Math.min(step(x), step(y))),
          places.get(elements[0]).micrometres());
    }
    return grid == null
        ? null
        : new Squares(
            elements, of(elements, i -> grid[2 * i]), of(elements, i -> grid[2 * i + 1]), 1, false);
  }

  private static double[] of(int[] elements, ToDoubleFunction<Integer> of) {
    return Arrays.stream(elements).mapToDouble(of::applyAsDouble).toArray();
  }

  /** The least distance of two that differ: patches of unknown size stand side by side, as far as one can tell. */
  private static double step(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    double step = Double.MAX_VALUE;
    for (int i = 1; i < sorted.length; i++) {
      double gap = sorted[i] - sorted[i - 1];
      step = gap > 0 ? Math.min(step, gap) : step;
    }
    return step == Double.MAX_VALUE ? 256 : step;
  }

  /** The same in another unit. */
  Squares times(double factor) {
    return new Squares(
        elements,
        Arrays.stream(x).map(v -> v * factor).toArray(),
        Arrays.stream(y).map(v -> v * factor).toArray(),
        side * factor,
        false);
  }

  /** The same with the upper left corner of all at the origin. */
  Squares fromOrigin() {
    return new Squares(elements, less(x), less(y), side, micrometres);
  }

  private static double[] less(double[] values) {
    double least = Arrays.stream(values).min().orElse(0);
    return Arrays.stream(values).map(v -> v - least).toArray();
  }

  double right() {
    return Arrays.stream(x).max().orElse(0) + side;
  }

  double bottom() {
    return Arrays.stream(y).max().orElse(0) + side;
  }

  double left() {
    return Arrays.stream(x).min().orElse(0);
  }

  double top() {
    return Arrays.stream(y).min().orElse(0);
  }
}
