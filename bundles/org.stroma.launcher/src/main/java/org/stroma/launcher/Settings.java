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
 * The user's settings, in ascending precedence: {@code conf/stroma.properties}, {@code -D}, and
 * those of an embedding program. Unknown keys and invalid values are refused, since they would be
 * ignored silently.
 */
final class Settings {
  private static final String PREFIX = "stroma.";
  private static final Set<String> NAMES = SettingKeys.all().stream()
      .map(SettingKey::name)
      .collect(Collectors.toCollection(TreeSet::new));

  /** Keys set by bin/stroma or by the launcher for the bundles. */
  private static final Set<String> INTERNAL = Set.of(
      "stroma.home",
      "stroma.terminal",
      "stroma.log",
      "stroma.embedded",
      "stroma.err",
      "stroma.parent");

  private final Map<String, String> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Settings() {}

  /**
   * Reads and checks all settings.
   *
   * @param file may be absent
   * @param system the system properties
   * @param given settings of an embedding program
   * @throws IOException if the file cannot be read; names the file
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

  /** Reads line by line, since {@link Properties} does not keep line numbers. */
  private void readFile(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new IOException(file + " cannot be read: it is not encoded in UTF-8", e);
    }
    Map<String, Integer> seen = new HashMap<>();
    StringBuilder logicalLine = new StringBuilder();
    int firstLine = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (logicalLine.length() == 0) {
        firstLine = i + 1;
        if (line.isBlank() || line.stripLeading().matches("[#!].*")) {
          continue;
        }
      }
      logicalLine.append(line).append('\n');
      if (continues(line) && i + 1 < lines.size()) {
        continue;
      }
      Properties entry = new Properties();
      try {
        entry.load(new StringReader(logicalLine.toString()));
      } catch (IllegalArgumentException e) {
        throw new IOException(
            file + ", line " + firstLine + " cannot be read: " + e.getMessage(), e);
      }
      for (String name : entry.stringPropertyNames()) {
        String place = file + ", line " + firstLine;
        Integer earlierLine = seen.put(name, firstLine);
        if (earlierLine != null) {
          problems.add(place + ": " + name + " is set in line " + earlierLine + " already");
        } else {
          take(name, entry.getProperty(name), place, place + ": ");
        }
      }
      logicalLine.setLength(0);
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
   * Checks and stores a value, overriding earlier ones.
   *
   * @param origin the source, for listings
   * @param place the source at the beginning of a message; empty for {@code -D}, whose message
   *     contains it in the name
   */
  private void take(String name, String value, String origin, String place) {
    String start = place.isEmpty() ? "-D" : place;
    if (!NAMES.contains(name) && !INTERNAL.contains(name)) {
      String suggestion = Closest.to(name, NAMES);
      if (name.startsWith(PREFIX) || suggestion != null) {
        problems.add(start + name + ": no such key"
            + (suggestion == null
                ? "; the keys are " + String.join(", ", NAMES)
                : "; did you mean " + suggestion));
        return;
      }
    }
    Optional<SettingKey<?>> key = SettingKeys.named(name);
    Optional<String> refusal = key.flatMap(settingKey -> settingKey.refusal(value));
    if (refusal.isPresent()) {
      problems.add(start + refusal.get());
      return;
    }
    values.put(name, value);
    key.ifPresent(settingKey -> values.put(settingKey.originProperty(), origin));
  }

  static Set<String> internal() {
    return INTERNAL;
  }

  /** The cache folder set by the user; empty if not set. */
  String cache() {
    return SettingKeys.CACHE.given(values::get).map(Path::toString).orElse("");
  }

  /** Framework properties, including settings for the framework itself. */
  Map<String, String> values() {
    return values;
  }

  /** Errors, as sentences; if there are any, nothing is started. */
  List<String> problems() {
    return problems;
  }
}
