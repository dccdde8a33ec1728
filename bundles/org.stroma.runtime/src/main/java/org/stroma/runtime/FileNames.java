/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names of files for samples and slides, whose own names may hold anything: safe on every system, and all different. */
final class FileNames {
  /** Bytes; systems allow 255, and endings and partial files need some. */
  private static final int LONGEST = 150;

  private final Map<List<String>, String> names = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** @param reserved names that nobody gets */
  FileNames(String... reserved) {
    taken.addAll(Set.of(reserved));
  }

  /** The name for a sample, or for one of its slides: the same at each call. */
  String of(String... id) {
    return names.computeIfAbsent(List.of(id), i -> free(safe(String.join(".", i))));
  }

  /** Systems may not tell upper and lower case apart. */
  private String free(String name) {
    String free = name;
    for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
      free = name + "-" + i;
    }
    return free;
  }

  private static String safe(String id) {
    String name = id.replace("->", "-to-").replaceAll("[^\\p{L}\\p{N}._-]", "_").replaceAll("^\\.|\\.$", "_");
    while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    return name.isEmpty() ? "_" : name;
  }

  /** A table of those whose files are named otherwise; null where there are none. */
  String changed() {
    StringBuilder csv = new StringBuilder();
    names.forEach((id, name) -> {
      if (!name.equals(String.join(".", id))) {
        csv.append(PredictionTable.quote(id.get(0))).append(',').append(PredictionTable.quote(id.size() > 1 ? id.get(1) : ""))
            .append(',').append(name).append('\n');
      }
    });
    return csv.isEmpty() ? null : "name,slide,file\n" + csv;
  }
}
