/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTest {
  @TempDir
  private Path folder;

  private static Properties properties(String... values) {
    Properties properties = new Properties();
    for (int i = 0; i < values.length; i += 2) {
      properties.setProperty(values[i], values[i + 1]);
    }
    return properties;
  }

  @Test
  void itIsWhereTheUserSaysOrAtHome() throws Exception {
    Map<String, String> home = Map.of("HOME", folder.resolve("home").toString());
    Cache atHome = Cache.find("", properties("user.home", "/elsewhere"), home);
    assertEquals(folder.resolve("home/.cache/stroma"), atHome.folder());
    assertNull(atHome.problem());
    atHome.close();
    assertTrue(Files.isDirectory(atHome.folder()), "it is kept");
    Map<String, String> xdg =
        Map.of("HOME", "/nowhere", "XDG_CACHE_HOME", folder.resolve("x").toString());
    assertEquals(folder.resolve("x/stroma"), Cache.find("", properties(), xdg).folder());
    assertEquals(
        folder.resolve("c"),
        Cache.find(folder.resolve("c").toString(), properties(), xdg).folder());
  }

  @Test
  void whereTheHomeCannotBeWrittenATemporaryFolderStandsIn() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    for (String home : new String[] {"/proc/nobody", file.toString(), "/dev/null"}) {
      Cache cache = Cache.find("", properties(), Map.of("HOME", home));
      assertTrue(
          cache.problem().startsWith(home + "/.cache/stroma cannot be written ("), cache.problem());
      assertTrue(cache.problem().contains("-Dstroma.cache=DIR"), cache.problem());
      Files.writeString(cache.folder().resolve("stroma.log"), "logged");
      cache.close();
      assertFalse(Files.exists(cache.folder()), "it is taken away");
    }
  }

  /** Java's user.home is "?" for users whom the system does not know: no folder of that name is made. */
  @Test
  void whoHasNoHomeGetsNoFolderInTheWorkingDirectory() throws Exception {
    Cache cache = Cache.find("", properties("user.home", "?"), Map.of());
    assertTrue(cache.problem().contains("this user has no home"), cache.problem());
    assertFalse(Files.exists(Path.of("?")));
    cache.close();
  }
}
