/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the user has set: in {@code conf/stroma.properties}, and by {@code -D}, which comes before the file. A key of ours that
 * nobody reads, or a value that it cannot have, is told: what was meant would silently not be so.
 */
final class Settings {
  private static final String PREFIX = "stroma.";
  private static final String NUMBER = "[1-9]\\d{0,5}";

  /** Any key that a bundle of the distribution reads; a test holds this against the sources. */
  private static final Map<String, Rule> KNOWN = new TreeMap<>();

  /** What else is said by -D: by bin/stroma, by the launcher to the bundles, or for tests. */
  private static final Set<String> INTERNAL =
      Set.of("stroma.home", "stroma.terminal", "stroma.log", "stroma.problems", "stroma.err");

  /** Whoever reads these refuses what is wrong, and must not see the default instead. */
  private static final Set<String> REFUSED_LATER =
      Set.of("stroma.device", "stroma.extensions.policy");

  static {
    KNOWN.put(
        "stroma.device", new Rule("(?i)auto|cpu|gpu|gpu:\\d{1,4}", "auto, cpu, gpu or gpu:NUMBER"));
    KNOWN.put("stroma.memoryGrowth", new Rule("(?i)true|false", "true or false"));
    KNOWN.put(
        "stroma.threads", new Rule("\\d{1,4}", "a whole number, 0 for as many as there are cores"));
    KNOWN.put("stroma.jobs", new Rule("[1-9]\\d{0,2}", "a whole number from 1 to 999"));
    KNOWN.put("stroma.buildSeconds", new Rule(NUMBER, "a whole number of seconds, 1 or more"));
    KNOWN.put("stroma.extensions", Rule.ANY);
    KNOWN.put("stroma.extensions.policy", new Rule("any|listed|signed", "any, listed or signed"));
    KNOWN.put("stroma.extensions.list", Rule.ANY);
    KNOWN.put("stroma.extensions.certificates", Rule.ANY);
    KNOWN.put(
        "stroma.extensions.startSeconds", new Rule(NUMBER, "a whole number of seconds, 1 or more"));
    KNOWN.put("stroma.cache", Rule.ANY);
  }

  /** What a value has to be: as a pattern, and in words. */
  private record Rule(String pattern, String words) {
    static final Rule ANY = new Rule("(?s).*", "anything");
  }

  private final Map<String, String> values = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Settings() {}

  /**
   * Reads what is set.
   *
   * @param system the system properties
   * @throws IOException for a file that cannot be read, with its name
   */
  static Settings read(Path file, Properties system) throws IOException {
    Settings settings = new Settings();
    if (Files.isRegularFile(file)) {
      Properties properties = new Properties();
      try (Reader in = Files.newBufferedReader(file)) {
        properties.load(in);
      } catch (IllegalArgumentException e) {
        throw new IOException(file + " cannot be read: " + e.getMessage(), e);
      } catch (CharacterCodingException e) {
        throw new IOException(file + " cannot be read: it is not encoded in UTF-8", e);
      }
      settings.take(properties, file.toString());
    }
    Properties said = new Properties();
    system.stringPropertyNames().stream()
        .filter(name -> name.startsWith(PREFIX))
        .forEach(name -> said.setProperty(name, system.getProperty(name)));
    settings.take(said, "-D");
    return settings;
  }

  static Set<String> known() {
    return KNOWN.keySet();
  }

  static Set<String> internal() {
    return INTERNAL;
  }

  Map<String, String> values() {
    return values;
  }

  /** A sentence for each thing that is wrong. */
  List<String> problems() {
    return problems;
  }

  private void take(Properties properties, String where) {
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      String value = properties.getProperty(name);
      Rule rule = KNOWN.get(name);
      if (rule == null && !INTERNAL.contains(name)) {
        String meant = Closest.to(name, KNOWN.keySet());
        if (name.startsWith(PREFIX) || meant != null) {
          problems.add(place(where, name) + ": no such key"
              + (meant == null
                  ? "; the keys are " + String.join(", ", KNOWN.keySet())
                  : "; did you mean " + meant));
          continue;
        }
      }
      if (rule != null && !value.isBlank() && !value.strip().matches(rule.pattern())) {
        problems.add(place(where, name) + " is \"" + value + "\"; it has to be " + rule.words());
        if (!REFUSED_LATER.contains(name)) {
          continue;
        }
      }
      values.put(name, value);
    }
  }

  private static String place(String where, String name) {
    return where.equals("-D") ? where + name : where + ": " + name;
  }
}
