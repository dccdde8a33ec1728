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

/** Positions of patches in any unit as columns and rows of a grid, from 0. */
final class Grid {
  private Grid() {}

  /**
   * Puts patches on a grid. Patches of one slide need not stand on one lattice (CLAM starts one for each piece of tissue):
   * each goes to the cell that its corner is in.
   *
   * @param positions x and y of each patch
   * @param step the distance of neighbours in the same unit; 0 to find it, as the commonest distance along rows and columns
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

  private static int cell(Path file, double place) {
    // a little more, for micrometres that were rounded
    double cell = Math.floor(place + 0.01);
    if (cell > 1_000_000) {
      throw new DataException(file + ": its coordinates span " + (long) cell
          + " patches; patchSize has to be in their unit");
    }
    return (int) cell;
  }

  /** The distance of neighbours, as the commonest distance along rows and columns; there have to be two patches. */
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

  /** Distances of neighbours on the same line, rounded to a thousandth. */
  private static void distances(
      double[] positions,
      IntFunction<Double> along,
      IntFunction<Double> line,
      Map<Double, Integer> counts) {
    Map<Double, List<Double>> lines = new HashMap<>();
    for (int i = 0; i < positions.length / 2; i++) {
      lines.computeIfAbsent(rounded(line.apply(i)), l -> new ArrayList<>()).add(along.apply(i));
    }
    lines.values().forEach(places -> {
      places.sort(null);
      for (int i = 1; i < places.size(); i++) {
        double distance = rounded(places.get(i) - places.get(i - 1));
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
