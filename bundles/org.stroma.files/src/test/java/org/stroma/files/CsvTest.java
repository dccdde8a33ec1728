/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;

class CsvTest {
  private static final List<List<String>> ROWS = List.of(
      List.of("plain", "a,b", "say \"ä\"", "", "two\nlines", "cr\r"),
      List.of("#1", " space ", "-0.5", "#2", "x", ""));

  private static final String TEXT =
      "plain,\"a,b\",\"say \"\"ä\"\"\",,\"two\nlines\",\"cr\r\"\n#1, space ,-0.5,#2,x,\n";

  @Test
  void cellsAreQuotedWhereTheyHaveToBe() throws IOException {
    assertEquals(TEXT, Csv.text(ROWS));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Csv.write(bytes, ROWS.stream());
    assertEquals(TEXT, bytes.toString(StandardCharsets.UTF_8));
    for (List<String> row : ROWS) {
      assertEquals(
          String.join(",", row.stream().map(Csv::quote).toList()) + "\n", Csv.text(List.of(row)));
    }
  }

  @Test
  void aFullDiskIsAnIOException() {
    OutputStream full = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("No space left on device");
      }
    };
    assertEquals(
        "No space left on device",
        assertThrows(
                IOException.class,
                () -> Csv.write(full, Stream.generate(() -> ROWS.get(0)).limit(100_000)))
            .getMessage());
  }

  @Test
  void whatIsWrittenIsReadAgain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("table.csv");
    AtomicFiles.write(file, TEXT);
    List<List<String>> read = new ArrayList<>();
    Csv.read(file, read::add);
    assertEquals(ROWS, read);
    AtomicFiles.write(file, "a,b\n1\n");
    String message =
        assertThrows(DataException.class, () -> Csv.read(file, row -> {})).getMessage();
    assertTrue(message.startsWith(file + " cannot be read: it is no table of ours: "), message);
    assertEquals(
        folder.resolve("none.csv") + " cannot be read: there is no such file or folder",
        assertThrows(DataException.class, () -> Csv.read(folder.resolve("none.csv"), row -> {}))
            .getMessage());
  }
}
