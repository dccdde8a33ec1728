/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.stroma.api.data.DataException;

/**
 * A CSV file (RFC 4180; a byte order mark, any line ends and quoted newlines are fine) in UTF-8, with a header line.
 * Cells are separated by tabs where the name ends in .tsv or .txt, or the header holds a tab and no comma; otherwise by
 * commas.
 *
 * @param header names of the columns, no two alike
 * @param rows the cells, as many a row as there are columns
 */
record CsvFile(Path path, List<String> header, List<Row> rows) {
  /** A row and the line that it starts on, from 1. */
  record Row(long line, List<String> cells) {}

  /** Reads a file whole. */
  static CsvFile read(Path path) {
    String text = text(path);
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(separator(path, text))
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .maxBufferSize(1 << 28)
            .ofCsvRecord(text)) {
      Iterator<CsvRecord> records = reader.iterator();
      if (!records.hasNext()) {
        throw new DataException(path + " is empty; it has to start with a line of column names");
      }
      List<String> header = records.next().getFields().stream().map(String::strip).toList();
      Set<String> seen = new HashSet<>();
      for (String name : header) {
        if (!seen.add(name)) {
          throw new DataException(path + ": there are two columns \"" + name + "\"; names have to differ");
        }
      }
      List<Row> rows = new ArrayList<>();
      while (records.hasNext()) {
        CsvRecord record = records.next();
        if (record.getFieldCount() != header.size()) {
          throw new DataException(path + ": line " + record.getStartingLineNumber() + " has " + record.getFieldCount()
              + " cells; the header has " + header.size());
        }
        rows.add(new Row(record.getStartingLineNumber(), record.getFields()));
      }
      return new CsvFile(path, header, rows);
    } catch (CsvParseException e) {
      throw new DataException(path + " is no CSV file: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path path) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(path))).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(path + " is not in UTF-8; save it in that encoding", e);
    } catch (IOException e) {
      throw new DataException(
          Files.exists(path) ? path + " cannot be read: " + e.getMessage() : "there is no file " + path, e);
    }
  }

  private static char separator(Path path, String text) {
    String name = path.getFileName().toString();
    int end = text.indexOf('\n');
    String first = end < 0 ? text : text.substring(0, end);
    boolean tabs = name.endsWith(".tsv") || first.indexOf('\t') >= 0 && first.indexOf(',') < 0;
    return tabs ? '\t' : ',';
  }

  /** The place of a column. */
  int column(String name) {
    int at = header.indexOf(name);
    if (at < 0) {
      throw new DataException(path + ": there is no column \"" + name + "\"; the columns are " + some(header));
    }
    return at;
  }

  private static String some(List<String> names) {
    return names.size() <= 40
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 40)) + " and " + (names.size() - 40) + " more";
  }

  /** Whether a cell says that there is no value. */
  static boolean missing(String cell) {
    return switch (cell.strip()) {
      case "", "NA", "NaN", "nan", "null", "NULL" -> true;
      default -> false;
    };
  }

  /** The number in a cell, NaN where it is missing. */
  static float number(Path path, long line, String patient, String column, String cell) {
    float number = parse(cell);
    if (Float.isInfinite(number)) {
      throw new DataException(path + ": line " + line + " (patient " + patient + "), column " + column + " holds \""
          + cell.strip() + "\"; it has to be a finite number, or empty where the value is missing");
    }
    return number;
  }

  /** The number in a cell, NaN where it is missing, infinite where it is none that can be used. */
  static float parse(String cell) {
    if (missing(cell)) {
      return Float.NaN;
    }
    String text = cell.strip();
    // Java would also take 1f, 0x1p3 and Infinity
    if (text.chars().allMatch(c -> c >= '0' && c <= '9' || "+-.eE".indexOf(c) >= 0)) {
      try {
        return Float.parseFloat(text);
      } catch (NumberFormatException e) {
        // none, as below
      }
    }
    return Float.POSITIVE_INFINITY;
  }
}
