/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.data.csv.Fixture.refuses;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/** Tables as Excel in Europe, other encodings and packers leave them, and files that are no tables. */
class FilesTest {
  private static final String PLAIN =
      "id,zeit,ort\na,98.5,M\u00fcnchen\nb,1477.5,\"K\u00f6ln; Mitte, \u00c9vry\"\n";
  private static final List<String> CELLS = List.of(
      "id",
      "zeit",
      "ort",
      "a",
      "98.5",
      "M\u00fcnchen",
      "b",
      "1477.5",
      "K\u00f6ln; Mitte, \u00c9vry");

  @TempDir
  Path directory;

  private Path bytes(String name, byte[]... parts) {
    try {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (byte[] part : parts) {
        all.write(part);
      }
      return Files.write(directory.resolve(name), all.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void reads(Path file) {
    Table table = CsvTables.read(file, "id");
    List<String> cells = new ArrayList<>(table.columns());
    table.rows().values().forEach(row -> cells.addAll(row.values()));
    assertEquals(CELLS, cells);
  }

  private void reads(String text) {
    reads(bytes("t.csv", utf8(text)));
  }

  @Test
  void separatorIsThatOfTheHeader() {
    reads(PLAIN);
    String semicolons =
        "id;zeit;ort\na;98.5;M\u00fcnchen\nb;1477.5;\"K\u00f6ln; Mitte, \u00c9vry\"\n";
    reads(semicolons);
    reads(semicolons.replace("\n", "\r\n"));
    reads(semicolons.replace("\n", "\r"));
    reads("\n\n" + semicolons);
    reads("id\tzeit\tort\na\t98.5\tM\u00fcnchen\nb\t1477.5\tK\u00f6ln; Mitte, \u00c9vry\n");
    reads(bytes(
        "t.tsv",
        utf8("id\tzeit\tort\na\t98.5\tM\u00fcnchen\nb\t1477.5\tK\u00f6ln; Mitte, \u00c9vry\n")));
    reads(bytes("t.txt", utf8(semicolons)));
  }

  @Test
  void wherePunctuationStandsInNamesTheRowsDecide() {
    Table german =
        CsvTables.read(bytes("t.csv", utf8("id;alter, Jahre;ort\na;50;x, y\nb;51;z\n")), "id");
    assertEquals(List.of("id", "alter, Jahre", "ort"), german.columns());
    Table english =
        CsvTables.read(bytes("t.csv", utf8("id,stage;grade,site\na,1,x;y\nb,2,z\n")), "id");
    assertEquals(List.of("id", "stage;grade", "site"), english.columns());
    Table tabs = CsvTables.read(bytes("t.tsv", utf8("id\tage, years\na\t50\nb\t51\n")), "id");
    assertEquals(List.of("id", "age, years"), tabs.columns());
    Table lists = CsvTables.read(bytes("t.csv", utf8("id,slides\na,1;2\nb,3;4\n")), "id");
    assertEquals("1;2", lists.rows().get("a").get("slides"));
    // one row that is cut short does not turn the table round
    refuses(
        () -> CsvTables.read(bytes("t.csv", utf8("id;age, years;x\na;1;2\nb;1\nc;2;2\n")), "id"),
        "line 3 has 2 cells",
        "header, 3");
  }

  @Test
  void separatorOnALineOfItsOwnIsTaken() {
    reads(
        "sep=;\r\nid;zeit;ort\r\na;98.5;M\u00fcnchen\r\nb;1477.5;\"K\u00f6ln; Mitte, \u00c9vry\"\r\n");
    reads("\uFEFFsep=,\n" + PLAIN);
    reads(
        "\"sep=;\"\nid;zeit;ort\na;98.5;M\u00fcnchen\nb;1477.5;\"K\u00f6ln; Mitte, \u00c9vry\"\n");
    reads("sep=|\nid|zeit|ort\na|98.5|M\u00fcnchen\nb|1477.5|K\u00f6ln; Mitte, \u00c9vry\n");
    refuses(
        () -> CsvTables.read(bytes("t.csv", utf8("sep=;\nid;x\na;1\nb\n")), "id"),
        "line 4 has 1 cell;");
    assertThrows(
        AbsentDataException.class, () -> CsvTables.read(bytes("t.csv", utf8("sep=;\n")), "id"));
  }

  @Test
  void blankRowsAndColumnsAreNoRowsAndColumns() {
    String semicolons =
        "id;zeit;ort\na;98.5;M\u00fcnchen\nb;1477.5;\"K\u00f6ln; Mitte, \u00c9vry\"\n";
    reads(semicolons + ";;\n;;\n");
    reads(semicolons + "; ;\n \n;\n;;;;;\n");
    reads(semicolons.replace("\nb", "\n;;\nb"));
    assertEquals(
        1, CsvTables.read(bytes("t.csv", utf8("id;x;;\na;1;;\n")), "id").rows().size());
    refuses(
        () -> CsvTables.read(bytes("t.csv", utf8("id;x;;\na;1;;\nb;2;;7\n")), "id"),
        "column 4 has no name",
        "line 3",
        "\"7\"");
  }

  @Test
  void blanksAroundIdsNamesAndCellsAreNoPartOfThem() {
    reads(
        "\uFEFF id ,zeit\u00A0,\tort\n a , 98.5,M\u00fcnchen \nb\u00A0,1477.5\u202F,\"\u200BK\u00f6ln; Mitte, \u00c9vry\n\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-8"})
  void byteOrderMarkTellsTheEncoding(String name) {
    byte[] text = ("\uFEFF" + PLAIN).getBytes(Charset.forName(name));
    reads(bytes("t.csv", text));
    reads(bytes("t.csv.gz", gzip(text)));
  }

  @Test
  void gzipIsReadWhateverTheName() {
    reads(bytes("t.csv.gz", gzip(utf8(PLAIN))));
    reads(bytes("t.csv", gzip(utf8(PLAIN))));
    reads(bytes(
        "t.tsv.gz",
        gzip(utf8(
            "id\tzeit\tort\na\t98.5\tM\u00fcnchen\nb\t1477.5\tK\u00f6ln; Mitte, \u00c9vry\n"))));
    // as bgzip and cat make it
    reads(bytes("two.csv.gz", gzip(utf8(PLAIN.substring(0, 20))), gzip(utf8(PLAIN.substring(20)))));
  }

  @Test
  void damagedGzipIsRefused() {
    byte[] packed = gzip(utf8(PLAIN + "c,1,2\n".repeat(3000)));
    refuses(
        () -> CsvTables.read(bytes("cut.csv.gz", Arrays.copyOf(packed, packed.length / 2)), "id"),
        "cut.csv.gz is cut off",
        "copy");
    byte[] changed = packed.clone();
    for (int i = 14; i < 40; i++) {
      changed[i] = (byte) 0xFF;
    }
    refuses(
        () -> CsvTables.read(bytes("bad.csv.gz", changed), "id"), "bad.csv.gz is damaged", "gzip");
    refuses(
        () -> CsvTables.read(bytes("head.csv.gz", new byte[] {0x1F, (byte) 0x8B, 8}), "id"),
        "head.csv.gz is cut off");
    refuses(
        () -> CsvTables.read(bytes("twice.csv.gz", gzip(packed)), "id"), "packed by gzip twice");
    assertInstanceOf(
        AbsentDataException.class,
        assertThrows(
            RuntimeException.class,
            () -> CsvTables.read(bytes("t.csv.gz", gzip(new byte[0])), "id")));
  }

  @Test
  void windows1252IsNamedWithTheLineTheWordAndTheRemedy() {
    byte[] latin = "id;ort\na;Berlin\nb;M\u00fcnchen\n".getBytes(Charset.forName("windows-1252"));
    for (byte[] content : List.of(latin, gzip(latin))) {
      refuses(
          () -> CsvTables.read(bytes("t.csv", content), "id"),
          "line 3 is not in UTF-8",
          "\"M\u00fcnchen\"",
          "Windows-1252",
          "CSV UTF-8",
          "iconv -f WINDOWS-1252 -t UTF-8");
    }
    refuses(
        () -> CsvTables.read(
            bytes("t.csv", utf8("id,ort\na,M\u00fcnchen\nb,x\n"), new byte[] {
              'z', ',', (byte) 0x81, '\n'
            }),
            "id"),
        "line 4 is not in UTF-8",
        "CSV UTF-8");
    StringBuilder many = new StringBuilder("id,ort\n");
    for (int i = 0; i < 20_000; i++) {
      many.append('p').append(i).append(",Gr\u00f6\u00dfe\n");
    }
    refuses(
        () -> CsvTables.read(
            bytes(
                "t.csv", utf8(many.toString()), new byte[] {'z', ',', 'S', (byte) 0xFC, 'd', '\n'}),
            "id"),
        "line 20002 is not in UTF-8",
        "\"S\u00fcd\"");
  }

  private static byte[] zip(String entry) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(utf8(PLAIN));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private void noTable(String words, byte[] content) {
    refuses(() -> CsvTables.read(bytes("t.csv", content), "id"), "t.csv " + words);
    String message = assertThrows(
            RuntimeException.class, () -> CsvTables.read(directory.resolve("t.csv"), "id"))
        .getMessage();
    assertFalse(message.contains("not in UTF-8"), message);
  }

  private static byte[] raw(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsNoTextIsCalledByItsName() {
    noTable("is no Excel workbook that can be read, or is damaged", zip("[Content_Types].xml"));
    noTable(
        "is an Excel workbook",
        raw("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1" + "\0".repeat(600)));
    noTable("is a zip archive", zip("table.csv"));
    noTable("is a PDF", raw("%PDF-1.7\n%\u00E2\u00E3\u00CF\u00D3\n"));
    noTable("is a web page (HTML)", raw("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"));
    noTable("is a web page (HTML)", raw("<html lang=\"en\"><head>\n"));
    noTable(
        "is a pointer of Git LFS",
        raw("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"));
    noTable("is an HDF5 file", raw("\u0089HDF\r\n\u001A\n" + "\0".repeat(100)));
    noTable("is a Parquet file", raw("PAR1\u0015\u0004"));
    noTable("is packed by bzip2", raw("BZh91AY&SY\u0001\u0002"));
    noTable("is packed by xz", raw("\u00FD7zXZ\0\0\u0004"));
    noTable("is packed by Zstandard", raw("(\u00B5/\u00FD\u0004\0"));
    noTable("is JSON", raw("{\"samples\": []}"));
    noTable("is XML", raw("<?xml version=\"1.0\"?><a/>"));
    noTable("holds objects of R", gzip(raw("RDX3\nX\n\0\0\0\u0003")));
    noTable(
        "looks like UTF-16 without a byte order mark", PLAIN.getBytes(StandardCharsets.UTF_16LE));
    noTable(
        "looks like UTF-16 without a byte order mark", PLAIN.getBytes(StandardCharsets.UTF_16BE));
    noTable("holds bytes that no text has", raw("id,x\na,\0\n"));
    noTable("is an Excel workbook", gzip(zip("xl/workbook.xml")));
  }

  @Test
  void whatIsNotThereIsAbsent() {
    assertThrows(
        AbsentDataException.class, () -> CsvTables.read(directory.resolve("none.csv"), "id"));
    assertThrows(AbsentDataException.class, () -> CsvTables.read(bytes("t.csv"), "id"));
    assertThrows(
        AbsentDataException.class, () -> CsvTables.read(bytes("t.csv", utf8("\uFEFF")), "id"));
    assertThrows(
        AbsentDataException.class, () -> CsvTables.read(bytes("t.csv", utf8("\n,,\n \n")), "id"));
    assertThrows(
        AbsentDataException.class, () -> CsvTables.read(bytes("t.csv", utf8("id,x\n")), "id"));
  }

  @Test
  void quoteThatSwallowsALargeFileIsToldByItsLine() {
    StringBuilder text = new StringBuilder("id,note\na,x\nb,\"y\n");
    for (int i = 0; i < 2_500_000; i++) {
      text.append(i).append(",text\n");
    }
    refuses(
        () -> CsvTables.read(bytes("t.csv", utf8(text.toString())), "id"),
        "line 3 has a cell of more than 16777216 characters",
        "a quote that is never closed");
  }

  @Test
  void linesOfACellBelongToTheRowTheyStartIn() {
    Table table = CsvTables.read(bytes("t.csv", utf8("id,note\na,\"x\ny\"\n\nb,z\n")), "id");
    assertEquals("line 2 (patient a)", CsvTables.place(table, "a"));
    assertEquals("line 5 (patient b)", CsvTables.place(table, "b"));
    assertTrue(table.rows().get("a").equals(Map.of("id", "a", "note", "x\ny")));
  }

  /** A small file, once it is unpacked, may hold columns without end. */
  @Test
  void aLineOfCommasAloneIsRefused() {
    byte[] commas = new byte[5_000_001];
    java.util.Arrays.fill(commas, (byte) ',');
    Path file = bytes("bomb.csv.gz", gzip(commas));
    String message =
        assertThrows(DataException.class, () -> CsvTables.read(file, "id")).getMessage();
    assertTrue(message.contains("its first line has more than 5000000 cells"), message);
  }
}
