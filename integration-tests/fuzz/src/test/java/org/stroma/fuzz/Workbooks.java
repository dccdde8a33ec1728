/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.stroma.data.csv.CsvTables;

/** Tables in Excel workbooks, whose parts are changed one by one. */
final class Workbooks {
  private static final String FORMATS = "http://schemas.openxmlformats.org/";
  private static final String SHEET =
      """
      <worksheet xmlns="%1$sspreadsheetml/2006/main"><sheetData>
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>A1</t></is></c><c r="C1" t="s"><v>1</v></c></row>
      <row r="2"><c r="A2" t="str"><f>"P"&amp;1</f><v>P1</v></c><c r="B2"><v>1.5E-3</v></c><c r="C2" s="1"><v>45443.25</v></c></row>
      <row r="4"><c r="A4" t="inlineStr"><is><t>P2</t></is></c><c r="B4"><f t="shared" ref="B4:B5" si="0">1+1</f><v>2</v></c><c r="C4" t="e"><v>#N/A</v></c></row>
      <row r="5"><c r="A5"><v>3</v></c><c r="B5"><f t="shared" si="0"/><v>2</v></c><c r="C5" t="b"><v>1</v></c></row>
      </sheetData></worksheet>
      """;

  private Workbooks() {}

  private static Zips.Entry part(String name, String xml) {
    return new Zips.Entry(name, xml.formatted(FORMATS).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] workbook() {
    List<Zips.Entry> parts = new ArrayList<>();
    parts.add(
        part(
            "[Content_Types].xml",
            """
        <Types xmlns="%1$spackage/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
        <Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
        <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>
        """));
    parts.add(
        part(
            "xl/workbook.xml",
            """
        <workbook xmlns="%1$sspreadsheetml/2006/main" xmlns:r="%1$sofficeDocument/2006/relationships"><workbookPr date1904="0"/>
        <sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>
        """));
    parts.add(
        part(
            "xl/_rels/workbook.xml.rels",
            """
        <Relationships xmlns="%1$spackage/2006/relationships"><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>
        """));
    parts.add(part("xl/worksheets/sheet1.xml", SHEET));
    parts.add(
        part(
            "xl/sharedStrings.xml",
            """
        <sst xmlns="%1$sspreadsheetml/2006/main"><si><t>id</t></si><si><r><t>B</t></r><r><t>2</t></r></si></sst>
        """));
    parts.add(
        part(
            "xl/styles.xml",
            """
        <styleSheet xmlns="%1$sspreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>
        """));
    return Zips.write(parts);
  }

  static Reading reading() {
    return Readings.of("workbook", 60, List.of(Sample.of("input.xlsx", workbook())), folder -> {
      CsvTables.read(folder.resolve("input.xlsx"), "id");
    });
  }
}
