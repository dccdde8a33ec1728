/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.stroma.command.Closest;
import org.stroma.settings.SettingKey;
import org.stroma.settings.SettingKeys;

/**
 * What the user has set: in {@code conf/stroma.properties}, by {@code -D}, which comes before the file, and by an embedding
 * program, which comes before both. A key that nobody reads, or a value that it cannot have, is refused: what was meant would
 * silently not be so.
 */
final class Settings {
  private static final String PREFIX = "stroma.";
  private static final Set<String> NAMES = SettingKeys.all().stream()
      .map(SettingKey::name)
      .collect(Collectors.toCollection(TreeSet::new));

  /** What else is said by -D, by bin/stroma, or handed by the launcher to the bundles. */
  private static final Set<String> INTERNAL =
      Set.of("stroma.home", "stroma.terminal", "stroma.log", "stroma.embedded", "stroma.err");

  private final Map<String, String> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Settings() {}

  /**
   * Reads what is set.
   *
   * @param file may be absent
   * @param system the system properties
   * @param given by an embedding program
   * @throws IOException for a file that cannot be read, with its name
   */
  static Settings read(Path file, Properties system, Map<String, String> given) throws IOException {
    Settings settings = new Settings();
    if (Files.isRegularFile(file)) {
      settings.readFile(file);
    }
    for (String name : new TreeSet<>(system.stringPropertyNames())) {
      if (name.startsWith(PREFIX)) {
        settings.take(name, system.getProperty(name), "-D" + name, "");
      }
    }
    new TreeMap<>(given)
        .forEach((name, value) -> settings.take(name, value, "set by the program", "the setting "));
    return settings;
  }

  /** Line by line, since {@link Properties} forgets where a key stood. */
  private void readFile(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " cannot be read: it is not encoded in UTF-8", e);
    }
    Map<String, Integer> seen = new HashMap<>();
    StringBuilder logical = new StringBuilder();
    int begin = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (logical.length() == 0) {
        begin = i + 1;
        if (line.isBlank() || line.stripLeading().matches("[#!].*")) {
          continue;
        }
      }
      logical.append(line).append('\n');
      if (continues(line) && i + 1 < lines.size()) {
        continue;
      }
      Properties one = new Properties();
      try {
        one.load(new StringReader(logical.toString()));
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ", line " + begin + " cannot be read: " + e.getMessage(), e);
      }
      for (String name : one.stringPropertyNames()) {
        String place = file + ", line " + begin;
        Integer before = seen.put(name, begin);
        if (before != null) {
          problems.add(place + ": " + name + " is set in line " + before + " already");
        } else {
          take(name, one.getProperty(name), place, place + ": ");
        }
      }
      logical.setLength(0);
    }
  }

  /** Whether a line ends with a backslash that is not itself escaped. */
  private static boolean continues(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return (line.length() - end) % 2 == 1;
  }

  /**
   * Takes one value over what was set before it.
   *
   * @param origin where it comes from, as listings tell it
   * @param place the same at the beginning of a sentence; empty for {@code -D}, which is part of the name there
   */
  private void take(String name, String value, String origin, String place) {
    String start = place.isEmpty() ? "-D" : place;
    if (!NAMES.contains(name) && !INTERNAL.contains(name)) {
      String meant = Closest.to(name, NAMES);
      if (name.startsWith(PREFIX) || meant != null) {
        problems.add(start + name + ": no such key"
            + (meant == null
                ? "; the keys are " + String.join(", ", NAMES)
                : "; did you mean " + meant));
        return;
      }
    }
    Optional<SettingKey<?>> key = SettingKeys.named(name);
    Optional<String> refusal = key.flatMap(known -> known.refusal(value));
    if (refusal.isPresent()) {
      problems.add(start + refusal.get());
      return;
    }
    values.put(name, value);
    key.ifPresent(known -> values.put(known.originProperty(), origin));
  }

  static Set<String> internal() {
    return INTERNAL;
  }

  /** The folder that the user wants for the cache; empty for none. */
  String cache() {
    return SettingKeys.CACHE.given(values::get).map(Path::toString).orElse("");
  }

  /** As framework properties; whatever is set for the framework itself is among them. */
  Map<String, String> values() {
    return values;
  }

  /** A sentence for each thing that is wrong; with any of them, nothing is started. */
  List<String> problems() {
    return problems;
  }
}
