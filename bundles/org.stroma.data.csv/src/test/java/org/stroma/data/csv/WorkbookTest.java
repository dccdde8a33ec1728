/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Table;

/** Workbooks whose parts are written out here as Excel writes them (ECMA-376, part 1). */
class WorkbookTest {
  private static final String HEADER =
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>days</t></is></c></row>";

  @TempDir
  private Path folder;

  /** A workbook; sheets by name, one that begins with a point is hidden. */
  static byte[] workbook(Map<String, String> sheets, String properties) throws IOException {
    Path file = Files.createTempFile("stroma", ".xlsx");
    StringBuilder book = new StringBuilder();
    StringBuilder links = new StringBuilder();
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      int number = 0;
      put(
          zip,
          "[Content_Types].xml",
          "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
              + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
              + "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/>"
              + "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>");
      for (Map.Entry<String, String> sheet : sheets.entrySet()) {
        number++;
        book.append("<sheet name=\"" + sheet.getKey().replace(".", "") + "\" sheetId=\"" + number
            + "\" r:id=\"rId" + number + "\""
            + (sheet.getKey().startsWith(".") ? " state=\"hidden\"" : "") + "/>");
        links.append("<Relationship Id=\"rId" + number
            + "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet"
            + number + ".xml\"/>");
        put(
            zip,
            "xl/worksheets/sheet" + number + ".xml",
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
                + sheet.getValue() + "</sheetData></worksheet>");
      }
      put(
          zip,
          "_rels/.rels",
          "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
      put(
          zip,
          "xl/_rels/workbook.xml.rels",
          "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
              + links + "</Relationships>");
      put(
          zip,
          "xl/workbook.xml",
          "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
              + properties + "<sheets>" + book + "</sheets></workbook>");
      put(
          zip,
          "xl/sharedStrings.xml",
          "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>id</t></si><si><t>when</t></si><si><r><t>P</t></r><r><t>1, \"one\"</t></r></si><si><t>P2</t></si></sst>");
      put(
          zip,
          "xl/styles.xml",
          "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy;@\"/><numFmt numFmtId=\"165\" formatCode=\"0.0&quot; days&quot;\"/></numFmts>"
              + "<cellXfs count=\"5\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>");
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    OutputStream out = zip;
    out.write(("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n" + text)
        .getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("clinical.xlsx"), bytes);
  }

  private Path one(String rows) throws IOException {
    return file(workbook(Map.of("Data", rows), ""));
  }

  /** See fixtures.py: pandas writes by one of two libraries, which write what is missing each in its way. */
  @ParameterizedTest
  @ValueSource(strings = {"openpyxl", "xlsxwriter"})
  void whatPandasWritesIsRead(String engine) {
    Table table =
        CsvTables.read(Path.of("src", "test", "resources", "workbooks", engine + ".xlsx"), "id");
    assertEquals(List.of("id", "stage", "days", "age", "seen", "alive"), table.columns());
    assertEquals(
        Map.of("id", "P2", "stage", "", "days", "20", "age", "", "seen", "", "alive", "FALSE"),
        Map.copyOf(table.rows().get("P2")));
    assertEquals(
        Map.of(
            "id",
            "P1",
            "stage",
            "ii",
            "days",
            "10",
            "age",
            "50.5",
            "seen",
            "2020-02-29",
            "alive",
            "TRUE"),
        Map.copyOf(table.rows().get("P1")));
  }

  /** Where the table of texts is not there, columns have no names. */
  @Test
  void aWorkbookWithoutItsTextsIsRefused() throws IOException {
    Path file = one(HEADER + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c></row>");
    try (FileSystem zip = FileSystems.newFileSystem(file)) {
      Files.delete(zip.getPath("xl/sharedStrings.xml"));
    }
    assertTrue(refusal(file).contains("there is no column \"id\""), refusal(file));
  }

  private String refusal(Path file) {
    return assertThrows(DataException.class, () -> CsvTables.read(file, "id")).getMessage();
  }

  @Test
  void cellsAreReadAsTheyAreStoredAndDatesAsDates() throws IOException {
    Path file = one(
        HEADER
            + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" s=\"1\"><v>45443</v></c><c r=\"C2\" s=\"3\"><v>0.30000000000000004</v></c></row>"
            + "<row r=\"4\"><c r=\"A4\" t=\"s\"><v>3</v></c><c r=\"B4\" s=\"2\"><v>45443</v></c><c r=\"C4\"><f>1+1</f><v>2</v></c></row>"
            + "<row r=\"5\"><c r=\"A5\"><v>1007</v></c><c r=\"B5\" s=\"4\"><v>45443.5</v></c><c r=\"C5\" t=\"e\"><f>NA()</f><v>#N/A</v></c></row>"
            + "<row r=\"6\"><c r=\"A6\" t=\"str\"><f>\"P\"&amp;6</f><v>P6</v></c><c r=\"C6\" t=\"b\"><v>1</v></c></row>");
    var table = CsvTables.read(file, "id");
    assertEquals(List.of("id", "when", "days"), List.copyOf(table.columns()));
    assertEquals(
        Map.of("id", "P1, \"one\"", "when", "2024-05-31", "days", "0.30000000000000004"),
        Map.copyOf(table.rows().get("P1, \"one\"")));
    assertEquals("2024-05-31", table.rows().get("P2").get("when"));
    assertEquals("2", table.rows().get("P2").get("days"), "of a formula the result that was saved");
    assertEquals("2024-05-31T12:00:00", table.rows().get("1007").get("when"));
    assertTrue(MissingValues.contains(table.rows().get("1007").get("days")));
    assertEquals("#N/A", table.rows().get("1007").get("days"));
    assertEquals("", table.rows().get("P6").get("when"));
    assertEquals("TRUE", table.rows().get("P6").get("days"));
    assertEquals(
        "line 4 (patient P2)", CsvTables.place(table, "P2"), "a line is a row of the sheet");
  }

  @Test
  void datesOfOldMacintoshWorkbooksCountFrom1904() throws IOException {
    String row =
        "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\" s=\"1\"><v>43981</v></c></row>";
    Path file = file(workbook(Map.of("Data", HEADER + row), "<workbookPr date1904=\"1\"/>"));
    assertEquals("2024-05-31", CsvTables.read(file, "id").rows().get("P2").get("when"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<c r=\"C2\"><f>A1*2</f></c> | cell C2 holds a formula, A1*2, whose result was not saved; open the workbook in Excel and save it",
        "<c r=\"ZZZZZZZ2\"><v>1</v></c> | clinical.xlsx"
      })
  void whatCannotBeToldForSureIsRefused(String cell, String sentence) throws IOException {
    Path file = one(HEADER + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c>" + cell + "</row>");
    String message = refusal(file);
    assertTrue(message.startsWith(file.toString()), message);
    assertTrue(message.contains(sentence), message);
  }

  @Test
  void severalSheetsAreRefusedAndHiddenOrEmptyOnesLeftAlone() throws IOException {
    String rows = HEADER + "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c></row>";
    Map<String, String> sheets = new LinkedHashMap<>();
    sheets.put("Empty", "");
    sheets.put("Data", rows);
    sheets.put(".Legend", "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    assertEquals(
        List.of("P2"),
        List.copyOf(CsvTables.read(file(workbook(sheets, "")), "id").rows().keySet()));
    sheets.put("Sheet4", rows);
    String message = refusal(file(workbook(sheets, "")));
    assertTrue(message.contains(" holds 2 sheets, Data, Sheet4; a table is one sheet: "), message);
  }

  @Test
  void aWorkbookIsAMatrixOfNumbersToo() throws IOException {
    Path file = one(
        "<row r=\"1\"><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\"><v>-1.5E-3</v></c></row>");
    var matrix = new MatrixScan(file, false, "", "id").matrix(note -> {});
    assertEquals(List.of("when"), matrix.features());
    assertEquals(-1.5e-3f, matrix.rows().get("P2")[0]);
  }

  @Test
  void damagedWorkbooksAreRefused() throws IOException {
    byte[] bytes = workbook(Map.of("Data", HEADER), "");
    byte[] cut = java.util.Arrays.copyOf(bytes, bytes.length / 2);
    assertTrue(
        refusal(file(cut)).contains(" is no Excel workbook that can be read, or is damaged"));
    Path bomb = one("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + "x".repeat(40_000_000)
        + "</t></is></c></row>");
    assertTrue(refusal(bomb).startsWith(bomb.toString()));
  }
}
