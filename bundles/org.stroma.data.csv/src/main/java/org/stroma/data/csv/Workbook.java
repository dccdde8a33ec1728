/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;
import org.stroma.api.data.DataException;

/**
 * The sheet of an Excel workbook (.xlsx) as CSV: a line a row, so that a line's number is its row's, all cells within quotes.
 * Numbers are as they are stored and not as they are shown, dates in the form of ISO 8601, of formulas the result that was saved. What
 * cannot be told for sure is refused: several sheets, formulas without a result.
 */
final class Workbook extends Reader {
  /** As many as Excel has. */
  private static final int MOST_ROWS = 1 << 20;

  private static final String REMEDY = "; save the sheet from Excel as \"CSV UTF-8\"";

  private final Path path;
  private final ReadableWorkbook workbook;
  private final Stream<Row> stream;
  private final Iterator<Row> rows;
  private final StringBuilder text = new StringBuilder();
  private int position;
  private int line;
  private int width; // cells of the first row, which has the names

  private Workbook(Path path, ReadableWorkbook workbook) throws IOException {
    this.path = path;
    this.workbook = workbook;
    stream = sheet().openStream();
    rows = stream.iterator();
  }

  /**
   * Opens a workbook.
   *
   * @throws DataException where it is none, or it is not clear which sheet is meant
   */
  static Workbook open(Path path) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      ReadableWorkbook workbook = new ReadableWorkbook(file, new ReadingOptions(true, true));
      try {
        return new Workbook(path, workbook);
      } catch (IOException | RuntimeException e) {
        workbook.close();
        throw e;
      }
    } catch (DataException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw Memory.refusal(path, -1, e);
    } catch (IOException | RuntimeException e) {
      throw damaged(path, e);
    }
  }

  /** Whether a file begins as a workbook does, or as another file of an office program. */
  static boolean is(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    String words = start.toLowerCase(Locale.ROOT);
    return start.startsWith("PK\3\4")
        && Stream.of("[content_types].xml", "_rels/", "xl/", "docprops").anyMatch(words::contains);
  }

  /** The one sheet that holds something and can be seen. */
  private Sheet sheet() {
    List<Sheet> sheets = workbook
        .getSheets()
        .filter(sheet -> sheet.getVisibility() == SheetVisibility.VISIBLE)
        .filter(this::holdsSomething)
        .toList();
    if (sheets.size() > 1) {
      throw new DataException(
          path + " holds " + sheets.size() + " sheets, "
              + sheets.stream().map(Sheet::getName).collect(Collectors.joining(", "))
              + "; a table is one sheet: take the others out or hide them, or save the one as \"CSV UTF-8\"");
    }
    return sheets.isEmpty() ? workbook.getFirstSheet() : sheets.get(0);
  }

  private boolean holdsSomething(Sheet sheet) {
    try (Stream<Row> all = sheet.openStream()) {
      return all.anyMatch(
          row -> row.stream().anyMatch(cell -> cell != null && !value(cell).isBlank()));
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  @Override
  public int read(char[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (position == text.length()) {
        text.setLength(0);
        position = 0;
        if (!rows.hasNext()) {
          return -1;
        }
        add(rows.next());
      }
    } catch (DataException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      throw Memory.refusal(path, -1, e);
    } catch (RuntimeException e) {
      throw damaged(path, e);
    }
    int count = Math.min(length, text.length() - position);
    text.getChars(position, position + count, target, from);
    position += count;
    return count;
  }

  private void add(Row row) {
    if (row.getRowNum() <= line || row.getRowNum() > MOST_ROWS) {
      throw new DataException(path + " has row " + row.getRowNum() + " after row " + line + REMEDY);
    }
    // rows that hold nothing need not be stored
    text.append("\n".repeat(row.getRowNum() - line - 1));
    line = row.getRowNum();
    boolean first = true;
    for (Cell cell : row) {
      text.append(first ? "" : ",");
      first = false;
      if (cell != null) {
        text.append('"').append(value(cell).replace("\"", "\"\"")).append('"');
      }
    }
    // nor need cells at the end of a row
    int cells = row.getCellCount();
    width = width == 0 ? cells : width;
    text.append(",".repeat(Math.max(0, width - Math.max(1, cells))));
    text.append('\n');
  }

  private String value(Cell cell) {
    Object value = cell.getValue();
    String raw = cell.getRawValue();
    if (cell.getType() == CellType.FORMULA && raw == null) {
      throw new DataException(
          path + ": cell " + cell.getAddress() + " holds a formula, " + cell.getFormula()
              + ", whose result was not saved; open the workbook in Excel and save it");
    }
    // openpyxl, and so pandas, writes a text that is missing as a text without one
    if (value == null || raw == null) {
      return "";
    } else if (value instanceof Boolean truth) {
      return truth ? "TRUE" : "FALSE";
    }
    return value instanceof BigDecimal && isDate(cell) ? date(cell) : raw;
  }

  private String date(Cell cell) {
    LocalDateTime date;
    try {
      date = cell.asDate();
    } catch (DateTimeException | ArithmeticException e) {
      return cell.getRawValue();
    }
    // below one day it is a time without a date
    if (Double.parseDouble(cell.getRawValue()) < 1) {
      return cell.getRawValue();
    }
    return date.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? date.toLocalDate().toString()
        : date.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
  }

  /** Whether a number is shown as a date: ECMA-376 part 1, 18.8.30, names the formats without a text of their own. */
  private static boolean isDate(Cell cell) {
    Integer id = cell.getDataFormatId();
    String format = cell.getDataFormatString();
    if (format == null) {
      return id != null && (id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58);
    }
    // without texts, escaped and padding characters, colours and conditions; the first part is for
    // numbers above 0
    String codes = format
        .replaceAll("\"[^\"]*\"|\\\\.|_.|\\*.|\\[[^\\]]*\\]", "")
        .toLowerCase(Locale.ROOT)
        .split(";", -1)[0];
    return !codes.contains("general") && codes.matches("(?s).*[dy].*");
  }

  private static DataException damaged(Path path, Exception e) {
    return new DataException(
        path + " is no Excel workbook that can be read, or is damaged" + REMEDY, e);
  }

  @Override
  public void close() throws IOException {
    stream.close();
    workbook.close();
  }
}
