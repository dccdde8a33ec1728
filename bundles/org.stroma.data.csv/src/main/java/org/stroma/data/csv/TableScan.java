/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;

/**
 * A CSV file (RFC 4180; a byte order mark, any line ends and quoted newlines are fine) in UTF-8, with a header line.
 * Cells are separated by tabs where the name ends in .tsv, or where the header holds a tab and no comma outside quotes;
 * otherwise by commas.
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
    char separator = separator(path, text);
    requireClosedQuotes(path, text, separator);
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .fieldSeparator(separator)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .maxBufferSize(1 << 28)
            .build(CsvRecordHandler.of(h -> h.maxFields(1 << 24).maxFieldSize(1 << 28).maxRecordSize(1 << 30)), text)) {
      Iterator<CsvRecord> records = reader.iterator();
      if (!records.hasNext()) {
        throw new DataException(path + " is empty; it has to start with a line of column names");
      }
      List<String> header = records.next().getFields().stream().map(String::strip).toList();
      Map<String, Integer> places = new HashMap<>();
      for (int i = 0; i < header.size(); i++) {
        Integer before = places.put(header.get(i), i);
        if (before != null) {
          throw new DataException(path + ": columns " + (before + 1) + " and " + (i + 1) + " are both named \""
              + header.get(i) + "\"; names have to differ");
        }
      }
      List<Row> rows = new ArrayList<>();
      while (records.hasNext()) {
        CsvRecord record = records.next();
        if (record.getFieldCount() != header.size()) {
          throw new DataException(path + ": line " + record.getStartingLineNumber() + " has "
              + count(record.getFieldCount(), "cell") + "; it has to have as many as the header, "
              + header.size());
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
    byte[] bytes = bytes(path);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length); // no more chars than bytes
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    if (decoder.decode(in, out, true).isError()) {
      long line = 1;
      for (int i = 0; i < in.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new DataException(path + ": line " + line + " is not in UTF-8; save the file in that encoding");
    }
    String text = out.flip().toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static byte[] bytes(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new DataException(Files.exists(path) ? path + " is not a file" : "there is no file " + path);
      }
      return Files.readAllBytes(path);
    } catch (AccessDeniedException e) {
      throw new DataException(path + " cannot be read: its permissions forbid it", e);
    } catch (IOException e) {
      throw new DataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static char separator(Path path, String text) {
    boolean named = path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".tsv");
    boolean tab = false;
    boolean comma = false;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted && (c == '\n' || c == '\r')) {
        break;
      }
      tab |= !quoted && c == '\t';
      comma |= !quoted && c == ',';
    }
    return named || tab && !comma ? '\t' : ',';
  }

  /** Refuses a quote that is never closed: the parser would take the rest of the file, patients and all, as one cell. */
  private static void requireClosedQuotes(Path path, String text, char separator) {
    long line = 1;
    long opened = 0; // the line of the quote that is open, 0 if none is
    boolean start = true; // of a cell: elsewhere a quote is a character like others
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean end = c == '\n' || c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
      line += end ? 1 : 0;
      if (opened > 0) {
        if (c == '"') {
          if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
            i++;
          } else {
            opened = 0;
          }
        }
      } else if (start && c == '"') {
        opened = line;
        start = false;
      } else {
        start = c == separator || c == '\n' || c == '\r';
      }
    }
    if (opened > 0) {
      throw new DataException(path + ": line " + opened + " opens a quote that is never closed; it has to be closed by \""
          + ", and a quote within quotes doubled");
    }
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
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
    return MissingValues.contains(cell);
  }

  /**
   * The number in a cell, NaN where it is missing.
   *
   * @param place the line, the patient and the column, for the message
   */
  static float number(Path path, Supplier<String> place, String cell) {
    float number = parse(cell);
    if (Float.isInfinite(number)) {
      throw new DataException(path + ": " + place.get() + " holds \"" + cell.strip()
          + "\"; it has to be a finite number, or empty where the value is missing");
    }
    return number;
  }

  /** The number in a cell, NaN where it is missing, infinite where it is none that can be used. */
  static float parse(String cell) {
    return (float) Numbers.parse(cell);
  }
}
