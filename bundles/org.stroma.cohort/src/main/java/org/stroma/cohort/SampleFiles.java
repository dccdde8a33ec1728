/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ReadContext;
import org.stroma.data.csv.CsvTables;

/** The files of samples, found by a template; see {@link ReadContext#files}. */
final class SampleFiles {
  private static final Pattern COLUMN = Pattern.compile("\\{([^{}]+)}");

  private SampleFiles() {}

  static Map<String, List<Path>> find(CohortReader context, String template, String table, boolean absent) {
    if (!COLUMN.matcher(template).find()) {
      throw new DataException("the path \"" + template + "\" has to name a column of the cohort in braces, such as "
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
    context.cohort().rows().keySet().forEach(sample -> {
      List<Path> found = new ArrayList<>();
      for (Map<String, String> row : rows.getOrDefault(sample, List.of())) {
        for (String name : names(context, template, sample, row)) {
          List<Path> matches = matches(context, name);
          if (matches.isEmpty() && absent) {
            lost.add(name);
          } else if (matches.isEmpty()) {
            throw new DataException("sample " + sample + ": there is no file " + context.path(name)
                + "; leave its cell empty, or set absentFiles, if the sample lacks it");
          }
          found.addAll(matches);
        }
      }
      if (!found.isEmpty()) {
        files.put(sample, List.copyOf(found));
      }
    });
    if (!lost.isEmpty()) {
      context.note(lost.size() + (lost.size() == 1 ? " file is" : " files are") + " not there, such as " + lost.get(0)
          + ": their samples lack them");
    }
    return files;
  }

  /** The template with the row's cells put in; several where a cell names several; none where one is missing. */
  private static List<String> names(CohortReader context, String template, String sample, Map<String, String> row) {
    List<String> names = List.of(template);
    Matcher columns = COLUMN.matcher(template);
    while (columns.find()) {
      String cell = row.get(columns.group(1));
      if (cell == null) {
        throw new DataException("the path \"" + template + "\" names a column " + columns.group(1) + " that is not there; the "
            + "columns are " + String.join(", ", row.keySet()));
      }
      List<String> next = new ArrayList<>();
      if (!CohortReader.missing(cell.strip())) {
        for (String part : cell.split(";")) {
          String value = part.strip();
          if (value.contains("..")) {
            throw new DataException("sample " + sample + ": column " + columns.group(1) + " is \"" + value
                + "\", which leads out of its folder");
          }
          if (!value.isEmpty()) {
            names.forEach(name -> next.add(name.replace(columns.group(), value)));
          }
        }
      }
      names = next;
    }
    return names;
  }

  private static List<Path> matches(CohortReader context, String name) {
    int slash = name.lastIndexOf('/');
    String last = name.substring(slash + 1);
    if (!last.contains("*")) {
      return Files.isRegularFile(context.path(name)) ? List.of(context.resolve(name)) : List.of();
    }
    Path folder = context.path(slash < 0 ? "." : name.substring(0, slash + 1));
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    String glob = last.replaceAll("[\\[\\]{}?\\\\]", "\\\\$0");
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(entry -> found.add(context.resolve(entry.toString())));
    } catch (IOException e) {
      throw new DataException(folder + " cannot be listed: " + e.getMessage(), e);
    }
    Collections.sort(found);
    return found;
  }
}
