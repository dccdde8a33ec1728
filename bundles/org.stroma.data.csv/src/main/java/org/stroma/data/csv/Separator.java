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
 * The cell separator of a table: comma, tab or semicolon. Of the candidates outside quotes in the
 * header line, the one that gives most sampled rows as many cells as the header. A first line
 * {@code sep=;} (an Excel convention) states it explicitly.
 *
 * @param declared whether the first line is such a declaration
 */
record Separator(char character, boolean declared) {
  static final Separator COMMA = new Separator(',', false);

  private static final String CANDIDATES = ",\t;";
  private static final Pattern DECLARATION =
      Pattern.compile("\"?sep=([^\\w\\s\"]|\t)\"?[,;\t]*", Pattern.CASE_INSENSITIVE);
  private static final int MAX_ROWS = 50;
  private static final int MAX_LINE = 1 << 24;
  private static final int SAMPLE_SIZE = 1 << 17;

  /** The result of splitting the sample by a candidate. */
  private record Division(char separator, int first, int columns, double consistent) {}

  /** Detects the separator from the start of a table. */
  static Separator of(Reader reader) throws IOException {
    StringBuilder sample = new StringBuilder();
    boolean atEnd = read(reader, sample);
    int end = lineEnd(sample, 0);
    Matcher declared = DECLARATION.matcher(sample.substring(0, end).strip());
    if (declared.matches()) {
      return new Separator(declared.group(1).charAt(0), true);
    }
    Division best = null;
    for (char candidate : CANDIDATES.toCharArray()) {
      Division other = division(sample, candidate, atEnd);
      if (other.columns() > 1 && (best == null || better(other, best))) {
        best = other;
      }
    }
    return new Separator(best == null ? ',' : best.separator(), false);
  }

  /** Reads the first non-blank line and a sample after it; returns whether the end was reached. */
  private static boolean read(Reader reader, StringBuilder sample) throws IOException {
    char[] buffer = new char[8192];
    int targetSize = MAX_LINE;
    while (sample.length() < targetSize) {
      int n = reader.read(buffer);
      if (n < 0) {
        return true;
      }
      sample.append(buffer, 0, n);
      int start = sample.length() - n;
      if (targetSize == MAX_LINE
          && lineEnd(sample, start) < sample.length()
          && !sample.toString().isBlank()) {
        targetSize = Math.min(MAX_LINE, sample.length() + SAMPLE_SIZE);
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

  private static Division division(CharSequence sample, char separator, boolean atEnd) {
    List<Integer> counts = counts(sample, separator, atEnd);
    int columns = counts.isEmpty() ? 0 : counts.get(0);
    long same = counts.stream().filter(count -> count == columns).count();
    int first = 0;
    while (first < sample.length() && sample.charAt(first) != separator) {
      first++;
    }
    return new Division(
        separator, first, columns, counts.isEmpty() ? 0 : (double) same / counts.size());
  }

  /**
   * Counts the cells of each complete non-blank row of the sample, with FastCSV's rules for quotes.
   */
  private static List<Integer> counts(CharSequence sample, char separator, boolean atEnd) {
    List<Integer> counts = new ArrayList<>();
    int cells = 1;
    boolean quoted = false;
    boolean start = true; // of a cell; elsewhere a quote is an ordinary character
    boolean blank = true;
    for (int i = 0; i < sample.length() && counts.size() <= MAX_ROWS; i++) {
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
    if (!blank && (atEnd || counts.isEmpty())) {
      counts.add(cells);
    }
    return counts;
  }
}
