/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.stroma.api.data.Problems;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;

/** The slides of one extraction, by the name of their feature file. */
final class SlideFiles {
  /** Files so called are meant as slides, whatever is in them. */
  private static final Pattern SLIDE = Pattern.compile(
      ".*\\.(svs|tiff?|ndpi|mrxs|scn|vms|vmu|bif|svslide|czi)", Pattern.CASE_INSENSITIVE);

  private static final Pattern ENDING = Pattern.compile("\\.(ome\\.tiff?|[A-Za-z0-9]+)$");

  private SlideFiles() {}

  /**
   * Finds slides: files as they are, and in folders what a format reads or what is called as slides are.
   *
   * @param reads whether a format reads a file
   * @throws UsageException for slides whose features would go into one file, all of them, and for folders without any
   */
  static Map<String, Path> find(List<Path> given, Predicate<Path> reads, Progress progress) {
    List<Path> files = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (Path path : given) {
      if (Files.isDirectory(path)) {
        List<Path> found = in(path, reads, progress);
        if (found.isEmpty()) {
          faults.add("the folder " + path
              + " holds no slide: no file in it is called as slides are (.svs, .tif, "
              + ".ndpi, .mrxs, ...), or can be read");
        }
        files.addAll(found);
      } else {
        files.add(path);
      }
    }
    Map<String, List<Path>> named = new LinkedHashMap<>();
    Set<Path> seen = new LinkedHashSet<>();
    for (Path file : files) {
      if (!representable(file)) {
        faults.add(
            file + " has letters in its name that this locale does not have; set LC_ALL=C.UTF-8");
        continue;
      }
      // one that was given by itself and with its folder is one
      if (seen.add(file.toAbsolutePath().normalize())) {
        named.computeIfAbsent(name(file), n -> new ArrayList<>()).add(file);
      }
    }
    int more = 0;
    for (Map.Entry<String, List<Path>> each : named.entrySet()) {
      if (each.getValue().size() > 1 && faults.size() >= Problems.TOLD) {
        more++;
      } else if (each.getValue().size() > 1) {
        faults.add(words(each.getValue()) + " would all become " + each.getKey()
            + ".h5; rename them, or extract them into folders of their own");
      }
    }
    if (!faults.isEmpty()) {
      if (more > 0) {
        faults.add("and " + more + " names more like these");
      }
      throw new UsageException(faults);
    }
    Map<String, Path> slides = new LinkedHashMap<>();
    named.forEach((name, paths) -> slides.put(name, paths.get(0)));
    return slides;
  }

  private static boolean representable(Path file) {
    try {
      return file.resolveSibling(file.getFileName().toString()).equals(file);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** A slide's name: that of its file without the ending. */
  static String name(Path file) {
    return ENDING.matcher(file.getFileName().toString()).replaceFirst("");
  }

  private static String words(List<Path> paths) {
    List<String> some = paths.stream().limit(Problems.TOLD).map(Path::toString).toList();
    return String.join(" and ", some)
        + (paths.size() > some.size() ? " and " + (paths.size() - some.size()) + " more" : "");
  }

  private static List<Path> in(Path folder, Predicate<Path> reads, Progress progress) {
    List<Path> found = new ArrayList<>();
    var visitor = new SimpleFileVisitor<Path>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String name = file.getFileName().toString();
        // files that begin with a dot are the system's, such as those that macOS leaves beside each
        // file
        boolean meant = SLIDE.matcher(name).matches()
            && !attributes.isDirectory(); // a link that leads nowhere is told later
        if (!name.startsWith(".") && (meant || attributes.isRegularFile() && reads.test(file))) {
          found.add(file);
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        progress.note(file + " cannot be looked at, and is passed over: " + e.getMessage());
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, IOException e) {
        if (e != null) {
          progress.note(
              "the folder " + directory + " cannot be listed to its end: " + e.getMessage());
        }
        return FileVisitResult.CONTINUE;
      }
    };
    try {
      Files.walkFileTree(
          folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    } catch (IOException e) {
      progress.note("the folder " + folder + " cannot be listed: " + e.getMessage());
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }
}
