/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;

/** The names in folders, each folder listed once: a cohort asks for a pattern a sample, and folders hold thousands of files. */
final class FolderNames {
  private final Map<Path, String[]> names = new HashMap<>();

  /**
   * What a folder holds by names of a pattern; empty where it is none.
   *
   * @param pattern in which {@code *} stands for any characters, and all others for themselves
   */
  List<Path> matches(Path folder, String pattern) {
    String[] sorted = names.computeIfAbsent(folder, FolderNames::list);
    String start = pattern.substring(0, pattern.indexOf('*'));
    int at = Arrays.binarySearch(sorted, start);
    PathMatcher matcher = folder
        .getFileSystem()
        .getPathMatcher("glob:" + pattern.replaceAll("[\\[\\]{}?\\\\]", "\\\\$0"));
    List<Path> found = new ArrayList<>();
    for (int i = at < 0 ? -at - 1 : at; i < sorted.length && sorted[i].startsWith(start); i++) {
      Path entry = folder.resolve(sorted[i]);
      if (matcher.matches(entry.getFileName())) {
        found.add(entry);
      }
    }
    return found;
  }

  private static String[] list(Path folder) {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        entries.forEach(entry -> names.add(entry.getFileName().toString()));
      } catch (IOException e) {
        throw new DataException(folder + " cannot be listed: " + e.getMessage(), e);
      }
    }
    return names.stream().sorted().toArray(String[]::new);
  }
}
