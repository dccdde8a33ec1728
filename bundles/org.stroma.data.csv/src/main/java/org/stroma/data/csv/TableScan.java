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
 * A table in a text file (RFC 4180; any line ends and quoted newlines are fine), heard cell by cell while it is read: it may be
 * larger than memory. {@link TextFile} tells of encodings and {@link Separator} of what stands between cells. Blanks around
 * cells are no part of them, rows of blank cells are none. What is wrong with rows is collected and told at the end.
 */
abstract class TableScan extends AbstractBaseCsvCallbackHandler<Boolean> {
  /** In characters. */
  private static final int LONGEST_CELL = 1 << 24;

  private static final Pattern LINE = Pattern.compile("line (\\d+)");

  private final Path path;
  private final Problems problems = new Problems();
  private int told;
  private char separator;
  private List<String> header;
  private int named; // the place after the last column with a name
  private final BitSet unheard = new BitSet(); // columns without a name, in which nothing may stand
  private final BitSet strange = new BitSet(); // those of them in which something stands
  private List<String> names = new ArrayList<>();
  private boolean blank;
  private boolean tooMany;

  TableScan(Path path) {
    this.path = path;
  }

  /** Hears the names of the columns, no two alike; a column without a name has "". */
  abstract void header(List<String> columns);

  /** Whether cells of a column without a name are heard, which is asked in the order of columns; else they have to be blank. */
  abstract boolean nameless(int column);

  /** Hears a cell of a row, in their order, without the blanks around it. */
  abstract void cell(int column, char[] chars, int from, int length);

  /** The row whose cells were heard last is whole. */
  abstract void row(long line);

  /** The row whose cells were heard last is blank, or has too few or too many cells. */
  abstract void forgetRow();

  /** Frees memory, for there is not enough to go on. */
  abstract void forgetAll();

  /** What the table takes of memory, in bytes, where so much of the file has been read; negative where nobody knows. */
  abstract long needed(double share);

  /** Reads the file. */
  final void read() {
    try {
      Separator between;
      try (TextFile text = TextFile.open(path)) {
        between = text.read(Separator::of);
      }
      try (TextFile text = TextFile.open(path)) {
        read(text, between);
      }
    } catch (IOException e) {
      throw new DataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Ends with what was wrong, if anything was. */
  final void throwProblems() {
    problems.throwIfAny();
  }

  private void read(TextFile text, Separator between) throws IOException {
    separator = between.character();
    try (CsvReader<Boolean> reader = CsvReader.builder()
        .fieldSeparator(separator)
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowUnclosedQuote(false)
        .maxBufferSize(LONGEST_CELL)
        .build(this, text.reader())) {
      if (between.told()) {
        reader.skipLines(1);
      }
      rows(text, reader.iterator());
    }
    if (header == null) {
      throw new AbsentDataException(
          path + " is empty; it has to start with a line of column names");
    }
  }

  private void rows(TextFile text, Iterator<Boolean> records) {
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

  /** What the parser threw, as a sentence. */
  private DataException refusal(TextFile text, RuntimeException e) {
    if (e.getCause() instanceof DataException ours) {
      return ours;
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

  /** The place of a column. */
  final int column(String name) {
    int at = header.indexOf(name);
    if (at < 0) {
      throw new DataException(
          path + ": there is no column \"" + name + "\"; the columns are " + some(header));
    }
    return at;
  }

  /** A column for a message: its name, or its place where it has none. */
  final String named(int column) {
    return header.get(column).isEmpty() ? String.valueOf(column + 1) : header.get(column);
  }

  /** Collects what is wrong; a sentence that would not be told is not made. */
  final void problem(Supplier<String> sentence) {
    problems.add(told++ < Problems.TOLD ? path + ": " + sentence.get() : "");
  }

  /**
   * Whether a row has an id, of a patient or a feature, that no row had before.
   *
   * @param lines of the ids so far, to which this one is added; null where an id may have several rows
   */
  final boolean identified(String what, String id, int column, long line, Map<String, Long> lines) {
    if (id.isEmpty() || MissingValues.contains(id)) {
      problem(() -> "line " + line + " has no " + what + " in column " + named(column)
          + (id.isEmpty() ? "" : ", where \"" + id + "\" stands for a missing value"));
      return false;
    }
    Long before = lines == null ? null : lines.putIfAbsent(id, line);
    if (before != null) {
      String row = what.split(" ")[0];
      String remedy = remedyOfSeveralRows();
      problem(() -> row + " " + id + " stands on line " + before + " and on line " + line
          + "; there has to be one row a " + row + ExcelNames.hint(id) + remedy);
    }
    return before == null;
  }

  /** What to do where an id has several rows, as the end of a sentence. */
  String remedyOfSeveralRows() {
    return "";
  }

  static String some(List<String> names) {
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
      names.add(new String(chars, from, to - from));
    } else if (column >= header.size()) {
      tooMany |= from < to;
    } else if (!unheard.get(column)) {
      cell(column, chars, from, to - from);
    } else if (from < to) {
      unnamed(column, new String(chars, from, to - from));
    }
  }

  @Override
  protected final Boolean buildRecord() {
    if (header == null) {
      if (!blank) {
        head();
      }
      names = new ArrayList<>();
    } else if (blank) {
      forgetRow();
    } else if (tooMany || getFieldCount() < named) {
      int cells = getFieldCount();
      long line = getStartingLineNumber();
      problem(() -> "line " + line + " has " + cells + (cells == 1 ? " cell" : " cells")
          + "; it has to have as many as the header, " + named
          + (cells > named && separator == ','
              ? " (a comma within a cell needs quotes around the cell)"
              : ""));
      forgetRow();
    } else {
      row(getStartingLineNumber());
    }
    return Boolean.TRUE;
  }

  private void head() {
    Problems alike = new Problems();
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      named = name.isEmpty() ? named : i + 1;
      Integer before = name.isEmpty() ? null : places.putIfAbsent(name, i);
      if (before != null) {
        alike.add(path + ": columns " + (before + 1) + " and " + (i + 1) + " are both named \""
            + name + "\"; names have to differ" + ExcelNames.hint(name));
      }
    }
    alike.throwIfAny();
    header = List.copyOf(names);
    header(header);
    for (int i = 0; i < header.size(); i++) {
      unheard.set(i, header.get(i).isEmpty() && !nameless(i));
    }
  }

  /** A cell in a column without a name may be a feature, a row number, or the rest of a text with commas: who knows. */
  private void unnamed(int column, String text) {
    if (strange.get(column)) {
      return;
    }
    strange.set(column);
    long line = getStartingLineNumber();
    problem(() -> "column " + (column + 1) + " has no name, and line " + line + " holds \"" + text
        + "\" there; it has to have a name or to go");
  }
}
