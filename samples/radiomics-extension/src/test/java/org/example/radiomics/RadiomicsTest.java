/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example.radiomics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.ModalityInput;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.GraphBench;
import org.stroma.testkit.TestCohort;

class RadiomicsTest {
  @TempDir Path folder;

  private Matrix read(String text) throws IOException {
    Files.writeString(folder.resolve("r.csv"), text);
    var reader = new RadiomicsReader(Defaults.of(RadiomicsReader.Settings.class, Map.of("path", "r.csv")));
    return (Matrix) reader.read(new TestCohort(folder, null, "id"));
  }

  @Test
  void keepsFeaturesAndLeavesDiagnosticsOut() throws IOException {
    Matrix matrix = read("Patient,Image,diagnostics_Spacing,original_b,original_a\np1,i.nrrd,\"(1, 1)\",2.5,nan\n");
    assertEquals(List.of("original_b", "original_a"), matrix.features());
    assertArrayEquals(new float[] {2.5f, Float.NaN}, matrix.rows().get("p1"));
  }

  @Test
  void saysWhereACellIsNoNumber() {
    var e = assertThrows(DataException.class, () -> read("Patient,original_a\np1,1\np2,high\n"));
    assertTrue(e.getMessage().contains("line 3, column original_a holds \"high\""), e.getMessage());
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    try (GraphBench bench = new GraphBench(4)) {
      var x = bench.input(new float[] {1, -2, 0.5f, 3, 0, 1}, 2, 3);
      var encoder = new RadiomicsEncoder(Defaults.of(RadiomicsEncoder.Settings.class, Map.of("dropout", 0.0)));
      var output = encoder.encode(bench.training(), ModalityInput.vectors(x, bench.input(new float[] {1, 1}, 2))).embedding();
      bench.initialize(3);
      assertTrue(bench.gradientError(output, 1e-2f) < 0.02);
    }
  }
}
