/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What separates the cells of a table: a comma, a tab or a semicolon. It is the one that stands outside quotes in the line
 * of column names; where several do, the one by which most of the rows below have as many cells as that line. A first line
 * {@code sep=;}, as Excel takes it, says it outright.
 *
 * @param told whether the first line is such a line and no row
 */
record Separator(char character, boolean told) {
  private static final String CANDIDATES = ",\t;";
  private static final Pattern TOLD =
      Pattern.compile("\"?sep=([^\\w\\s\"]|\t)\"?[,;\t]*", Pattern.CASE_INSENSITIVE);
  private static final int ROWS = 50;
  private static final int LINE = 1 << 24;
  private static final int SAMPLE = 1 << 17;

  /** How a candidate divides the sample. */
  private record Division(char separator, int first, int columns, double consistent) {}

  /** Looks at the start of a table. */
  static Separator of(Reader reader) throws IOException {
    StringBuilder sample = new StringBuilder();
    boolean whole = read(reader, sample);
    int end = lineEnd(sample, 0);
    Matcher told = TOLD.matcher(sample.substring(0, end).strip());
    if (told.matches()) {
      return new Separator(told.group(1).charAt(0), true);
    }
    Division best = null;
    for (char candidate : CANDIDATES.toCharArray()) {
      Division other = division(sample, candidate, whole);
      if (other.columns() > 1 && (best == null || better(other, best))) {
        best = other;
      }
    }
    return new Separator(best == null ? ',' : best.separator(), false);
  }

  /** Reads the first line that is not blank and some more; whether that is all. */
  private static boolean read(Reader reader, StringBuilder sample) throws IOException {
    char[] buffer = new char[8192];
    int wanted = LINE;
    while (sample.length() < wanted) {
      int n = reader.read(buffer);
      if (n < 0) {
        return true;
      }
      sample.append(buffer, 0, n);
      int start = sample.length() - n;
      if (wanted == LINE
          && lineEnd(sample, start) < sample.length()
          && !sample.toString().isBlank()) {
        wanted = Math.min(LINE, sample.length() + SAMPLE);
      }
    }
    return false;
  }

  private static int lineEnd(CharSequence text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  private static boolean better(Division one, Division other) {
    if (one.consistent() != other.consistent()) {
      return one.consistent() > other.consistent();
    }
    return one.columns() == other.columns()
        ? one.first() < other.first()
        : one.columns() > other.columns();
  }

  private static Division division(CharSequence sample, char separator, boolean whole) {
    List<Integer> counts = counts(sample, separator, whole);
    int columns = counts.isEmpty() ? 0 : counts.get(0);
    long same = counts.stream().filter(count -> count == columns).count();
    int first = 0;
    while (first < sample.length() && sample.charAt(first) != separator) {
      first++;
    }
    return new Division(
        separator, first, columns, counts.isEmpty() ? 0 : (double) same / counts.size());
  }

  /** The number of cells of each row that is not blank and not cut off by the sample's end; quotes count as FastCSV has them. */
  private static List<Integer> counts(CharSequence sample, char separator, boolean whole) {
    List<Integer> counts = new ArrayList<>();
    int cells = 1;
    boolean quoted = false;
    boolean start = true; // of a cell: elsewhere a quote is a character like others
    boolean blank = true;
    for (int i = 0; i < sample.length() && counts.size() <= ROWS; i++) {
      char c = sample.charAt(i);
      if (quoted) {
        quoted = c != '"'; // a doubled quote closes and opens again
        start = c == '"';
        blank = false;
      } else if (c == '\n' || c == '\r') {
        if (!blank) {
          counts.add(cells);
        }
        cells = 1;
        start = true;
        blank = true;
      } else if (c == separator) {
        cells++;
        start = true;
      } else {
        quoted = start && c == '"';
        start = false;
        blank &= Character.isWhitespace(c) || CANDIDATES.indexOf(c) >= 0;
      }
    }
    if (!blank && (whole || counts.isEmpty())) {
      counts.add(cells);
    }
    return counts;
  }
}
