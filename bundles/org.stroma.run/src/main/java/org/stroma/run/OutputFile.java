/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.stroma.files.FileProblem;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/** A file that the user names for results. It is written beside its place and moved there, so it has to be an ordinary one. */
public final class OutputFile {
  /** Tables of predictions start with it. */
  private static final String FIRST_COLUMN = "patient,";

  private OutputFile() {}

  /**
   * Looks at a place before anything is computed.
   *
   * @throws FaultsException for a folder, a link, a device, a file of a run directory, or a file that is there and is no
   *     earlier table of predictions
   */
  public static void check(String option, Path file) {
    check(option, file, OutputFile::ours);
  }

  /** Whether a file may be written over. */
  public interface Ours {
    boolean is(Path file) throws IOException;
  }

  /**
   * Looks at a place before anything is computed.
   *
   * @param ours whether a file is an earlier table of predictions
   * @throws FaultsException as {@link #check(String, Path)} does
   */
  public static void check(String option, Path file, Ours ours) {
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
    } else if (Files.exists(target) && !is(ours, target)) {
      wrong = "exists already and is no earlier table of predictions; name another place";
    }
    if (wrong != null) {
      throw refused(option, file, wrong);
    }
  }

  /**
   * Looks whether results would be written over what they are made of.
   *
   * @throws FaultsException where the file is one of those that are read, under whatever name
   */
  public static void checkApart(String option, Path file, Collection<Path> read) {
    for (Path other : read) {
      try {
        if (Files.exists(file) && Files.exists(other) && Files.isSameFile(file, other)) {
          throw refused(
              option, file, "is a file that the predictions are made from; name another place");
        }
      } catch (IOException e) {
        throw FileProblem.read(other, e);
      }
    }
  }

  private static FaultsException refused(String option, Path file, String wrong) {
    return new FaultsException(List.of(new Fault("", option + " " + file + " " + wrong)), false);
  }

  /** Whether a file is a table of predictions, or has nothing in it that could be lost. */
  private static boolean ours(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(FIRST_COLUMN.length()), StandardCharsets.UTF_8);
      return start.isEmpty() || start.equals(FIRST_COLUMN);
    }
  }

  private static boolean is(Ours ours, Path file) {
    try {
      return ours.is(file);
    } catch (IOException e) {
      throw FileProblem.written(file, e);
    }
  }

  private static boolean inRun(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("experiment.json"))
          && Files.isDirectory(folder.resolve("checkpoints"))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether something is at the place of a folder but an empty one.
   *
   * @throws IOException where that cannot be looked at
   */
  public static boolean taken(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Files.exists(folder);
    }
    try (var entries = Files.list(folder)) {
      return entries.findAny().isPresent();
    }
  }

  /**
   * Looks at a place for a folder before anything is computed.
   *
   * @throws FaultsException where something is there but an empty folder
   */
  public static void checkFolder(String option, Path folder) {
    try {
      if (taken(folder)) {
        throw refused(option, folder, "exists already; name another place");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          option + " " + folder + " cannot be looked at: " + FileProblem.reason(folder, e), e);
    }
  }
}
