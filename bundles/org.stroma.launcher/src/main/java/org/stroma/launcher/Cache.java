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
 * Folder for unpacked native libraries, the log and the console's history: the value of
 * {@code stroma.cache}, {@code stroma} in {@code XDG_CACHE_HOME}, or {@code .cache/stroma} in the
 * home directory. If it is not writable (as with a home that does not exist), a temporary folder is
 * used until the end.
 *
 * @param folder an existing, writable folder
 * @param problem why the intended folder is not used, as a sentence; null if it is used
 */
record Cache(Path folder, String problem) {
  private static final int TRIES = 5;

  /**
   * Chooses and creates the folder.
   *
   * @param given the value of {@code stroma.cache}; empty if not set
   */
  static Cache find(String given, Properties system, Map<String, String> environment)
      throws IOException {
    String intended = intendedFolder(given, system, environment);
    String reason;
    try {
      Path folder = Path.of(intended);
      if (folder.isAbsolute() || !given.isBlank()) {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, ".writable", null));
        return new Cache(folder.toAbsolutePath(), null);
      }
      reason = "this user has no home";
    } catch (IOException | InvalidPathException e) {
      // the message of a FileSystemException is only the file name
      reason = e.getClass().getSimpleName().replaceFirst("Exception$", "") + ": " + e.getMessage();
    }
    Path folder = Files.createTempDirectory("stroma-cache-");
    return new Cache(
        folder,
        intended + " cannot be written (" + reason
            + "), so the log and what is unpacked are kept in "
            + folder
            + " until the end; to name another place: STROMA_JAVA_OPTS=-Dstroma.cache=DIR");
  }

  private static String intendedFolder(
      String given, Properties system, Map<String, String> environment) {
    if (!given.isBlank()) {
      return given;
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isBlank()) {
      return xdg + "/stroma";
    }
    // HOME first: Java asks the system, which does not know users of containers
    String home = environment.getOrDefault("HOME", "");
    return (home.isBlank() ? system.getProperty("user.home", "?") : home) + "/.cache/stroma";
  }

  /** Removes the folder if it was a temporary one. */
  void close() {
    if (problem != null) {
      remove(folder);
    }
  }

  /**
   * Removes a folder with its content as far as possible. Retries, since others may write there or
   * delete at the same time.
   */
  static void remove(Path folder) {
    for (int i = 0; i < TRIES && Files.exists(folder, LinkOption.NOFOLLOW_LINKS); i++) {
      remove(folder.toFile());
    }
  }

  private static void remove(File file) {
    File[] children = Files.isSymbolicLink(file.toPath()) ? null : file.listFiles();
    if (children != null) {
      for (File child : children) {
        remove(child);
      }
    }
    file.delete();
  }
}
