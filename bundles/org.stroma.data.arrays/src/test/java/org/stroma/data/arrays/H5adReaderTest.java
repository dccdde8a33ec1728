/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

/** Files in AnnData's layout that h5py wrote, as {@code fixtures.py} tells. */
class H5adReaderTest {
  private static final Path FILES = Path.of("src", "test", "resources", "arrays");

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.reader(H5adReader::new, H5adReader.Settings.class)
        .with("path", "dense.h5ad")
        .reads(() -> new TestCohort(FILES, null, "id"))
        .tests();
  }

  private static ModalityData.Matrix read(String file, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(Map.of("path", file));
    settings.putAll(more);
    return (ModalityData.Matrix) new H5adReader(Defaults.of(H5adReader.Settings.class, settings))
        .read(new TestCohort(FILES, null, "id"));
  }

  @ParameterizedTest
  @CsvSource({"dense.h5ad, X", "csr.h5ad, X", "csc.h5ad, layers/counts"})
  void denseAndSparseMatricesAreTheSame(String file, String matrix) {
    ModalityData.Matrix read = read(file, Map.of("matrix", matrix));
    assertEquals(List.of("A", "B", "C", "D"), read.features(), "by name");
    assertEquals(List.of("p1", "p2", "p3"), List.copyOf(read.rows().keySet()));
    assertArrayEquals(new float[] {0, 2.5f, 0, 1}, read.rows().get("p1"));
    assertArrayEquals(new float[4], read.rows().get("p2"), "what is not stored is 0");
    assertArrayEquals(new float[] {3, 4, Float.NaN, 0}, read.rows().get("p3"));
  }

  @Test
  void columnsOfObsAndVarMayNamePatientsAndFeatures() {
    ModalityData.Matrix read = read("dense.h5ad", Map.of("id", "donor", "features", "symbol"));
    assertEquals(List.of("EGFR", "KRAS", "MYC", "TP53"), read.features());
    assertArrayEquals(new float[] {0, 0, 2.5f, 1}, read.rows().get("P3"));
    assertArrayEquals(new float[] {Float.NaN, 3, 4, 0}, read.rows().get("P2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "twice.h5ad | X | rows 1 and 3 of obs are both named p1; there has to be a row a patient",
        "falling.h5ad | X | X is damaged: its indptr falls",
        "beyond.h5ad | X | X is damaged: an index is 4.0 of 4",
        "dense.h5ad | layers/counts | has no matrix layers/counts; it has X, ",
        "dense.h5ad | raw/X | has no group raw/var",
        "dense.h5ad | obs | obs is of the kind dataframe; a matrix is dense, csr_matrix or csc_matrix",
        "dense.h5ad | obs/_index | holds text",
        "clam.h5 | X | clam.h5 has no group obs; it is no AnnData file"
      })
  void whatIsNoMatrixOfPatientsIsRefused(String file, String matrix, String sentence) {
    String message = assertThrows(DataException.class, () -> read(file, Map.of("matrix", matrix)))
        .getMessage();
    assertTrue(message.contains(sentence), message);
  }

  @Test
  void columnsThatAreNotThereAreNamed() {
    String message = assertThrows(
            DataException.class, () -> read("dense.h5ad", Map.of("id", "patient")))
        .getMessage();
    assertTrue(message.contains("dense.h5ad has no dataset obs/patient; it has "), message);
  }
}
