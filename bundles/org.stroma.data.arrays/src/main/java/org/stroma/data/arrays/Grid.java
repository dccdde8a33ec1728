/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.stroma.api.data.DataException;

/** Converts patch positions, in any unit, to columns and rows of a grid that start at 0. */
final class Grid {
  private Grid() {}

  /**
   * Places patches on a grid. The patches of a slide need not lie on one lattice (CLAM starts a new
   * one for each tissue region), so each goes to the cell that contains its corner.
   *
   * @param positions x and y of each patch, interleaved
   * @param step distance of neighbouring patches in the same unit; 0 to estimate it as the most
   *     frequent distance along rows and columns ¶ @return column and row of each patch,
   *     interleaved
   */
  static int[] of(Path file, double[] positions, double step) {
    int n = positions.length / 2;
    double x = Double.POSITIVE_INFINITY;
    double y = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (!Double.isFinite(positions[2 * i]) || !Double.isFinite(positions[2 * i + 1])) {
        throw new DataException(file + ": patch " + (i + 1) + " has no finite coordinates");
      }
      x = Math.min(x, positions[2 * i]);
      y = Math.min(y, positions[2 * i + 1]);
    }
    double size = step > 0 ? step : n == 1 ? 1 : distance(file, positions);
    int[] grid = new int[2 * n];
    for (int i = 0; i < n; i++) {
      grid[2 * i] = cell(file, (positions[2 * i] - x) / size);
      grid[2 * i + 1] = cell(file, (positions[2 * i + 1] - y) / size);
    }
    return grid;
  }

  private static int cell(Path file, double position) {
    // tolerance for rounded micrometres
    double cell = Math.floor(position + 0.01);
    if (cell > 1_000_000) {
      throw new DataException(file + ": its coordinates span " + (long) cell
          + " patches; patchSize has to be in their unit");
    }
    return (int) cell;
  }

  /**
   * The most frequent distance of neighbouring patches along rows and columns. Needs at least two
   * patches.
   */
  static double distance(Path file, double[] positions) {
    Map<Double, Integer> counts = new HashMap<>();
    distances(positions, i -> positions[2 * i], i -> positions[2 * i + 1], counts);
    distances(positions, i -> positions[2 * i + 1], i -> positions[2 * i], counts);
    return counts.entrySet().stream()
        .max(Comparator.<Map.Entry<Double, Integer>>comparingInt(Map.Entry::getValue)
            .thenComparing(e -> -e.getKey()))
        .map(Map.Entry::getKey)
        .orElseThrow(() -> new DataException(
            file + ": no two patches stand in one row or column, and no attribute tells the "
                + "patches' distance; give patchSize, in the unit of the coordinates"));
  }

  /** Counts the distances of neighbours on the same line, rounded to a thousandth. */
  private static void distances(
      double[] positions,
      IntFunction<Double> along,
      IntFunction<Double> line,
      Map<Double, Integer> counts) {
    Map<Double, List<Double>> lines = new HashMap<>();
    for (int i = 0; i < positions.length / 2; i++) {
      lines.computeIfAbsent(rounded(line.apply(i)), l -> new ArrayList<>()).add(along.apply(i));
    }
    lines.values().forEach(positionsOnLine -> {
      positionsOnLine.sort(null);
      for (int i = 1; i < positionsOnLine.size(); i++) {
        double distance = rounded(positionsOnLine.get(i) - positionsOnLine.get(i - 1));
        if (distance > 0) {
          counts.merge(distance, 1, Integer::sum);
        }
      }
    });
  }

  private static double rounded(double x) {
    return Math.round(x * 1000) / 1000.0;
  }
}
