/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.data.csv.Fixture.refuses;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;

class TableColumnsReaderTest {
  private static final String COHORT =
      "id,age,stage,sex\na,61,stage ii,f\nb,NA,stage i,m\nc,40,,\nd,,NA,null\n";
  private static final Map<String, ?> ALL = Map.of(
      "numeric",
      list("age"),
      "ordinal",
      list("stage=stage i|stage ii|stage iii"),
      "categorical",
      list("sex=f|m"));

  @TempDir
  Path directory;

  private static String[] list(String... values) {
    return values;
  }

  private Matrix read(String cohort, Map<String, ?> settings) {
    return (Matrix) new TableColumnsReader(Defaults.of(TableColumnsReader.Settings.class, settings))
        .read(Fixture.cohort(directory, cohort));
  }

  @Test
  void numbersRanksAndIndicatorsStandInTheOrderOfTheSettings() {
    Matrix m = read(COHORT, ALL);
    assertEquals(List.of("age", "stage", "sex=f", "sex=m"), m.features());
    assertArrayEquals(new float[] {61, 1, 1, 0}, m.rows().get("a"));
    assertArrayEquals(new float[] {Float.NaN, 0, 0, 1}, m.rows().get("b"));
  }

  @Test
  void missingLevelIsMissingInAllItsIndicators() {
    assertArrayEquals(
        new float[] {40, Float.NaN, Float.NaN, Float.NaN},
        read(COHORT, ALL).rows().get("c"));
  }

  @Test
  void patientWithoutAnyColumnLacksTheModality() {
    assertEquals(Set.of("a", "b", "c"), read(COHORT, ALL).patients());
  }

  @Test
  void levelsDoNotDependOnWhoIsInTheTable() {
    Matrix one = read("id,age,stage,sex\nz,50,stage iii,m\n", ALL);
    assertEquals(read(COHORT, ALL).features(), one.features());
    assertArrayEquals(new float[] {50, 2, 0, 1}, one.rows().get("z"));
  }

  @Test
  void unknownLevelIsRefusedWithThoseAllowed() {
    refuses(
        () -> read("id,age,stage,sex\na,1,stage iv,f\n", ALL),
        "cohort.csv",
        "patient a",
        "column stage",
        "\"stage iv\"",
        "stage i, stage ii, stage iii");
    refuses(
        () -> read("id,age,stage,sex\na,1,stage i,F\n", ALL),
        "patient a",
        "column sex",
        "\"F\"",
        "f, m");
  }

  @Test
  void textInANumericColumnIsRefused() {
    refuses(
        () -> read("id,age\na,1\nb,old\n", Map.of("numeric", list("age"))),
        "cohort.csv",
        "patient b",
        "column age",
        "\"old\"",
        "finite number");
    refuses(
        () -> read("id,age\nb,Infinity\n", Map.of("numeric", list("age"))),
        "patient b",
        "column age");
  }

  @Test
  void columnThatIsNotThereIsAnsweredWithThoseThatAre() {
    refuses(
        () -> read(COHORT, Map.of("numeric", list("weight"))),
        "cohort.csv",
        "\"weight\"",
        "id, age, stage, sex");
    refuses(() -> read(COHORT, Map.of("ordinal", list("weight=a|b"))), "\"weight\"");
    refuses(() -> read(COHORT, Map.of("categorical", list("weight=a|b"))), "\"weight\"");
  }

  @Test
  void anotherTableIsReadInsteadOfTheCohorts() {
    Fixture.file(directory, "other.csv", "id,age\nq,7\n");
    Matrix m = read(COHORT, Map.of("numeric", list("age"), "path", "other.csv"));
    assertEquals(Set.of("q"), m.patients());
  }

  @Test
  void levelsMayHoldAnEqualsSign() {
    Matrix m = read("id,size\na,<=2\nb,>2\n", Map.of("ordinal", list("size=<=2|>2")));
    assertArrayEquals(new float[] {0}, m.rows().get("a"));
    assertArrayEquals(new float[] {1}, m.rows().get("b"));
  }

  @Test
  void settingsWithoutSenseAreRefused() {
    settingsRefused(Map.of(), "names no column");
    for (String bad : List.of("stage", "stage=", "stage=a", "stage=a|", "stage=a|a", "=a|b")) {
      settingsRefused(Map.of("ordinal", list(bad)), "ordinal is \"" + bad + "\"");
      settingsRefused(Map.of("categorical", list(bad)), "categorical is \"" + bad + "\"");
    }
    settingsRefused(
        Map.of("numeric", list("stage"), "ordinal", list("stage=a|b")), "\"stage\" twice");
  }

  private static void settingsRefused(Map<String, ?> settings, String words) {
    String message = assertThrows(
            IllegalArgumentException.class,
            () -> new TableColumnsReader(Defaults.of(TableColumnsReader.Settings.class, settings)))
        .getMessage();
    assertTrue(message.contains(words), message);
  }
}
