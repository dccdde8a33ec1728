/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example.radiomics;

import static org.junit.jupiter.api.Assertions.*;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

class RadiomicsTest {
  @TempDir
  Path folder;

  @TestFactory
  Stream<DynamicTest> theEncoderKeepsTheContract() {
    return PartContract.encoder(RadiomicsEncoder::new, RadiomicsEncoder.Settings.class)
        .vectors(12)
        .tests();
  }

  private Matrix read(String text) throws Exception {
    Files.writeString(folder.resolve("r.csv"), text);
    var settings = Defaults.of(RadiomicsReader.Settings.class, Map.of("path", "r.csv"));
    return (Matrix) new RadiomicsReader(settings).read(new TestCohort(folder, null, "patient"));
  }

  @Test
  void featuresAreKeptAndDiagnosticsLeftOut() throws Exception {
    Matrix matrix =
        read("patient,diagnostics_Spacing,original_b,original_a\np1,\"(1, 1)\",2.5,nan\n");
    assertEquals(List.of("original_b", "original_a"), matrix.features());
    assertArrayEquals(new float[] {2.5f, Float.NaN}, matrix.rows().get("p1"));
  }

  @Test
  void aCellThatIsNoNumberIsNamed() {
    var e = assertThrows(DataException.class, () -> read("patient,original_a\np1,high\n"));
    assertTrue(
        e.getMessage().contains("r.csv: line 2, column original_a holds \"high\""), e.getMessage());
  }
}
