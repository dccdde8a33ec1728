/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.data.csv.Fixture.refuses;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.ModalityData.Texts;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** What real people's tables bring: the same for all readers of tables. */
class HabitsTest {
  @TempDir
  Path directory;

  private final List<String> notes = new ArrayList<>();

  private Matrix matrix(String text, String... settings) {
    Fixture.file(directory, "m.csv", text);
    Map<String, Object> all = new HashMap<>(Map.of("path", "m.csv"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    TestCohort context = new TestCohort(directory, null, "id");
    Matrix matrix = (Matrix)
        new CsvMatrixReader(Defaults.of(CsvMatrixReader.Settings.class, all)).read(context);
    notes.addAll(context.notes());
    return matrix;
  }

  private Matrix inColumns(String text) {
    return matrix(text, "orientation", "patients-in-columns");
  }

  private Matrix columns(String cohort, Map<String, ?> settings) {
    return (Matrix) new TableColumnsReader(Defaults.of(TableColumnsReader.Settings.class, settings))
        .read(Fixture.cohort(directory, cohort));
  }

  private Texts texts(String cohort) {
    return (Texts)
        new TextColumnReader(Defaults.of(TextColumnReader.Settings.class, Map.of("column", "note")))
            .read(Fixture.cohort(directory, cohort));
  }

  private static String[] list(String... values) {
    return values;
  }

  private static List<String> sentences(Executable reading) {
    return assertThrows(DataException.class, reading).sentences();
  }

  // ---------------------------------------------------------------- missing marks

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "NA",
        "na",
        "N/A",
        "n/a",
        "n.a.",
        "NaN",
        "nan",
        "-nan",
        "NaT",
        "null",
        "NULL",
        "<NA>",
        ".",
        "?",
        "-",
        "--",
        "'--",
        "#N/A",
        "#VALUE!",
        "#REF!",
        "#DIV/0!",
        "#NUM!",
        "#NAME?",
        "missing",
        "Unknown",
        "not available",
        "Not Reported",
        "[Not Available]",
        "[Not Applicable]",
        "[Not Evaluated]",
        "[Unknown]",
        "[Discrepancy]",
        "[Completed]",
        "[Pending]"
      })
  void markOfAMissingValueIsOneInEveryReader(String mark) {
    assertTrue(Float.isNaN(matrix("id;x;y\na;" + mark + ";1\n").rows().get("a")[0]));
    assertTrue(Float.isNaN(inColumns("gene;a\nx;" + mark + "\ny;1\n").rows().get("a")[0]));
    String cohort =
        "id;age;stage;sex;note\na;1;i;f;text\nb;" + (mark + ";").repeat(3) + mark + "\n";
    Matrix m = columns(
        cohort,
        Map.of(
            "numeric", list("age"), "ordinal", list("stage=i|ii"), "categorical", list("sex=f|m")));
    assertEquals(Set.of("a"), m.patients());
    assertEquals(Set.of("a"), texts(cohort).patients());
  }

  @Test
  void levelThatIsDeclaredWinsOverTheList() {
    Matrix m = columns(
        "id,smoker,grade\na,Unknown,-\nb,yes,i\nc,NA,NA\n",
        Map.of("categorical", list("smoker=yes|no|Unknown"), "ordinal", list("grade=-|i")));
    assertEquals(Set.of("a", "b"), m.patients(), "NA is not declared");
    assertEquals(List.of(0f, 0f, 0f, 1f), floats(m.rows().get("a")));
  }

  private static List<Float> floats(float[] row) {
    List<Float> all = new ArrayList<>();
    for (float x : row) {
      all.add(x);
    }
    return all;
  }

  @Test
  void markOfAMissingValueIsNoPatient() {
    refuses(() -> matrix("id,x\na,1\nNA,2\n"), "line 3 has no patient id", "\"NA\"");
    refuses(() -> inColumns("gene,a,NA\nx,1,2\n"), "a column is named \"NA\"", "patient's id");
  }

  // ---------------------------------------------------------------- faults, all at once

  @Test
  void allBadCellsAreToldAtOnce() {
    assertEquals(
        List.of(
            "line 2 (patient a), column TP53 holds \"1,5\"; it has to be a finite number, or empty where the value is missing"
                + " (a decimal comma: write 1.5 for 1,5)",
            "line 3 (patient b), column RB1 holds \"high\"; it has to be a finite number, or empty where the value is missing",
            "line 4 has 2 cells; it has to have as many as the header, 3",
            "line 5 (patient c), column TP53 holds \"1e39\"; it has to be a finite number, or empty where the value is missing"
                + " (too large: numbers are kept in 32 bits, up to 3.4e38)",
            "patient b stands on line 3 and on line 6; there has to be one row a patient"),
        sentences(() -> matrix("id;TP53;RB1\na;1,5;2\nb;1;high\nx;1\nc;1e39;0\nb;1;2\n")).stream()
            .map(s -> s.substring(s.indexOf("m.csv: ") + 7))
            .toList());
    List<String> turned = sentences(() -> inColumns("gene;a;b\nTP53;1,5;2\nRB1;0x10;1e400\n"));
    assertEquals(3, turned.size());
    assertTrue(
        turned.get(2).contains("line 3 (feature RB1), column b holds \"1e400\""), turned.get(2));
    List<String> table = sentences(() -> columns(
        "id,age,stage\na,old,i\nb,1,iii\n",
        Map.of("numeric", list("age"), "ordinal", list("stage=i|ii"))));
    assertEquals(2, table.size());
    assertTrue(
        table.get(0).contains("cohort.csv: line 2 (patient a), column age holds \"old\""),
        table.get(0));
    assertTrue(
        table
            .get(1)
            .contains(
                "line 3 (patient b), column stage holds \"iii\"; the levels declared are i, ii"),
        table.get(1));
  }

  @Test
  void twentyFaultsAreToldAndTheOthersCounted() {
    StringBuilder text = new StringBuilder("id;x;y\n");
    for (int i = 0; i < 30; i++) {
      text.append('p').append(i).append(";0,5;1,5\n");
    }
    DataException e = assertThrows(DataException.class, () -> matrix(text.toString()));
    assertEquals(20, e.sentences().size());
    assertEquals(60, e.count());
    assertTrue(e.getMessage().endsWith("and 40 more like these"), e.getMessage());
    StringBuilder header = new StringBuilder("id");
    for (int i = 0; i < 40; i++) {
      header.append(";g").append(i);
    }
    assertEquals(
        40,
        assertThrows(DataException.class, () -> matrix(header + "\na" + ";0,5".repeat(40) + "\n"))
            .count());
  }

  // ---------------------------------------------------------------- thousands

  @Test
  void pointsThatSeparateThousandsAreRefused() {
    String days = "id;days;age\na;1.477;50\nb;987;51\nc;2.485;52\nd;252;53\n";
    String[] words = {
      "holds 1.477 beside 987", "separator of thousands", "write 1477 for 1.477", "987.000"
    };
    refuses(() -> matrix(days), words);
    refuses(() -> matrix(days), "m.csv: column days");
    refuses(
        () -> inColumns("x;a;b;c;d\nage;50;51;52;53\ndays;1.477;987;2.485;252\n"),
        "m.csv: line 3 (feature days)",
        words[0]);
    refuses(
        () -> columns(days, Map.of("numeric", list("age", "days"))),
        "cohort.csv: column days",
        words[0]);
    columns(days, Map.of("numeric", list("age"))); // nobody reads the days
    matrix("id;x;y\na;1.585;0.5\nb;2;1.25\nc;2.322;3\n"); // logarithms
  }

  // ---------------------------------------------------------------- what is not there

  @Test
  void modalityThatIsNotThereAtAllIsAbsent() {
    for (String empty : List.of("", "id,x\n", "id\na\n")) {
      assertThrows(AbsentDataException.class, () -> matrix(empty), empty);
      assertThrows(AbsentDataException.class, () -> inColumns(empty), empty);
    }
    assertThrows(AbsentDataException.class, () -> matrix("id,x\n", "path", "none.csv"));
    assertThrows(AbsentDataException.class, () -> texts("id,x\na,1\n"));
    assertThrows(
        AbsentDataException.class,
        () ->
            columns("id,x\na,1\n", Map.of("numeric", list("age"), "categorical", list("sex=f|m"))));
  }

  @Test
  void columnThatIsNotThereBesideOthersIsAFault() {
    DataException e = assertThrows(
        DataException.class,
        () -> columns(
            "id,age\na,1\n",
            Map.of("numeric", list("age", "weight"), "categorical", list("sex=f|m"))));
    assertFalse(e instanceof AbsentDataException);
    assertTrue(
        e.getMessage().contains("no column \"weight\" and no column \"sex\""), e.getMessage());
    assertFalse(
        assertThrows(DataException.class, () -> matrix("id,x\na,high\n"))
            instanceof AbsentDataException);
    assertFalse(
        assertThrows(DataException.class, () -> matrix("id,x\na,1,2\n"))
            instanceof AbsentDataException);
  }

  // ---------------------------------------------------------------- names

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1-Mar",
        "2-Sep",
        "15-Sep",
        "01-Dec",
        "Mar-01",
        "Sep-2001",
        "2001-03-01",
        "2023-09-02 00:00:00",
        "3/1/2001",
        "01.03.2001",
        "1. Mrz",
        "01. Dez",
        "2-sept",
        "1-Okt",
        "2.31E+13",
        "5E+10"
      })
  void genesThatExcelTurnedIntoDatesAreTold(String name) {
    matrix("id;TP53;" + name + "\na;1;2\n");
    inColumns("gene;a\nTP53;1\n" + name + ";2\n");
    assertEquals(2, notes.size());
    for (String note : notes) {
      assertTrue(
          note.contains(
                  "m.csv: the name of a feature looks like genes that Excel turned into dates")
              && note.endsWith(": " + name),
          note);
    }
    refuses(
        () -> matrix("id;" + name + ";x;" + name + "\na;1;2;3\n"),
        "columns 2 and 4",
        "\"" + name + "\"",
        "Excel");
    refuses(
        () -> inColumns("gene;a\n" + name + ";1\n" + name + ";2\n"),
        "feature " + name,
        "line 2 and on line 3",
        "Excel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MARCH1",
        "SEPT2",
        "DEC1",
        "TP53",
        "HLA-A",
        "NKX2-1",
        "MAR1",
        "hsa-mir-21",
        "ENSG00000141510.11",
        "TP53|7157",
        "17q12",
        "x1-Mar-2",
        "E2F1"
      })
  void otherGenesAreNot(String name) {
    matrix("id;" + name + "\na;2\n");
    assertEquals(List.of(), notes);
  }

  @Test
  void namesThatStandTwiceAreAllRefused() {
    assertEquals(2, sentences(() -> matrix("id,x,y,x,z,y\na,1,2,3,4,5\n")).size());
    refuses(() -> matrix("id,x, x \na,1,2\n"), "columns 2 and 3 are both named \"x\"");
    refuses(() -> inColumns("gene,a,b,a\nx,1,2,3\n"), "columns 2 and 4 are both named \"a\"");
  }

  // ---------------------------------------------------------------- order

  @Test
  void orderOfRowsAndColumnsMeansNothing() {
    Random random = new Random(4);
    int patients = 45;
    int genes = 2100; // more than a piece of FeatureRows
    float[][] values = new float[patients][genes];
    List<Integer> rows = new ArrayList<>();
    List<Integer> columns = new ArrayList<>();
    for (int p = 0; p < patients; p++) {
      rows.add(p);
      for (int g = 0; g < genes; g++) {
        values[p][g] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
    }
    for (int g = 0; g < genes; g++) {
      columns.add(g);
    }
    Matrix first = matrix(table(values, rows, columns, false));
    for (int i = 0; i < 3; i++) {
      same(first, inColumns(table(values, rows, columns, true)));
      Collections.shuffle(rows, random);
      Collections.shuffle(columns, random);
      same(first, matrix(table(values, rows, columns, false)));
    }
    assertEquals(values[7][11], first.rows().get("p7")[first.features().indexOf("g11")]);
    assertEquals(new ArrayList<>(texts("id,note\nb,x\na,y\n").texts().keySet()), List.of("a", "b"));
    Matrix one = columns("id,age,x\nb,1,2\na,3,4\n", Map.of("numeric", list("x", "age")));
    assertEquals(List.of("a", "b"), List.copyOf(one.rows().keySet()));
    assertEquals(List.of("x", "age"), one.features(), "in the order of the settings");
  }

  private static String table(
      float[][] values, List<Integer> rows, List<Integer> columns, boolean inColumns) {
    StringBuilder text = new StringBuilder(inColumns ? "gene" : "id");
    (inColumns ? rows : columns)
        .forEach(c -> text.append(inColumns ? ",p" : ",g").append(c));
    for (int r : inColumns ? columns : rows) {
      text.append(inColumns ? "\ng" : "\np").append(r);
      for (int c : inColumns ? rows : columns) {
        text.append(',').append(inColumns ? values[c][r] : values[r][c]);
      }
    }
    return text.append('\n').toString();
  }

  private static void same(Matrix one, Matrix other) {
    assertEquals(one.features(), other.features());
    assertEquals(List.copyOf(one.rows().keySet()), List.copyOf(other.rows().keySet()));
    one.rows()
        .forEach((patient, row) -> assertEquals(floats(row), floats(other.rows().get(patient))));
  }

  // ---------------------------------------------------------------- memory

  @Test
  void tableThatDoesNotFitIsToldWithWhatItNeeds() {
    Path file = Fixture.file(directory, "large.csv", "id,x\n" + "p,1\n".repeat(200));
    long most = Runtime.getRuntime().maxMemory();
    for (long needed : new long[] {most, 5 * most, -1}) {
      TableScan scan = new TableScan(file) {
        private int rows;

        @Override
        void header(List<String> columns) {}

        @Override
        boolean nameless(int column) {
          return false;
        }

        @Override
        void cell(int column, char[] chars, int from, int length) {}

        @Override
        void row(long line) {
          if (++rows == 100 && needed < 0) {
            throw new OutOfMemoryError("Java heap space");
          }
        }

        @Override
        void forgetRow() {}

        @Override
        void forgetAll() {
          rows = 0;
        }

        @Override
        long needed(double share) {
          return needed;
        }
      };
      refuses(scan::read, "large.csv takes", "memory", "STROMA_JAVA_OPTS=-Xmx", "g, or more");
    }
  }
}
