/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.Problems;

/** The widths of a modality's files, which have to be one. The one that most files have is right: not the first file's. */
final class Widths {
  private final Map<Integer, List<Path>> files = new LinkedHashMap<>();

  void add(int width, Path file) {
    files.computeIfAbsent(width, w -> new ArrayList<>()).add(file);
  }

  /**
   * The width of most files; 0 where there are none. Files of another one are problems.
   *
   * @param what the numbers are, as in "16 numbers"
   * @param all what has to be alike, the end of a sentence
   */
  int common(Problems problems, String what, String all) {
    int width = files.entrySet().stream()
        .max(Comparator.<Map.Entry<Integer, List<Path>>>comparingInt(
            e -> e.getValue().size()))
        .map(Map.Entry::getKey)
        .orElse(0);
    files.forEach((other, its) -> {
      if (other != width) {
        its.forEach(file -> problems.add(file + " has " + other + " " + what + ", and "
            + files.get(width).get(0) + " has " + width + "; " + all));
      }
    });
    return width;
  }
}
