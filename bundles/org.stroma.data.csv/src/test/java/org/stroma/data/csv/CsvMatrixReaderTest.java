/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.stroma.data.csv.Fixture.refuses;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;

class CsvMatrixReaderTest {
  @TempDir
  Path directory;

  private Matrix read(String text, Map<String, ?> settings) {
    var context = Fixture.cohort(directory, "id,age\na,1\n");
    Fixture.file(directory, "m.csv", text);
    Map<String, Object> all = new java.util.HashMap<>(settings);
    all.putIfAbsent("path", "m.csv");
    return (Matrix)
        new CsvMatrixReader(Defaults.of(CsvMatrixReader.Settings.class, all)).read(context);
  }

  private Matrix read(String text) {
    return read(text, Map.of());
  }

  private Matrix inColumns(String text) {
    return read(text, Map.of("orientation", "patients-in-columns"));
  }

  @Test
  void rowsAreTheNumbersOfTheFile() {
    Matrix m = read("id,TP53,RB1\na,1.5,-2e3\nb,0,.25\n");
    assertEquals(List.of("RB1", "TP53"), m.features());
    assertArrayEquals(new float[] {-2000, 1.5f}, m.rows().get("a"));
    assertArrayEquals(new float[] {0.25f, 0}, m.rows().get("b"));
  }

  @Test
  void columnsGiveTheSameMatrixAsRows() {
    Matrix m = inColumns("gene,a,b\nTP53,1.5,0\nRB1,-2e3,.25\n");
    assertEquals(List.of("RB1", "TP53"), m.features());
    assertArrayEquals(new float[] {-2000, 1.5f}, m.rows().get("a"));
    assertArrayEquals(new float[] {0.25f, 0}, m.rows().get("b"));
  }

  @Test
  void idsStandInTheCohortsColumnElseInTheFirstElseWhereToldTo() {
    assertEquals(Set.of("a"), read("x,id,y\n1,a,2\n").patients());
    assertEquals(Set.of("a"), read(",x\na,2\n").patients());
    assertEquals(Set.of("2"), read("x,id\n2,7\n", Map.of("id", "x")).patients());
    refuses(() -> read("x,id\n2,7\n", Map.of("id", "case")), "no column \"case\"", "x, id");
  }

  @Test
  void missingCellsAreNaN() {
    Matrix m = read("id,c1,c2,c3,c4,c5\na,,NA,NaN,null,1\n");
    assertArrayEquals(
        new float[] {Float.NaN, Float.NaN, Float.NaN, Float.NaN, 1}, m.rows().get("a"));
  }

  @Test
  void patientWithoutAnyValueLacksTheModality() {
    assertEquals(Set.of("b"), read("id,x,y\na,NA,\nb,NA,1\n").patients());
    assertEquals(Set.of("b"), inColumns("gene,a,b\nx,NA,NA\ny,,1\n").patients());
  }

  @Test
  void textIsRefusedWithItsPlace() {
    refuses(
        () -> read("id,TP53,RB1\na,1,2\nb,3,high\n"),
        "m.csv",
        "line 3",
        "patient b",
        "column RB1",
        "\"high\"",
        "finite number");
    refuses(
        () -> inColumns("gene,a,b\nTP53,1,2\nRB1,3,high\n"),
        "m.csv",
        "line 3",
        "feature RB1",
        "column b",
        "\"high\"",
        "finite number");
    for (String text : List.of("0x10", "1f", "1 2", "+", "\"1,5\"")) {
      refuses(
          () -> read("id,TP53\na," + text + "\n"), "line 2", "column TP53", text.replace("\"", ""));
    }
  }

  @Test
  void infinityIsRefused() {
    for (String text : List.of("Infinity", "-inf", "1e39")) {
      refuses(
          () -> read("id,TP53\na," + text + "\n"), "line 2", "column TP53", text, "finite number");
    }
  }

  @Test
  void fileWithoutFeaturesOrPatientsIsRefused() {
    refuses(() -> read("id\na\n"), "m.csv", "no features");
    refuses(() -> read("id,x\n"), "m.csv", "no patients");
    refuses(() -> inColumns("gene\nTP53\n"), "m.csv", "no patients");
    refuses(() -> inColumns("gene,a\n"), "m.csv", "no features");
  }

  @Test
  void rowNumbersDoNotPassForAFeature() {
    refuses(() -> read(",id,TP53\n0,a,1\n"), "m.csv", "column 1 has no name");
  }

  @Test
  void namesStandOnce() {
    refuses(() -> read("id,x\na,1\nb,2\na,3\n"), "patient a", "line 2", "line 4");
    refuses(() -> read("id,x,x\na,1,2\n"), "columns 2 and 3", "\"x\"");
    refuses(() -> inColumns("gene,a\nx,1\ny,2\nx,3\n"), "feature x", "line 2", "line 4");
    refuses(() -> inColumns("gene,a,a\nx,1,2\n"), "columns 2 and 3", "\"a\"");
    refuses(() -> inColumns("gene,a\nx,1\n,2\n"), "line 3", "no feature name", "column gene");
    refuses(() -> read(",x\na,1\n,2\n"), "line 3", "no patient id", "column 1");
  }
}
