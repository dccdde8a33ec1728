/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.kfold;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.SplitInput;

/** Patients who stay together: those with one value in a column, or with one text that a pattern finds in it. */
final class Groups {
  private final String column;
  private final Pattern pattern;

  private Groups(String column, Pattern pattern) {
    this.column = column;
    this.pattern = pattern;
  }

  /**
   * As settings say.
   *
   * @param column empty for no groups
   * @param pattern empty for the whole value
   * @return null for no groups
   */
  static Groups of(String column, String pattern) {
    Pattern compiled = pattern(pattern);
    if (compiled != null && column.isEmpty()) {
      throw new IllegalArgumentException(
          "group is missing; groupPattern needs a column to look into");
    }
    return column.isEmpty() ? null : new Groups(column, compiled);
  }

  private static Pattern pattern(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(text);
      if (pattern.matcher("").groupCount() < 1) {
        throw new IllegalArgumentException("groupPattern is \"" + text
            + "\"; it has to hold a group in parentheses, such as " + "^TCGA-(..)-");
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("groupPattern is \"" + text
          + "\", which is no regular expression: " + e.getDescription());
    }
  }

  /**
   * The groups, in an order that is not the table's.
   *
   * @param folds how many groups there have to be at least
   */
  Collection<List<String>> of(SplitInput input, int folds) {
    SortedMap<String, List<String>> groups = new TreeMap<>();
    List<String> sorted = new ArrayList<>(input.patients());
    Collections.sort(sorted);
    Map<String, String> spelled = new HashMap<>();
    sorted.forEach(patient -> {
      String its = group(input, patient);
      // a site written in two ways is one site
      String one = its.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
      String before = spelled.putIfAbsent(one, its);
      if (before != null && !before.equals(its)) {
        input
            .files()
            .note("column " + column + ": the groups " + before + " and " + its
                + " are taken as one");
      }
      groups.computeIfAbsent(one, g -> new ArrayList<>()).add(patient);
    });
    if (groups.size() < folds) {
      throw new DataException("column " + column + " gives " + groups.size() + " groups for "
          + folds + " folds; folds has to be smaller");
    }
    return groups.values();
  }

  private String group(SplitInput input, String patient) {
    String cell = input.cell(patient, column);
    if (pattern == null) {
      if (cell.isEmpty()) {
        throw new DataException(input.files().cohort().file() + ": patient " + patient
            + " has nothing in column " + column + "; grouped folds need a group for everybody");
      }
      return cell;
    }
    Matcher matcher = pattern.matcher(cell);
    if (!matcher.find() || matcher.group(1) == null) {
      throw new DataException(input.files().cohort().file() + ": patient " + patient + ", column "
          + column + " is \"" + cell + "\", and groupPattern finds no group in it");
    }
    return matcher.group(1);
  }
}
