/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An input: the files of a folder, by their paths with /. */
record Sample(Map<String, byte[]> files) {
  Sample {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  static Sample of(String name, byte[] bytes) {
    return new Sample(Map.of(name, bytes));
  }

  static Sample of(String name, String text) {
    return of(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** All files of a folder. */
  static Sample read(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (Path file : all(folder)) {
      if (Files.isRegularFile(file)) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return new Sample(files);
  }

  /** A copy with another file. */
  Sample with(String name, byte[] bytes) {
    Map<String, byte[]> copy = new TreeMap<>(files);
    copy.put(name, bytes);
    return new Sample(copy);
  }

  Sample with(String name, String text) {
    return with(name, text.getBytes(StandardCharsets.UTF_8));
  }

  Sample without(String name) {
    Map<String, byte[]> copy = new TreeMap<>(files);
    copy.remove(name);
    return new Sample(copy);
  }

  /** Makes a folder hold these files and no others; those that are right already are left alone. */
  void write(Path folder, Sample there) throws IOException {
    for (String name : there.files.keySet()) {
      if (!files.containsKey(name)) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      if (!java.util.Arrays.equals(there.files.get(file.getKey()), file.getValue())
          || !Files.exists(path)) {
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
    }
  }

  /** Deletes a folder and all in it. */
  static void delete(Path folder) throws IOException {
    for (Path file : all(folder)) {
      Files.delete(file);
    }
  }

  /** What is in a folder, the deepest first. */
  private static List<Path> all(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
