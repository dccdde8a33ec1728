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

/**
 * Checks that all files of a modality have the same width. The most frequent width is taken as the
 * right one, not that of the first file.
 */
final class WidthCheck {
  private final Map<Integer, List<Path>> files = new LinkedHashMap<>();

  void add(int width, Path file) {
    files.computeIfAbsent(width, w -> new ArrayList<>()).add(file);
  }

  /**
   * The most frequent width, 0 if there are no files. Files of other widths are reported as
   * problems.
   *
   * @param what noun for the numbers, as in "16 numbers"
   * @param rule end of the message: what has to be equal
   */
  int common(Problems problems, String what, String rule) {
    int width = files.entrySet().stream()
        .max(Comparator.<Map.Entry<Integer, List<Path>>>comparingInt(
            e -> e.getValue().size()))
        .map(Map.Entry::getKey)
        .orElse(0);
    files.forEach((other, filesOfWidth) -> {
      if (other != width) {
        filesOfWidth.forEach(file -> problems.add(file + " has " + other + " " + what + ", and "
            + files.get(width).get(0) + " has " + width + "; " + rule));
      }
    });
    return width;
  }
}
