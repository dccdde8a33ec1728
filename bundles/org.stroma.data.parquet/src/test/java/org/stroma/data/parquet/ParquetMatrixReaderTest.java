/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

/** Files that pyarrow, pandas, Polars and DuckDB wrote, as {@code fixtures.py} tells. */
class ParquetMatrixReaderTest {
  private static final Path FILES = Path.of("src", "test", "resources", "parquet");

  @TempDir
  private Path folder;

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.reader(ParquetMatrixReader::new, ParquetMatrixReader.Settings.class)
        .with("path", "pandas.parquet")
        .reads(() -> new TestCohort(FILES, null, "id"))
        .tests();
  }

  private static ModalityData.Matrix read(
      Path folder, String file, String id, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(Map.of("path", file));
    settings.putAll(more);
    return (ModalityData.Matrix)
        new ParquetMatrixReader(Defaults.of(ParquetMatrixReader.Settings.class, settings))
            .read(new TestCohort(folder, null, id));
  }

  private static ModalityData.Matrix read(String file, Map<String, ?> more) {
    return read(FILES, file, "PATIENT_ID", more);
  }

  private static String refusal(Path folder, String file, Map<String, ?> more) {
    DataException e =
        assertThrows(DataException.class, () -> read(folder, file, "PATIENT_ID", more));
    return String.join("\n", e.sentences());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pandas", "unnamed", "rows", "polars", "duckdb", "none", "lz4", "second"})
  void whoeverWroteItTheMatrixIsTheSame(String file) {
    ModalityData.Matrix read = read(file + ".parquet", Map.of());
    assertEquals(List.of("EGFR", "KRAS", "TP53"), read.features(), "by name");
    assertEquals(List.of("p1", "p2", "p3"), List.copyOf(read.rows().keySet()));
    assertArrayEquals(new float[] {2, 0, Float.NaN}, read.rows().get("p1"));
    assertArrayEquals(new float[] {3, 1, 0.25f}, read.rows().get("p2"));
    assertArrayEquals(new float[] {1, 1, 3.5f}, read.rows().get("p3"));
  }

  @Test
  void patientsMayBeColumns() {
    ModalityData.Matrix genes = read("genes.parquet", Map.of("orientation", "patients-in-columns"));
    ModalityData.Matrix rows = read("pandas.parquet", Map.of());
    assertEquals(rows.features(), genes.features());
    assertEquals(rows.rows().keySet(), genes.rows().keySet());
    rows.rows().forEach((p, row) -> assertArrayEquals(row, genes.rows().get(p), p));
  }

  @Test
  void theIndexOfPandasIsNoFeature() {
    ModalityData.Matrix read = read("unnamed.parquet", Map.of("id", "EGFR"));
    assertEquals(List.of("KRAS", "TP53"), read.features());
    assertEquals(List.of("1", "2", "3"), List.copyOf(read.rows().keySet()));
  }

  @ParameterizedTest
  @CsvSource({"types.parquet", "decimals.parquet"})
  void numbersOfAllTypesAreRead(String file) {
    ModalityData.Matrix read = read(file, Map.of());
    List<String> names = read.features();
    Map<String, float[]> expected = Map.of(
        "half", new float[] {-1.5f, 0x1p-24f},
        "single", new float[] {1.1f, Float.NaN},
        "double", new float[] {1.1f, Float.NaN},
        "byte", new float[] {-128, 127},
        "unsigned32", new float[] {4294967295f, 0},
        "unsigned64", new float[] {0x1p64f, 1},
        "decimal", new float[] {12.25f, -0.5f},
        "truth", new float[] {1, 0});
    assertEquals(expected.keySet(), java.util.Set.copyOf(names));
    expected.forEach((name, values) -> {
      int at = names.indexOf(name);
      assertEquals(values[0], read.rows().get("12")[at], name);
      assertEquals(values[1], read.rows().get("7")[at], name);
    });
  }

  @Test
  void columnsWithoutNumbersAreNamed() {
    String message = refusal(FILES, "bad.parquet", Map.of());
    assertTrue(message.contains("column \"text\" holds texts; a matrix holds numbers"), message);
    assertTrue(message.contains("column \"day\" holds values of type date"), message);
    assertTrue(message.contains("column \"when\" holds values of type timestamp"), message);
    assertTrue(message.contains("column \"list\" holds lists or records"), message);
    assertEquals(4, message.lines().count());
    assertTrue(refusal(FILES, "bad.parquet", Map.of("id", "ok"))
        .contains("column \"ok\" holds values of type double; names are texts or whole numbers"));
    assertTrue(refusal(FILES, "bad.parquet", Map.of("id", "no"))
        .contains("has no column \"no\"; it has id, text, day, when, list, ok"));
  }

  @Test
  void rowsThatCannotBeUsedAreNamed() {
    String message = refusal(FILES, "values.parquet", Map.of());
    assertTrue(message.contains("row 1, column \"x\" holds 1.0E39"), message);
    assertTrue(message.contains("row 3, column \"x\" holds Infinity"), message);
    assertTrue(message.contains("rows 1 and 3 have both the patient id a"), message);
    assertTrue(message.contains("row 4 has no patient id in column \"id\""), message);
    assertEquals(4, message.lines().count());
  }

  @Test
  void filesThatAreNotReadSayWhy() throws IOException {
    assertTrue(refusal(FILES, "brotli.parquet", Map.of()).contains("is packed by BROTLI"));
    assertTrue(assertThrows(AbsentDataException.class, () -> read("empty.parquet", Map.of()))
        .getMessage()
        .contains("holds 0 rows"));
    assertThrows(AbsentDataException.class, () -> read("nothing.parquet", Map.of()));
    Files.writeString(folder.resolve("t.csv"), "id,x\na,1\n");
    assertTrue(refusal(folder, "t.csv", Map.of()).contains("does not begin with PAR1"));
    Files.createDirectory(folder.resolve("set"));
    assertTrue(refusal(folder, "set", Map.of()).contains("is a folder"));
    byte[] whole = Files.readAllBytes(FILES.resolve("pandas.parquet"));
    Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 9));
    assertTrue(refusal(folder, "cut.parquet", Map.of()).contains("is damaged"));
  }

  /** Its pages have check sums; the headers of pages are not under them. */
  @Test
  void noByteOfAPageIsReadAsAnother() throws IOException {
    byte[] bytes = Files.readAllBytes(FILES.resolve("second.parquet"));
    Map<String, float[]> right = read("second.parquet", Map.of()).rows();
    int end = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    int refused = 0;
    for (int at = 4; at < bytes.length - 8 - end; at++) {
      bytes[at] ^= 1;
      Files.write(folder.resolve("changed.parquet"), bytes);
      bytes[at] ^= 1;
      try {
        Map<String, float[]> rows =
            read(folder, "changed.parquet", "PATIENT_ID", Map.of()).rows();
        assertEquals(right.keySet(), rows.keySet(), "byte " + at);
        right.forEach((p, row) -> assertArrayEquals(row, rows.get(p)));
      } catch (DataException e) {
        refused++;
      }
    }
    assertTrue(refused > 100, refused + " refused");
  }
}
