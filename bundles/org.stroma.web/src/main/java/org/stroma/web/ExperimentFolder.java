/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.stroma.command.UsageException;

/** The folder whose experiments may be started from a browser. */
final class ExperimentFolder {
  private static final int DEPTH = 4;
  private static final int FILES = 200;
  private static final int VISITED = 20_000;

  /** Names of files that mark a run directory, where an experiment.json is no experiment to start. */
  private static final Set<String> OF_RUNS = Set.of("provenance.json", "unfinished");

  private static final long LARGEST = 1 << 20;

  private volatile @Nullable Path folder;

  /** @param folder null where nothing may be started */
  ExperimentFolder(@Nullable Path folder) {
    this.folder = folder;
  }

  /** From now on experiments in a folder may be started. */
  void allow(Path experiments) {
    folder = experiments;
  }

  /** Its path, for people; empty where nothing may be started. */
  String name() {
    Path known = folder;
    return known == null ? "" : known.toString();
  }

  /**
   * The file that a browser names.
   *
   * @param name relative to the folder
   * @throws UsageException where it is not in the folder, links followed, or no experiment
   */
  Path file(String name) {
    Path known = folder;
    if (known == null) {
      throw new UsageException(
          "experiments are not started here: this address is of run --web; stroma web is for that");
    }
    try {
      Path file = known.resolve(name).normalize();
      if (!file.startsWith(known) || !file.toRealPath().startsWith(known.toRealPath())) {
        throw new UsageException(
            name + " is not in " + known + ", where stroma web was started; start it above");
      }
      if (!name.endsWith(".json") || !Files.isRegularFile(file)) {
        throw new UsageException(name + " is no experiment file, which ends with .json");
      }
      return file;
    } catch (IOException e) {
      throw new UsageException("there is no file " + name + " in " + known);
    } catch (InvalidPathException e) {
      throw new UsageException("that can be no path here: " + e.getReason());
    }
  }

  /** Files in it that look like experiments, relative to it and sorted; some hundred at most, and not from deep below. */
  List<String> experiments() throws IOException {
    Path known = folder;
    if (known == null) {
      return List.of();
    }
    TreeSet<String> found = new TreeSet<>();
    int[] visited = {0};
    Files.walkFileTree(known, Set.of(), DEPTH, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        boolean aside = !directory.equals(known)
            && (directory.getFileName().toString().startsWith(".")
                || OF_RUNS.stream().anyMatch(mark -> Files.exists(directory.resolve(mark))));
        return aside ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (file.toString().endsWith(".json")
            && attributes.isRegularFile()
            && attributes.size() <= LARGEST
            && looksLikeOne(file)) {
          found.add(known.relativize(file).toString());
        }
        return found.size() < FILES && ++visited[0] < VISITED
            ? FileVisitResult.CONTINUE
            : FileVisitResult.TERMINATE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        return FileVisitResult.CONTINUE;
      }
    });
    return new ArrayList<>(found);
  }

  /** Every experiment has a cohort and modalities; comments are allowed, so that it is not parsed here. */
  private static boolean looksLikeOne(Path file) {
    try {
      String text = Files.readString(file);
      return text.contains("\"cohort\"") && text.contains("\"modalities\"");
    } catch (IOException e) {
      return false;
    }
  }
}
