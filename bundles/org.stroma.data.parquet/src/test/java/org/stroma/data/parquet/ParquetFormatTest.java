/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** What is written is read again with the bits that it had. */
class ParquetFormatTest {
  @TempDir
  private Path folder;

  @Test
  void numbersKeepTheirBits() throws IOException {
    Path csv = Files.writeString(
        folder.resolve("t.csv"),
        "patient,os.risk,\"grade.probability.a, b\"\n\"p,1\",0.1,1.0E-300\np2,,0.30000000000000004\n");
    Path file = folder.resolve("t.parquet");
    ParquetFormat format = new ParquetFormat();
    format.write(csv, Set.of("patient")::contains, file);
    assertTrue(format.isTable(file, "patient"));
    assertFalse(format.isTable(file, "id"));
    assertFalse(format.isTable(csv, "patient"));
    ModalityData.Matrix read = (ModalityData.Matrix) new ParquetMatrixReader(
            Defaults.of(ParquetMatrixReader.Settings.class, Map.of("path", "t.parquet")))
        .read(new TestCohort(folder, null, "patient"));
    assertEquals(Set.of("p,1", "p2"), read.rows().keySet());
    assertEquals(0.1f, read.rows().get("p,1")[1]);
    assertTrue(Float.isNaN(read.rows().get("p2")[1]));
    ParquetTable.read(file, table -> {
      double[] values = new double[2];
      table.each(
          java.util.List.of(2),
          java.util.List.of((reader, row) -> values[row] = reader.getDouble()));
      assertEquals(1e-300, values[0]);
      assertEquals(0.1 + 0.2, values[1]);
      return null;
    });
  }
}
