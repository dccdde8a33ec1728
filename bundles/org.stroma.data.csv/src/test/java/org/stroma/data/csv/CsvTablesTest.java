/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.stroma.data.csv.Fixture.refuses;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.Table;

class CsvTablesTest {
  @TempDir
  Path directory;

  private Table read(String name, String text) {
    return CsvTables.read(Fixture.file(directory, name, text), "id");
  }

  private void fails(String text, String... words) {
    refuses(() -> read("table.csv", text), words);
  }

  @Test
  void rowsKeepTheOrderOfTheFileAndEmptyCellsAreEmpty() {
    Table table = read("table.csv", "stage,id,note\n2, b ,x\n,a,\n");
    assertEquals(List.of("stage", "id", "note"), table.columns());
    assertEquals(List.of("b", "a"), List.copyOf(table.rows().keySet()));
    assertEquals(Map.of("stage", "", "id", "a", "note", ""), table.rows().get("a"));
  }

  @Test
  void byteOrderMarkAndWindowsLineEndsLeaveNoTrace() {
    Table table = read("table.csv", "\uFEFFid,note\r\na,x\r\nb,y\r\n");
    assertEquals(List.of("id", "note"), table.columns());
    assertEquals("y", table.rows().get("b").get("note"));
  }

  @Test
  void quotedCellsHoldNewlinesSeparatorsAndQuotes() {
    Table table = read("table.csv", "id,note\na,\"one,\ntwo \"\"2\"\"\"\nb,y\n");
    assertEquals("one,\ntwo \"2\"", table.rows().get("a").get("note"));
  }

  @Test
  void linesAreThoseOfTheFileAfterAQuotedNewline() {
    fails("id,note\na,\"one\ntwo\"\nb,x,y\n", "line 4", "3 cells", "header, 2");
  }

  @Test
  void tabsSeparateByExtensionOrHeader() {
    assertEquals("1,5", read("table.tsv", "id\tx,y\na\t1,5\n").rows().get("a").get("x,y"));
    assertEquals(
        "1,5", read("table.csv", "id\t\"x,y\"\na\t1,5\n").rows().get("a").get("x,y"));
    assertEquals(
        "1\t5", read("table.csv", "id,\"x\ty\"\na,1\t5\n").rows().get("a").get("x\ty"));
  }

  @Test
  void lastLineNeedsNoEnd() {
    assertEquals("x", read("table.csv", "id,note\na,x").rows().get("a").get("note"));
  }

  @Test
  void missingIdColumnIsAnsweredWithTheColumnsThereAre() {
    fails("patient,note\na,x\n", "table.csv", "no column \"id\"", "patient, note");
  }

  @Test
  void patientOnTwoLinesIsRefusedWithBoth() {
    fails("id,note\na,x\nb,y\na ,z\n", "patient a", "line 2", "line 4");
  }

  @Test
  void raggedRowIsRefusedWithItsLineAndCounts() {
    fails("id,note,x\na,b,1\nc,d\n", "line 3", "2 cells", "header, 3");
    fails("id,note,x\na\n", "line 2", "1 cell;");
  }

  @Test
  void blankIdIsRefusedWithItsLine() {
    fails("id,note\na,x\n  ,y\n", "line 3", "no patient id", "column id");
  }

  @Test
  void emptyFileIsRefused() {
    fails("", "table.csv is empty", "column names");
    fails("\n\n", "table.csv is empty");
    fails("id,note\n", "no patients");
  }

  @Test
  void twoColumnsOfOneNameAreRefusedWithTheirPlaces() {
    fails("id,x,y,x\na,1,2,3\n", "columns 2 and 4", "\"x\"");
  }

  @Test
  void otherEncodingsAreRefusedWithTheLine() throws IOException {
    byte[] umlaut = "id,note\na,M\u00fcller\n".getBytes(StandardCharsets.ISO_8859_1);
    Path latin = Files.write(directory.resolve("latin.csv"), umlaut);
    refuses(
        () -> CsvTables.read(latin, "id"),
        "latin.csv",
        "line 2 is not in UTF-8",
        "\"M\u00fcller\"",
        "Windows-1252",
        "iconv");
    Path cut =
        Files.write(directory.resolve("cut.csv"), new byte[] {'i', 'd', '\n', 'a', (byte) 0xC3});
    refuses(() -> CsvTables.read(cut, "id"), "cut.csv", "line 2", "UTF-8");
  }

  @Test
  void fileThatCannotBeReadIsRefused() {
    refuses(
        () -> CsvTables.read(directory.resolve("none.csv"), "id"), "there is no file", "none.csv");
    refuses(() -> CsvTables.read(directory, "id"), directory.toString(), "is not a file");
  }

  @Test
  void quoteThatIsNeverClosedDoesNotSwallowPatients() {
    fails("id,note\na,\"x\nb,y\nc,z\n", "table.csv", "line 2");
  }

  @Test
  void textAfterAClosingQuoteIsRefusedWithItsLine() {
    fails("id,note\na,x\nb,\"y\"z\n", "table.csv", "line 3");
  }
}
