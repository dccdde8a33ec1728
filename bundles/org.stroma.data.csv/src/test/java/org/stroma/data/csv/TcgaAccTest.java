/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** The sample's real files have the patients and features that their origin has. */
class TcgaAccTest {
  private static final Path SAMPLE = Path.of("..", "..", "samples", "tcga-acc");
  private static final TestCohort COHORT = new TestCohort(
      SAMPLE, CsvTables.read(SAMPLE.resolve("clinical.csv"), "patient_id"), "patient_id");

  @ParameterizedTest
  @CsvSource({
    "RNASeq2GeneNorm.csv, 79, 198",
    "miRNASeqGene.csv, 80, 471",
    "gistict.csv, 90, 198",
    "Mutations.csv, 90, 97",
    "RPPAArray.csv, 46, 33"
  })
  void matricesHaveTheirShapes(String file, int patients, int features) {
    Matrix m = (Matrix)
        new CsvMatrixReader(Defaults.of(CsvMatrixReader.Settings.class, Map.of("path", file)))
            .read(COHORT);
    assertEquals(patients, m.patients().size());
    assertEquals(features, m.features().size());
  }

  @Test
  void cohortHasItsPatientsAndDeaths() {
    assertEquals(92, COHORT.cohort().rows().size());
    assertEquals(
        34,
        COHORT.cohort().rows().values().stream()
            .filter(row -> row.get("event").equals("1"))
            .count());
  }
}
