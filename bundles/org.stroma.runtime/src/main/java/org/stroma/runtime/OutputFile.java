/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** A file that the user names for results. It is written beside its place and moved there, so it has to be an ordinary one. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Looks at a place before anything is computed.
   *
   * @throws ExperimentException for a folder, a link, a device, or a file of a run directory
   */
  static void check(String option, Path file) {
    Path target = file.toAbsolutePath().normalize();
    String wrong = null;
    if (Files.isSymbolicLink(target)) {
      wrong = "is a link; name the file itself";
    } else if (Files.isDirectory(target)) {
      wrong = "is a folder; it has to be a file";
    } else if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(target)) {
      wrong = "is a device or the like; it has to be a file";
    } else if (target.getFileName() == null) {
      wrong = "is no file";
    } else if (Files.exists(target) && inRun(target)) {
      wrong = "is a file of a run; name another place";
    }
    if (wrong != null) {
      throw new ExperimentException(List.of(new Fault("", option + " " + file + " " + wrong)), false);
    }
  }

  private static boolean inRun(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("experiment.json")) && Files.isDirectory(folder.resolve("checkpoints"))) {
        return true;
      }
    }
    return false;
  }

  /** Writes a text, whole or not at all. */
  static void write(Path file, String text) {
    Path target = file.toAbsolutePath().normalize();
    new RunDirectory(target.getParent()).write(target.getFileName().toString(), text);
  }
}
