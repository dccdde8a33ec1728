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
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.settings.SettingKeys;

class SettingsTest {
  /** A key of ours in the sources: names of service properties and of capabilities are none. */
  private static final Pattern KEY = Pattern.compile("\"(stroma\\.[a-zA-Z]+(?:\\.[a-zA-Z]+)*)\"");

  private static final Pattern CONSTANT = Pattern.compile("\\bSettingKeys\\s*\\.([A-Z_]{3,})\\b");

  private static final Set<String> NO_KEYS =
      Set.of("stroma.part", "stroma.experiment", "stroma.slot", "stroma.stream", "stroma.problems");

  @TempDir
  private Path folder;

  private Settings read(String text, String... system) throws IOException {
    Path file = Files.writeString(folder.resolve("stroma.properties"), text);
    Properties properties = new Properties();
    for (int i = 0; i < system.length; i += 2) {
      properties.setProperty(system[i], system[i + 1]);
    }
    return Settings.read(file, properties, Map.of());
  }

  @Test
  void aMistypedKeyIsToldWithItsLineAndTheOneThatWasMeant() throws Exception {
    Settings settings = read(
        "# stroma.job=1\n\nstroma.extension.policy=signed\nstorma.jobs=2\norg.osgi.framework.bootdelegation=sun.*\n");
    String file = folder.resolve("stroma.properties").toString();
    assertEquals(
        List.of(
            file
                + ", line 3: stroma.extension.policy: no such key; did you mean stroma.extensions.policy",
            file + ", line 4: storma.jobs: no such key; did you mean stroma.jobs"),
        settings.problems());
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
        .contains("the keys are stroma.attention, stroma.buildSeconds, "));
  }

  @Test
  void whatAValueCannotBeIsTold() throws Exception {
    Settings settings = read(
        "stroma.jobs=many\nstroma.threads=-1\nstroma.device=gpuu\nstroma.memoryGrowth=TRUE\nstroma.buildSeconds=\n");
    assertEquals(3, settings.problems().size(), settings.problems().toString());
    assertTrue(
        settings
            .problems()
            .get(0)
            .endsWith(
                "stroma.properties, line 1: stroma.jobs is \"many\"; it has to be a whole number from 1 to 999"));
    assertFalse(settings.values().containsKey("stroma.jobs"));
    assertEquals(
        List.of("-Dstroma.jobs is \"0\"; it has to be a whole number from 1 to 999"),
        read("", "stroma.jobs", "0").problems());
  }

  /** Lines are counted as an editor does, also where one goes on in the next; a comment in between ends nothing. */
  @Test
  void theLineIsTheOneInWhichTheKeyStands() throws Exception {
    Settings settings =
        read("! a comment \\\nstroma.extensions.list = /a\\\n  /b\n\n  stroma.jobs : no\n");
    assertEquals("/a/b", settings.values().get("stroma.extensions.list"));
    assertEquals(1, settings.problems().size(), settings.problems().toString());
    assertTrue(
        settings.problems().get(0).contains("stroma.properties, line 5: stroma.jobs is \"no\""),
        settings.problems().toString());
    assertTrue(read("stroma.jobs=1\nstroma.threads=2\nstroma.jobs=2")
        .problems()
        .get(0)
        .endsWith("stroma.properties, line 3: stroma.jobs is set in line 1 already"));
    IOException e = assertThrows(IOException.class, () -> read("\nstroma.cache=\\u00zz\n"));
    assertTrue(e.getMessage().contains("stroma.properties, line 2 cannot be read"), e.getMessage());
  }

  @Test
  void theProgramComesBeforeTheCommandLineBeforeTheFileWhichIsUtf8() throws Exception {
    Settings settings =
        read("stroma.jobs=1\nstroma.extensions.list=/daten/Schlüssel\n", "stroma.jobs", "3");
    assertEquals(List.of(), settings.problems());
    assertEquals("3", settings.values().get("stroma.jobs"));
    assertEquals("stroma.jobs = 3 (-Dstroma.jobs)", SettingKeys.JOBS.line(settings.values()::get));
    assertEquals("/daten/Schlüssel", settings.values().get("stroma.extensions.list"));
    Properties system = new Properties();
    system.setProperty("stroma.jobs", "3");
    Settings program = Settings.read(
        folder.resolve("stroma.properties"),
        system,
        Map.of("stroma.jobs", "4", "stroma.thread", "1"));
    assertEquals("4", program.values().get("stroma.jobs"));
    assertEquals(
        List.of("the setting stroma.thread: no such key; did you mean stroma.threads"),
        program.problems());
    Files.write(
        folder.resolve("latin"), "stroma.extensions=/ü".getBytes(StandardCharsets.ISO_8859_1));
    IOException e = assertThrows(
        IOException.class,
        () -> Settings.read(folder.resolve("latin"), new Properties(), Map.of()));
    assertTrue(e.getMessage().endsWith("it is not encoded in UTF-8"), e.getMessage());
  }

  /** Settings are read through the table alone, and each of them is read. */
  @Test
  void theKeysAreThoseThatTheSourcesRead() throws Exception {
    Set<String> written = new TreeSet<>();
    Set<String> constants = new TreeSet<>();
    try (var files = Files.walk(Path.of("..").toRealPath())) {
      for (Path file : files
          .filter(f -> f.toString().contains("/src/main/java/") && f.toString().endsWith(".java"))
          .filter(f -> !f.endsWith("SettingKeys.java"))
          .toList()) {
        String source = Files.readString(file);
        KEY.matcher(source).results().forEach(key -> written.add(key.group(1)));
        CONSTANT.matcher(source).results().forEach(key -> constants.add(key.group(1)));
      }
    }
    written.removeAll(NO_KEYS);
    assertEquals(new TreeSet<>(Settings.internal()), written);
    Set<String> declared = new TreeSet<>();
    for (Field field : SettingKeys.class.getFields()) {
      assertTrue(SettingKeys.all().contains(field.get(null)), field.getName());
      declared.add(field.getName());
    }
    assertEquals(declared, constants);
    Properties shipped = new Properties();
    try (var in = Files.newBufferedReader(Path.of("../../runtime/src/conf/stroma.properties"))) {
      shipped.load(in);
    }
    for (String name : shipped.stringPropertyNames()) {
      assertEquals(
          shipped.getProperty(name), SettingKeys.named(name).orElseThrow().preset(), name);
    }
  }
}
