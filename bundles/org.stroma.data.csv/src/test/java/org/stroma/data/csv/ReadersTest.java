/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

class ReadersTest {
  /** p2 has no value, no text, and a cell less. */
  private static final String TABLE =
      "id,age,stage,note\np1,61,II,large tumour\np2,,,\np3,48,I,small\n";

  @TestFactory
  Stream<DynamicTest> matricesKeepTheContract() throws IOException {
    file("matrix.csv", "id,A,B\np1,1,2.5\np2,-3e2,NA\np3,,\n");
    return PartContract.reader(CsvMatrixReader::new, CsvMatrixReader.Settings.class)
        .with("path", "matrix.csv")
        .reads(() -> new TestCohort(folder, null, "id"))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> columnsKeepTheContract() {
    return PartContract.reader(TableColumnsReader::new, TableColumnsReader.Settings.class)
        .with("numeric", new String[] {"age"})
        .with("categorical", new String[] {"stage=I|II"})
        .reads(() -> Fixture.cohort(folder, TABLE))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> textsKeepTheContract() {
    return PartContract.reader(TextColumnReader::new, TextColumnReader.Settings.class)
        .with("column", "note")
        .reads(() -> Fixture.cohort(folder, TABLE))
        .tests();
  }

  private static final float NONE = Float.NaN;

  @TempDir
  private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private ModalityData.Matrix matrix(String text, Map<String, ?> settings) throws IOException {
    file("m.csv", text);
    var all = new java.util.HashMap<String, Object>(settings);
    all.put("path", "m.csv");
    CsvMatrixReader reader = new CsvMatrixReader(Defaults.of(CsvMatrixReader.Settings.class, all));
    return (ModalityData.Matrix) reader.read(new TestCohort(folder, null, "id"));
  }

  private String refused(String text) {
    DataException e = assertThrows(DataException.class, () -> matrix(text, Map.of()));
    assertTrue(!e.getMessage().contains("\n"), e.getMessage());
    return e.getMessage();
  }

  @Test
  void readsAMatrix() throws IOException {
    ModalityData.Matrix m = matrix("id,A,B\np1,1,2.5\np2,-3e2,NA\np3,,\n", Map.of());
    assertEquals(List.of("A", "B"), m.features());
    assertEquals(Set.of("p1", "p2"), m.patients(), "p3 has no value and lacks the modality");
    assertArrayEquals(new float[] {1, 2.5f}, m.rows().get("p1"));
    assertArrayEquals(new float[] {-300, NONE}, m.rows().get("p2"));
  }

  @Test
  void readsPatientsInColumns() throws IOException {
    ModalityData.Matrix m =
        matrix("gene,p1,p2\nA,1,2\nB,3,4\n", Map.of("orientation", "patients-in-columns"));
    assertEquals(List.of("A", "B"), m.features());
    assertArrayEquals(new float[] {2, 4}, m.rows().get("p2"));
  }

  @Test
  void copesWithByteOrderMarksLineEndsQuotesAndTabs() throws IOException {
    ModalityData.Matrix m =
        matrix("\uFEFFid,\"A, quoted\nand broken\",B\r\n\"p1\",1,2\r\n", Map.of());
    assertEquals("A, quoted\nand broken", m.features().get(0));
    assertArrayEquals(new float[] {1, 2}, m.rows().get("p1"));
    assertArrayEquals(
        new float[] {1, 2}, matrix("id\tA\tB\np1\t1\t2\n", Map.of()).rows().get("p1"));
  }

  @Test
  void readsManyColumns() throws IOException {
    StringBuilder text = new StringBuilder("id");
    for (int i = 0; i < 50_000; i++) {
      text.append(",g").append(i);
    }
    text.append("\np1").append(",0.5".repeat(50_000)).append('\n');
    assertEquals(50_000, matrix(text.toString(), Map.of()).rows().get("p1").length);
  }

  @Test
  void badCellsAreNamed() {
    String message = refused("id,A,B\np1,1,2\np2,high,3\n");
    assertTrue(
        message.contains("line 3")
            && message.contains("p2")
            && message.contains("column A")
            && message.contains("\"high\"")
            && message.contains("finite number"),
        message);
    assertTrue(refused("id,A\np1,Infinity\n").contains("Infinity"));
    assertTrue(refused("id,A\np1,1f\n").contains("1f"));
    assertTrue(refused("id,A\np1,1e99\n").contains("1e99"));
  }

  @Test
  void readsATable() throws IOException {
    Table table = CsvTables.read(file("t.csv", "x,id\n1,p2\n,p1\n"), "id");
    assertEquals(List.of("p2", "p1"), List.copyOf(table.rows().keySet()));
    assertEquals("", table.rows().get("p1").get("x"));
  }

  private ModalityData.Matrix columns(Map<String, ?> settings) throws IOException {
    file("t.csv", "id,age,stage,sex\np1,50,ii,f\np2,,iii,m\np3,NA,,\n");
    return (ModalityData.Matrix)
        new TableColumnsReader(Defaults.of(TableColumnsReader.Settings.class, settings))
            .read(new TestCohort(folder, CsvTables.read(folder.resolve("t.csv"), "id"), "id"));
  }

  @Test
  void readsColumns() throws IOException {
    ModalityData.Matrix m = columns(Map.of(
        "numeric",
        new String[] {"age"},
        "ordinal",
        new String[] {"stage=i|ii|iii"},
        "categorical",
        new String[] {"sex=f|m"}));
    assertEquals(List.of("age", "stage", "sex=f", "sex=m"), m.features());
    assertArrayEquals(new float[] {50, 1, 1, 0}, m.rows().get("p1"));
    assertArrayEquals(new float[] {NONE, 2, 0, 1}, m.rows().get("p2"));
    assertEquals(Set.of("p1", "p2"), m.patients());
  }

  @Test
  void badLevelsAreNamed() {
    String message = assertThrows(
            DataException.class, () -> columns(Map.of("ordinal", new String[] {"stage=i|ii"})))
        .getMessage();
    assertTrue(
        message.contains("p2") && message.contains("\"iii\"") && message.contains("i, ii"),
        message);
    assertTrue(
        assertThrows(DataException.class, () -> columns(Map.of("numeric", new String[] {"sex"})))
            .getMessage()
            .contains("finite number"));
    assertTrue(
        assertThrows(DataException.class, () -> columns(Map.of("numeric", new String[] {"size"})))
            .getMessage()
            .contains("no column \"size\""));
    assertThrows(IllegalArgumentException.class, () -> columns(Map.of()));
    assertThrows(
        IllegalArgumentException.class, () -> columns(Map.of("ordinal", new String[] {"stage"})));
  }

  /** Fault 10, first half: a blank text is no text. */
  @Test
  void blankTextsAreMissing() throws IOException {
    file("t.csv", "id,note\np1,  a tumour \np2,   \np3,NA\np4,\n");
    ModalityData texts = new TextColumnReader(
            Defaults.of(TextColumnReader.Settings.class, Map.of("column", "note")))
        .read(new TestCohort(folder, CsvTables.read(folder.resolve("t.csv"), "id"), "id"));
    assertEquals(Map.of("p1", "a tumour"), ((ModalityData.Texts) texts).texts());
  }
}
