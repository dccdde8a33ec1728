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
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestCohort;

/** Embeddings that h5py wrote, as {@code fixtures.py} tells. */
class Hdf5VectorsReaderTest {
  private static final Path FILES = Path.of("src", "test", "resources", "arrays");

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.reader(Hdf5VectorsReader::new, Hdf5VectorsReader.Settings.class)
        .with("path", "{id}.h5")
        .reads(() -> cohort("embedding.h5"))
        .tests();
  }

  private static TestCohort cohort(String... files) {
    return new TestCohort(FILES, null, "id")
        .with("p", Stream.of(files).map(FILES::resolve).toArray(Path[]::new));
  }

  private static ModalityData.Matrix read(TestCohort cohort, Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(Map.of("path", "{slide}.h5"));
    settings.putAll(more);
    return (ModalityData.Matrix)
        new Hdf5VectorsReader(Defaults.of(Hdf5VectorsReader.Settings.class, settings)).read(cohort);
  }

  private static void refuses(TestCohort cohort, Map<String, ?> more, String... parts) {
    String message = assertThrows(DataException.class, () -> read(cohort, more)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void aVectorIsAFlatDatasetOrARow() {
    TestCohort two = cohort("embedding.h5").with("q", FILES.resolve("embedding-row.h5"));
    ModalityData.Matrix vectors = read(two, Map.of());
    assertEquals(List.of("f0", "f1", "f2", "f3"), vectors.features());
    assertArrayEquals(new float[] {0.5f, -1, 2, 4}, vectors.rows().get("p"));
    assertArrayEquals(new float[] {1.5f, 3, Float.NaN, 0}, vectors.rows().get("q"));
  }

  @Test
  void theMeanOfSeveralIsTakenWhereItIsAskedFor() {
    TestCohort both = cohort("embedding.h5", "embedding-row.h5");
    refuses(both, Map.of(), "sample p has 2 files", "there has to be one");
    assertArrayEquals(
        new float[] {1, 1, Float.NaN, 2},
        read(both, Map.of("several", "mean")).rows().get("p"));
  }

  @Test
  void whatIsNoVectorIsRefused() {
    refuses(
        cohort("clam.h5"),
        Map.of(),
        "clam.h5: dataset features has the shape [6, 4]",
        "hdf5-patches");
    refuses(cohort("stamp.h5"), Map.of(), "stamp.h5 has no dataset features; it has coords, feats");
    refuses(cohort("empty.h5"), Map.of(), "it has to be one vector");
    assertThrows(
        AbsentDataException.class, () -> read(new TestCohort(FILES, null, "id"), Map.of()));
  }
}
