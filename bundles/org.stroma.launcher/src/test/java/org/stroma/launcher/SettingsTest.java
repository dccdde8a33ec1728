/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  /** A key of ours in the sources: names of service properties and of capabilities are none. */
  private static final Pattern KEY = Pattern.compile("\"(stroma\\.[a-zA-Z]+(?:\\.[a-zA-Z]+)*)\"");

  private static final Set<String> NO_KEYS =
      Set.of("stroma.main", "stroma.part", "stroma.experiment", "stroma.slot", "stroma.stream");

  @TempDir
  private Path folder;

  private Settings read(String text, String... system) throws IOException {
    Path file = Files.writeString(folder.resolve("stroma.properties"), text);
    Properties properties = new Properties();
    for (int i = 0; i < system.length; i += 2) {
      properties.setProperty(system[i], system[i + 1]);
    }
    return Settings.read(file, properties);
  }

  @Test
  void aMistypedKeyIsToldWithTheOneThatWasMeant() throws Exception {
    Settings settings = read(
        "stroma.extension.policy=signed\nstorma.jobs=2\norg.osgi.framework.bootdelegation=sun.*\n");
    assertEquals(2, settings.problems().size(), settings.problems().toString());
    assertTrue(
        settings.problems().get(0).endsWith("storma.jobs: no such key; did you mean stroma.jobs"),
        settings.problems().toString());
    assertTrue(
        settings
            .problems()
            .get(1)
            .endsWith(
                "stroma.properties: stroma.extension.policy: no such key; did you mean stroma.extensions.policy"),
        settings.problems().toString());
    assertEquals(
        "sun.*",
        settings.values().get("org.osgi.framework.bootdelegation"),
        "keys of the framework are its own matter");
    List<String> said = read("", "stroma.ekstensions", "x", "java.home", "y").problems();
    assertEquals(
        List.of("-Dstroma.ekstensions: no such key; did you mean stroma.extensions"), said);
    assertTrue(read("stroma.colour.of.the.walls=red")
        .problems()
        .get(0)
        .contains("the keys are stroma.buildSeconds, "));
  }

  @Test
  void whatAValueCannotBeIsTold() throws Exception {
    Settings settings = read(
        "stroma.jobs=many\nstroma.threads=-1\nstroma.device=gpuu\nstroma.memoryGrowth=TRUE\nstroma.buildSeconds=\n");
    assertEquals(3, settings.problems().size(), settings.problems().toString());
    assertTrue(settings
        .problems()
        .get(1)
        .endsWith("stroma.jobs is \"many\"; it has to be a whole number from 1 to 999"));
    assertFalse(settings.values().containsKey("stroma.jobs"));
    assertEquals("gpuu", settings.values().get("stroma.device"), "who computes refuses it");
  }

  @Test
  void theCommandLineComesBeforeTheFileWhichIsUtf8() throws Exception {
    Settings settings =
        read("stroma.jobs=1\nstroma.extensions.list=/daten/Schlüssel\n", "stroma.jobs", "3");
    assertEquals(List.of(), settings.problems());
    assertEquals("3", settings.values().get("stroma.jobs"));
    assertEquals("/daten/Schlüssel", settings.values().get("stroma.extensions.list"));
    Files.write(
        folder.resolve("latin"), "stroma.extensions=/ü".getBytes(StandardCharsets.ISO_8859_1));
    IOException e = assertThrows(
        IOException.class, () -> Settings.read(folder.resolve("latin"), new Properties()));
    assertTrue(e.getMessage().endsWith("it is not encoded in UTF-8"), e.getMessage());
  }

  /** What any bundle reads is known here, and what is known is read. */
  @Test
  void theKeysAreThoseThatTheSourcesRead() throws Exception {
    Set<String> read = new TreeSet<>();
    try (var files = Files.walk(Path.of("..").toRealPath())) {
      for (Path file : files
          .filter(f -> f.toString().contains("/src/main/java/") && f.toString().endsWith(".java"))
          .toList()) {
        if (!file.endsWith("Settings.java")) {
          Matcher keys = KEY.matcher(Files.readString(file));
          while (keys.find()) {
            read.add(keys.group(1));
          }
        }
      }
    }
    read.removeAll(NO_KEYS);
    Set<String> known = new TreeSet<>(Settings.known());
    known.addAll(Settings.internal());
    known.remove("stroma.terminal"); // Boolean.getBoolean reads it
    read.remove("stroma.terminal");
    assertEquals(read, known);
    Properties shipped = new Properties();
    try (var in = Files.newBufferedReader(Path.of("../../runtime/src/conf/stroma.properties"))) {
      shipped.load(in);
    }
    assertTrue(Settings.known().containsAll(shipped.stringPropertyNames()), shipped.toString());
  }
}
