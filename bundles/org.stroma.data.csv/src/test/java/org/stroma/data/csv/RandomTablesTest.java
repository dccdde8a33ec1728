/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.Table;

/** Whatever stands in a table is read as it was written, however it was written. */
class RandomTablesTest {
  @TempDir
  private Path folder;

  /** Pieces of cells; none of them makes a cell blank at its ends, where blanks are cut off. */
  private static final List<String> PIECES = List.of(
      "a",
      "7",
      "-3.5",
      "x y",
      ",",
      ";",
      "\t.",
      "\"",
      "\"\"",
      "'",
      "\n.",
      "\r\n.",
      "Ä",
      "日本",
      "\uD83D\uDE00",
      "#",
      "=1+1",
      "|");

  private static String cell(Random random) {
    if (random.nextInt(6) == 0) {
      return "";
    }
    StringBuilder cell = new StringBuilder();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      cell.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return cell.toString().strip();
  }

  private static String written(String cell, char separator, Random random) {
    boolean needed = cell.indexOf(separator) >= 0 || cell.matches("(?s).*[\"\r\n].*");
    return needed || random.nextInt(4) == 0 ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }

  @RepeatedTest(200)
  void tablesRoundTrip(RepetitionInfo repetition) throws IOException {
    int seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    char separator = ",;\t".charAt(random.nextInt(3));
    String end = List.of("\n", "\r\n").get(random.nextInt(2));
    List<String> columns = new ArrayList<>(List.of("id"));
    int width = 1 + random.nextInt(5);
    for (int i = 0; i < width; i++) {
      columns.add("column " + i);
    }
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
    text.append(String.join("" + separator, columns)).append(end);
    int count = 1 + random.nextInt(30);
    for (int r = 0; r < count; r++) {
      Map<String, String> row = new LinkedHashMap<>(Map.of("id", "p" + r));
      text.append("p").append(r);
      for (String column : columns.subList(1, columns.size())) {
        String cell = cell(random);
        row.put(column, cell);
        text.append(separator).append(written(cell, separator, random));
      }
      rows.put("p" + r, row);
      text.append(r == count - 1 && random.nextBoolean() ? "" : end);
    }
    boolean packed = random.nextInt(4) == 0;
    Path file = folder.resolve(packed ? "t.csv.gz" : "t.csv");
    try (OutputStream out =
        packed ? new GZIPOutputStream(Files.newOutputStream(file)) : Files.newOutputStream(file)) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    Table read = CsvTables.read(file, "id");
    assertEquals(columns, read.columns(), "seed " + seed);
    assertEquals(List.copyOf(rows.keySet()), List.copyOf(read.rows().keySet()), "seed " + seed);
    rows.forEach((id, row) -> row.forEach((column, cell) -> assertEquals(
        cell, read.rows().get(id).get(column), "seed " + seed + ", " + id + ", " + column)));
  }
}
