/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;

/**
 * Streaming parser of a table in a text file (RFC 4180, with any line ends and quoted newlines).
 * Subclasses receive cells one by one, so the table may be larger than memory. {@link TextFile}
 * detects the encoding and {@link Separator} the separator. Cells are stripped and blank rows
 * skipped; errors in rows are collected and reported at the end.
 */
abstract class TableScan extends AbstractBaseCsvCallbackHandler<Boolean> {
  /** Limit of a cell in characters. */
  private static final int LONGEST_CELL = 1 << 24;

  /** More than the genome has places that are looked at together; of commas alone, a small packed file can hold more. */
  private static final int MOST_COLUMNS = 5_000_000;

  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  private final Path path;
  private final Problems problems = new Problems();
  private int problemCount;
  private char separator;
  private List<String> header;
  private int namedColumns; // number of columns up to the last named one
  private final BitSet mustBeBlank = new BitSet(); // unnamed columns, which must be blank
  private final BitSet reported = new BitSet(); // unnamed columns that have been reported
  private List<String> names = new ArrayList<>();
  private boolean blank;
  private boolean tooMany;

  TableScan(Path path) {
    this.path = path;
  }

  /** Receives the column names, which are distinct; an unnamed column has "". */
  abstract void header(List<String> columns);

  /**
   * Whether to accept cells of an unnamed column; otherwise they must be blank. Called in the order
   * of columns.
   */
  abstract boolean nameless(int column);

  /** Receives a cell, stripped, in the order of columns. */
  abstract void cell(int column, char[] chars, int from, int length);

  /** Ends the row whose cells were received last. */
  abstract void row(long line);

  /**
   * Discards the row whose cells were received last: it is blank, or has too few or too many cells.
   */
  abstract void forgetRow();

  /** Frees memory after an OutOfMemoryError. */
  abstract void forgetAll();

  /**
   * Estimates the memory of the whole table in bytes, given the fraction of the file read so far;
   * negative if unknown.
   */
  abstract long needed(double share);

  /** Reads the file. */
  final void read() {
    try {
      Separator detected;
      try (TextFile text = TextFile.open(path)) {
        if (text.workbook()) {
          // its text has been made here: nothing is to be found out about it, and it is not opened
          // twice
          read(text, Separator.COMMA);
          return;
        }
        detected = text.read(Separator::of);
      }
      try (TextFile text = TextFile.open(path)) {
        read(text, detected);
      }
    } catch (IOException e) {
      throw new DataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Throws the collected problems, if there are any. */
  final void throwProblems() {
    problems.throwIfAny();
  }

  private void read(TextFile text, Separator detected) throws IOException {
    separator = detected.character();
    try (CsvReader<Boolean> reader = CsvReader.builder()
        .fieldSeparator(separator)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .maxBufferSize(LONGEST_CELL)
        .build(this, text.reader())) {
      if (detected.declared()) {
        reader.skipLines(1);
      }
      readRows(text, reader.iterator());
    }
    if (header == null) {
      throw new AbsentDataException(
          path + " is empty; it has to start with a line of column names");
    }
  }

  private void readRows(TextFile text, Iterator<Boolean> records) {
    try {
      for (int i = 1; records.hasNext(); i++) {
        records.next();
        if (i % 64 == 0) {
          Memory.require(path, needed(text.share()));
        }
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw refusal(text, e);
    }
  }

  /** Converts an exception of the parser to a message for the user. */
  private DataException refusal(TextFile text, RuntimeException e) {
    if (e.getCause() instanceof DataException dataException) {
      return dataException;
    } else if (e.getCause() instanceof OutOfMemoryError) {
      long needed = needed(text.share());
      forgetAll();
      return Memory.refusal(path, needed, e);
    } else if (e.getCause() instanceof IOException io) {
      return text.refusal(io);
    } else if (e.getCause() != null) {
      throw e;
    }
    String message = String.valueOf(e.getMessage());
    Matcher line = LINE.matcher(message);
    String place = path + ": line " + (line.find() ? line.group(1) : getStartingLineNumber());
    if (message.startsWith("Unexpected character after closing quote")) {
      return new DataException(
          place + " has text after a closing quote; a quote within quotes has to be doubled", e);
    }
    return new DataException(
        place
            + (message.startsWith("Unclosed")
                ? " opens a quote that is never closed; it has to be closed by \", and a quote within quotes doubled"
                : " has a cell of more than " + LONGEST_CELL
                    + " characters; is there a quote that is never closed?"),
        e);
  }

  final Path path() {
    return path;
  }

  final List<String> header() {
    return header;
  }

  /** Index of a column by name. */
  final int column(String name) {
    int at = header.indexOf(name);
    if (at < 0) {
      throw new DataException(
          path + ": there is no column \"" + name + "\"; the columns are " + listed(header));
    }
    return at;
  }

  /** A column for messages: its name, or its number if unnamed. */
  final String columnLabel(int column) {
    return header.get(column).isEmpty() ? String.valueOf(column + 1) : header.get(column);
  }

  /** Records a problem. Beyond the limit of messages it is only counted. */
  final void problem(Supplier<String> sentence) {
    problems.add(problemCount++ < Problems.TOLD ? path + ": " + sentence.get() : "");
  }

  /**
   * Checks that a row has an id (of a patient or feature) that no earlier row had.
   *
   * @param lines line of each id so far, to which this one is added; null if ids may repeat
   */
  final boolean identified(String what, String id, int column, long line, Map<String, Long> lines) {
    if (id.isEmpty() || MissingValues.contains(id)) {
      problem(() -> "line " + line + " has no " + what + " in column " + columnLabel(column)
          + (id.isEmpty() ? "" : ", where \"" + id + "\" stands for a missing value"));
      return false;
    }
    Long earlier = lines == null ? null : lines.putIfAbsent(id, line);
    if (earlier != null) {
      String row = what.split(" ")[0];
      String remedy = remedyOfSeveralRows();
      problem(() -> row + " " + id + " stands on line " + earlier + " and on line " + line
          + "; there has to be one row a " + row + ExcelNames.hint(id) + remedy);
    }
    return earlier == null;
  }

  /** The remedy if an id has several rows, as the end of a sentence. */
  String remedyOfSeveralRows() {
    return "";
  }

  static String listed(List<String> names) {
    return names.size() <= 40
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 40)) + " and " + (names.size() - 40) + " more";
  }

  @Override
  protected final void handleBegin(long line) {
    blank = true;
    tooMany = false;
  }

  @Override
  protected final void handleField(
      int column, char[] chars, int offset, int length, boolean quoted) {
    int from = offset;
    int to = offset + length;
    while (from < to && Numbers.blank(chars[from])) {
      from++;
    }
    while (to > from && Numbers.blank(chars[to - 1])) {
      to--;
    }
    blank &= from == to;
    if (header == null) {
      if (names.size() == MOST_COLUMNS) {
        throw new DataException(path + ": its first line has more than " + MOST_COLUMNS
            + " cells; it has to be one of column names");
      }
      names.add(new String(chars, from, to - from));
    } else if (column >= header.size()) {
      tooMany |= from < to;
    } else if (!mustBeBlank.get(column)) {
      cell(column, chars, from, to - from);
    } else if (from < to) {
      unnamed(column, new String(chars, from, to - from));
    }
  }

  @Override
  protected final Boolean buildRecord() {
    if (header == null) {
      if (!blank) {
        readHeader();
      }
      names = new ArrayList<>();
    } else if (blank) {
      forgetRow();
    } else if (tooMany || getFieldCount() < namedColumns) {
      int cells = getFieldCount();
      long line = getStartingLineNumber();
      problem(() -> "line " + line + " has " + cells + (cells == 1 ? " cell" : " cells")
          + "; it has to have as many as the header, " + namedColumns
          + (cells > namedColumns && separator == ','
              ? " (a comma within a cell needs quotes around the cell)"
              : ""));
      forgetRow();
    } else {
      row(getStartingLineNumber());
    }
    return Boolean.TRUE;
  }

  private void readHeader() {
    Problems duplicates = new Problems();
    Map<String, Integer> firstIndices = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      namedColumns = name.isEmpty() ? namedColumns : i + 1;
      Integer earlier = name.isEmpty() ? null : firstIndices.putIfAbsent(name, i);
      if (earlier != null) {
        duplicates.add(path + ": columns " + (earlier + 1) + " and " + (i + 1)
            + " are both named \"" + name + "\"; names have to differ" + ExcelNames.hint(name));
      }
    }
    duplicates.throwIfAny();
    header = List.copyOf(names);
    header(header);
    for (int i = 0; i < header.size(); i++) {
      mustBeBlank.set(i, header.get(i).isEmpty() && !nameless(i));
    }
  }

  /**
   * Reports the first cell of an unnamed column: it may be a feature, a row number, or the rest of
   * a text with commas.
   */
  private void unnamed(int column, String text) {
    if (reported.get(column)) {
      return;
    }
    reported.set(column);
    long line = getStartingLineNumber();
    problem(() -> "column " + (column + 1) + " has no name, and line " + line + " holds \"" + text
        + "\" there; it has to have a name or to go");
  }
}
