/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
}
