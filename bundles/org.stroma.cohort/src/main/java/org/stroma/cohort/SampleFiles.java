/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.data.csv.CsvTables;

/** The files of samples, found by a template; see {@link ReadContext#files}. */
final class SampleFiles {
  private static final Pattern COLUMN = Pattern.compile("\\{([^{}]+)}");

  /** More files nobody has for one sample: several columns that name several each multiply. */
  private static final int MOST_NAMES = 100_000;

  private SampleFiles() {}

  static Map<String, List<Path>> find(
      CohortReader context, String template, String table, boolean absent) {
    if (!COLUMN.matcher(template).find()) {
      throw new DataException(
          "the path \"" + template + "\" has to name a column of the cohort in braces, such as "
              + "features/{slide_id}.h5, or all samples would share one file");
    }
    Map<String, List<Path>> files = new LinkedHashMap<>();
    List<String> lost = new ArrayList<>();
    Map<String, List<Map<String, String>>> rows = new LinkedHashMap<>();
    if (table.isEmpty()) {
      context.cohort().rows().forEach((sample, row) -> rows.put(sample, List.of(row)));
    } else {
      CsvTables.grouped(context.resolve(table), context.idColumn()).forEach((sample, its) -> {
        if (context.cohort().rows().containsKey(sample)) {
          rows.put(sample, its);
        }
      });
    }
    Map<String, List<String>> patterns = new LinkedHashMap<>();
    Problems problems = new Problems();
    FolderNames folders = new FolderNames();
    context.cohort().rows().keySet().forEach(sample -> {
      List<Path> found = new ArrayList<>();
      for (Map<String, String> row : rows.getOrDefault(sample, List.of())) {
        List<String> names;
        try {
          names = names(context, template, sample, row);
        } catch (AbsentDataException e) {
          throw e;
        } catch (DataException e) {
          problems.add(e);
          continue;
        }
        for (String name : names) {
          List<Path> matches = matches(context, folders, name);
          patterns
              .computeIfAbsent(sample, n -> new ArrayList<>())
              .add(name.substring(name.lastIndexOf('/') + 1));
          if (matches.isEmpty() && absent) {
            lost.add(name);
          } else if (matches.isEmpty()) {
            problems.add(new AbsentDataException(
                "sample " + sample + ": there is no file " + context.path(name)
                    + "; leave its cell empty, or set absentFiles, if the sample lacks it"));
          }
          found.addAll(matches);
        }
      }
      if (!found.isEmpty()) {
        // a set in the order of names: that of a table's rows must not matter
        files.put(sample, found.stream().distinct().sorted().toList());
      }
    });
    if (!problems.none()) {
      // where some are there, those that are not are a fault and not a modality that nobody has
      if (!files.isEmpty()) {
        Problems faults = new Problems();
        problems.sentences().forEach(faults::add);
        faults.throwIfAny();
      }
      problems.throwIfAny();
    }
    shared(context, template, files);
    longerNumbers(context, files, patterns);
    if (!lost.isEmpty() && files.isEmpty()) {
      throw new AbsentDataException("there is none of the " + lost.size() + " files that \""
          + template + "\" names, such as " + context.path(lost.get(0)));
    }
    if (!lost.isEmpty()) {
      context.note(lost.size() + (lost.size() == 1 ? " file is" : " files are")
          + " not there, such as " + lost.get(0) + ": their samples lack them");
    }
    return files;
  }

  /** A file of two patients: likely a star that takes too much, or a row too many. */
  private static void shared(CohortReader context, String template, Map<String, List<Path>> files) {
    Map<Path, Owner> owner = new HashMap<>();
    Problems problems = new Problems();
    List<String> allowed = new ArrayList<>();
    files.forEach((sample, paths) -> paths.forEach(path -> {
      String patient = context.patient(sample);
      Owner before = owner.putIfAbsent(real(path), new Owner(patient, path));
      if (before == null || before.patient().equals(patient)) {
        return;
      }
      String sentence = path
          + (path.equals(before.path()) ? "" : " (the same file as " + before.path() + ")")
          + " belongs to patient " + before.patient() + " and to patient " + patient;
      if (context.permissions().allows(CohortSettings.SHARED_FILES)) {
        allowed.add(sentence);
      } else {
        problems.add(
            !problems.none()
                ? sentence
                : sentence + " by \"" + template + "\"; a slide has one patient"
                    + (template.contains("}*")
                        ? " (put what follows the id before the star, such as "
                            + template.replace("}*", "}_*") + ")"
                        : "")
                    + ". If both are right, "
                    + Permissions.otherwise(CohortSettings.SHARED_FILES));
      }
    }));
    problems.throwIfAny();
    context.permissions().pass(CohortSettings.SHARED_FILES, allowed);
  }

  /** Whose a file is, and by which path. */
  private record Owner(String patient, Path path) {}

  /** Where links lead. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path; // who reads it will say what is wrong with it
    }
  }

  /** A star behind a number that takes files whose number goes on: 1* is not meant to take 10_A.h5. */
  private static void longerNumbers(
      CohortReader context, Map<String, List<Path>> files, Map<String, List<String>> patterns) {
    if (context.permissions().allows(CohortSettings.SHARED_FILES)) {
      return;
    }
    Problems problems = new Problems();
    files.forEach((sample, paths) -> patterns.get(sample).forEach(pattern -> {
      int star = pattern.indexOf('*');
      if (star < 1 || !Character.isDigit(pattern.charAt(star - 1))) {
        return;
      }
      for (Path path : paths) {
        String file = path.getFileName().toString();
        if (file.startsWith(pattern.substring(0, star))
            && file.length() > star
            && Character.isDigit(file.charAt(star))) {
          problems.add(
              "\"" + pattern + "\" of patient " + context.patient(sample) + " also takes " + path
                  + ", whose number goes on; is that another patient's? Put what follows the id before the star, such as "
                  + pattern.substring(0, star) + "_" + pattern.substring(star)
                  + "; if it is right, "
                  + Permissions.otherwise(CohortSettings.SHARED_FILES));
          return;
        }
      }
    }));
    problems.throwIfAny();
  }

  /** The template with the row's cells put in; several where a cell names several; none where one is missing. */
  private static List<String> names(
      CohortReader context, String template, String sample, Map<String, String> row) {
    List<String> names = List.of(template);
    Matcher columns = COLUMN.matcher(template);
    while (columns.find()) {
      String cell = row.get(columns.group(1));
      if (cell == null) {
        throw new AbsentDataException(
            "the path \"" + template + "\" names a column " + columns.group(1)
                + " that is not there; the columns are " + String.join(", ", row.keySet()));
      }
      List<String> next = new ArrayList<>();
      // a mark of a missing value may be a name all the same, such as of a folder
      boolean named = !cell.isBlank()
          && possible(cell)
          && names.stream()
              .anyMatch(name -> named(context, name.replace(columns.group(), cell.strip())));
      if (named || !MissingValues.contains(cell)) {
        for (String part : cell.split(";")) {
          String value = part.strip();
          check(value, sample, columns.group(1));
          if (!value.isEmpty()) {
            names.forEach(name -> next.add(name.replace(columns.group(), value)));
          }
          if (next.size() > MOST_NAMES) {
            throw new DataException("sample " + sample + ": the columns of \"" + template
                + "\" name more than " + MOST_NAMES + " files");
          }
        }
      }
      names = next;
    }
    return names;
  }

  /** A cell may name what lies in the folder of the template, and nothing else. */
  private static void check(String value, String sample, String column) {
    String place = "sample " + sample + ": column " + column + " is \"" + printable(value) + "\", ";
    if (value.contains("..")) {
      throw new DataException(place + "which leads out of its folder");
    }
    if (!possible(value)) {
      throw new DataException(place + "which is no name of a file");
    }
  }

  /** Whether a path can hold a text; NUL and half characters it cannot. */
  private static boolean possible(String text) {
    try {
      return Path.of(text) != null;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String printable(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    return plain.length() > 100 ? plain.substring(0, 100) + "..." : plain;
  }

  /** Whether a name without columns is that of a file; with columns, whether the folder is there up to the first of them. */
  private static boolean named(CohortReader context, String name) {
    if (name.contains("..") || name.contains("*")) {
      return false;
    }
    int column = name.indexOf('{');
    int slash = column < 0 ? -1 : name.lastIndexOf('/', column);
    return column < 0
        ? Files.isRegularFile(context.path(name))
        : slash > 0 && Files.isDirectory(context.path(name.substring(0, slash)));
  }

  private static List<Path> matches(CohortReader context, FolderNames folders, String name) {
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    if (!last.contains("*")) {
      return Files.isRegularFile(context.path(name)) ? List.of(context.resolve(name)) : List.of();
    }
    Path folder = context.path(slash < 0 ? "." : name.substring(0, slash + 1));
    return folders.matches(folder, last).stream()
        .map(entry -> context.resolve(entry.toString()))
        .sorted()
        .toList();
  }
}
