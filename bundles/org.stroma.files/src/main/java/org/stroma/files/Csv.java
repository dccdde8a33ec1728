/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** CSV files that are ours (RFC 4180): cells are quoted where they have to be, lines end with a line feed. */
public final class Csv {
  /** Nothing is a comment: a cell that starts with # is written as it is. */
  private static final char NO_COMMENT = '\0';

  /** Limit of a cell in characters. */
  private static final int LONGEST_CELL = 1 << 24;

  private Csv() {}

  /** A cell, quoted where it has to be. */
  public static String quote(String text) {
    return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** Rows as a text. */
  public static String text(List<List<String>> rows) {
    StringWriter text = new StringWriter();
    CsvWriter csv = format().bufferSize(0).build(text);
    rows.forEach(csv::writeRecord);
    return text.toString();
  }

  /** Writes rows in UTF-8 to a stream, which stays open. */
  public static void write(OutputStream out, Stream<List<String>> rows) throws IOException {
    try {
      OutputStreamWriter writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
      CsvWriter csv = format().build(writer);
      rows.forEachOrdered(csv::writeRecord);
      csv.flush();
      writer.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Reads what this class wrote, cells as they are. Tables that others wrote are for {@code org.stroma.data.csv}.
   *
   * @param rows hears them in their order, the header first; all have as many cells
   * @throws org.stroma.api.data.DataException with a sentence that names the file, where it is none such
   */
  public static void read(Path file, Consumer<List<String>> rows) {
    try (CsvReader<CsvRecord> csv = CsvReader.builder()
        .skipEmptyLines(true)
        .maxBufferSize(LONGEST_CELL)
        .ofCsvRecord(Files.newBufferedReader(file))) {
      csv.forEach(row -> rows.accept(row.getFields()));
    } catch (UncheckedIOException e) {
      throw FileProblem.read(file, e.getCause());
    } catch (IOException e) {
      throw FileProblem.read(file, e);
    } catch (CsvParseException e) {
      throw FileProblem.read(file, new IOException("it is no table of ours: " + e.getMessage(), e));
    }
  }

  private static CsvWriter.CsvWriterBuilder format() {
    return CsvWriter.builder().lineDelimiter(LineDelimiter.LF).commentCharacter(NO_COMMENT);
  }
}
