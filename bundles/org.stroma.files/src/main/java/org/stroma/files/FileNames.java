/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names of files for samples and slides, whose own names may hold anything: safe on every system, and all different. */
public final class FileNames {
  /** Bytes; systems allow 255, and endings and partial files need some. */
  private static final int LONGEST = 150;

  private final Map<List<String>, String> names = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** @param reserved names that nobody gets */
  public FileNames(String... reserved) {
    taken.addAll(Set.of(reserved));
  }

  /** The name for a sample, or for one of its slides: the same at each call. */
  public String of(String... id) {
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
    String name =
        id.replace("->", "-to-").replaceAll("[^\\p{L}\\p{N}._-]", "_").replaceAll("^\\.|\\.$", "_");
    while (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
    }
    return name.isEmpty() ? "_" : name;
  }

  /** The name of an experiment whose file says none: the file's, as far as that can be the name of another. */
  public static String fallback(Path experiment) {
    String name = experiment.getFileName().toString().replaceFirst("\\.json$", "");
    if (objection(name) == null) {
      return name;
    }
    return safe(name);
  }

  /** Why something can be no name of a file or folder, in words; null for what can be. */
  public static String objection(String name) {
    if (characters(name) != null) {
      return characters(name);
    }
    if (name.isBlank() || name.equals(".") || name.equals("..")) {
      return "it has to be a name";
    }
    if (name.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
      return "it has to be the name of a folder, without '/', '\\' and control characters";
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    return bytes > LONGEST
        ? "it has " + bytes + " bytes, and has to have " + LONGEST + " at most"
        : null;
  }

  /** What a text holds that no path can, in words; null for nothing. */
  public static String characters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "no name and no path can hold the character NUL (\\u0000)";
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return "it holds half of a character (a surrogate without the other)";
      }
    }
    return null;
  }

  /** A table of those whose files are named otherwise; null where there are none. */
  public String changed() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "slide", "file"));
    names.forEach((id, name) -> {
      if (!name.equals(String.join(".", id))) {
        rows.add(List.of(id.get(0), id.size() > 1 ? id.get(1) : "", name));
      }
    });
    return rows.size() == 1 ? null : Csv.text(rows);
  }
}
