/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.api.slides.SlideFormat;
import org.stroma.files.FileProblem;

/** Finds slides by the name of their features' files in a folder and those below it, whatever the ending. */
final class SlideFolder {
  private static final Pattern ENDING = Pattern.compile("\\.(ome\\.tiff?|[A-Za-z0-9]+)$");

  private final @Nullable Path folder;
  private final List<SlideFormat> formats;
  private final Consumer<String> notes;
  private final Map<String, List<Path>> files = new HashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final Set<String> missing = new LinkedHashSet<>();

  private SlideFolder(@Nullable Path folder, List<SlideFormat> formats, Consumer<String> notes) {
    this.folder = folder;
    this.formats = formats;
    this.notes = notes;
  }

  /**
   * Looks which files there are.
   *
   * @param folder null for none: no slide is found then
   * @param formats by rising ranking
   * @param notes hears what the user should know of slides that cannot be used
   * @throws DataException where the folder cannot be read
   */
  static SlideFolder of(@Nullable Path folder, List<SlideFormat> formats, Consumer<String> notes) {
    SlideFolder slides = new SlideFolder(folder, formats, notes);
    if (folder != null) {
      try {
        slides.list(folder);
      } catch (IOException e) {
        throw FileProblem.read(folder, e);
      }
    }
    return slides;
  }

  private void list(Path root) throws IOException {
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            // macOS leaves ._NAME beside each NAME
            if (attributes.isRegularFile() && !name.startsWith(".")) {
              files
                  .computeIfAbsent(ENDING.matcher(name).replaceFirst(""), n -> new ArrayList<>())
                  .add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (file.equals(root)) {
              throw e;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Opens a slide; null where there is none of that name, or it cannot be read, which is noted. */
  @Nullable
  SlideView open(String name) {
    if (folder == null) {
      return null;
    }
    asked.add(name);
    List<Path> named = files.getOrDefault(name, List.of()).stream()
        .filter(file -> format(file) != null)
        .sorted(Comparator.comparing(Path::toString))
        .toList();
    if (named.isEmpty()) {
      missing.add(name);
      return null;
    }
    if (named.size() > 1) {
      notes.accept("several slides are called " + name + " (" + named.get(0) + ", " + named.get(1)
          + (named.size() > 2 ? ", ..." : "") + "): none of them is drawn on");
      return null;
    }
    try {
      return SlideView.of(format(named.get(0)).open(named.get(0)));
    } catch (DataException | IOException e) {
      unreadable(name, e);
      return null;
    }
  }

  /** Says that a slide cannot be drawn on. */
  void unreadable(String name, Exception e) {
    notes.accept("slide " + name + " is not drawn on: " + e.getMessage());
  }

  private @Nullable SlideFormat format(Path file) {
    SlideFormat best = null;
    for (SlideFormat each : formats) {
      if (each.reads(file)) {
        best = each;
      }
    }
    return best;
  }

  /** Says which slides were not found. */
  void tellMissing() {
    if (!missing.isEmpty()) {
      List<String> some = missing.stream().limit(3).toList();
      notes.accept("of " + asked.size() + (asked.size() == 1 ? " slide " : " slides ")
          + missing.size() + (missing.size() == 1 ? " was" : " were") + " not found in " + folder
          + " as a file that an installed format reads (" + String.join(", ", some)
          + (missing.size() > some.size() ? ", ..." : "")
          + "): the heat maps of those lie over no picture");
    }
  }
}
