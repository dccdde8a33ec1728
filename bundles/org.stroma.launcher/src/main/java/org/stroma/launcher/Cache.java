/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * Where unpacked natives, the log and the console's history are kept: what {@code stroma.cache} names, {@code stroma} in
 * {@code XDG_CACHE_HOME}, or {@code .cache/stroma} at home. Where that cannot be written, as at homes that are not there, a
 * temporary folder stands in until the end.
 *
 * @param folder it exists and can be written
 * @param problem why the place that was meant is not used, in a sentence; null where it is
 */
record Cache(Path folder, String problem) {
  private static final int TRIES = 5;

  /**
   * Finds it.
   *
   * @param given the value of {@code stroma.cache}; empty for none
   */
  static Cache find(String given, Properties system, Map<String, String> environment)
      throws IOException {
    String meant = meant(given, system, environment);
    String why;
    try {
      Path folder = Path.of(meant);
      if (folder.isAbsolute() || !given.isBlank()) {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, ".writable", null));
        return new Cache(folder.toAbsolutePath(), null);
      }
      why = "this user has no home";
    } catch (IOException | InvalidPathException e) {
      // FileSystemException's message is the file alone
      why = e.getClass().getSimpleName().replaceFirst("Exception$", "") + ": " + e.getMessage();
    }
    Path folder = Files.createTempDirectory("stroma-cache-");
    return new Cache(
        folder,
        meant + " cannot be written (" + why + "), so the log and what is unpacked are kept in "
            + folder
            + " until the end; to name another place: STROMA_JAVA_OPTS=-Dstroma.cache=DIR");
  }

  private static String meant(String given, Properties system, Map<String, String> environment) {
    if (!given.isBlank()) {
      return given;
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isBlank()) {
      return xdg + "/stroma";
    }
    // what the shell calls home; Java asks the system, which does not know the users of containers
    String home = environment.getOrDefault("HOME", "");
    return (home.isBlank() ? system.getProperty("user.home", "?") : home) + "/.cache/stroma";
  }

  /** Takes away a folder that stood in. */
  void close() {
    if (problem != null) {
      remove(folder);
    }
  }

  /** Takes away a folder with all that is in it, as far as that can be done; others may write there and take away as well. */
  static void remove(Path folder) {
    for (int i = 0; i < TRIES && Files.exists(folder, LinkOption.NOFOLLOW_LINKS); i++) {
      remove(folder.toFile());
    }
  }

  private static void remove(File file) {
    File[] inside = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
    if (inside != null) {
      for (File each : inside) {
        remove(each);
      }
    }
    file.delete();
  }
}
