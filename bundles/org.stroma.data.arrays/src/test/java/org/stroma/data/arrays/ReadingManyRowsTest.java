/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Rows read again and again, as in a long training: a process may have 65,530 mappings. */
@EnabledOnOs(OS.LINUX)
class ReadingManyRowsTest {
  private static final Path FILES = Path.of("src", "test", "resources", "arrays");

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }

  /** Chunks of one patch, chunks of some, one piece, and NumPy. */
  @ParameterizedTest
  @ValueSource(strings = {"clam-bare.h5", "clam.h5", "stamp.h5", "coordinates.h5", "patches.npy"})
  void readingLeavesNothingMapped(String name) throws IOException {
    Path file = FILES.resolve(name);
    TestCohort cohort = new TestCohort(FILES, null, "id").with("p", file);
    Map<String, Object> settings = new HashMap<>(Map.of("path", "{slide}"));
    ModalityData.Bags bags = (ModalityData.Bags)
        (name.endsWith(".npy")
            ? new NpyPatchesReader(Defaults.of(NpyPatchesReader.Settings.class, settings))
                .read(cohort)
            : new Hdf5PatchesReader(Defaults.of(Hdf5PatchesReader.Settings.class, settings))
                .read(cohort));
    Bag bag = bags.bags().get("p");
    FloatBuffer target = FloatBuffer.allocate(bag.size() * bags.width());
    bag.read(target.clear());
    long before = mappings();
    // each of these took a mapping once, and the collector, which frees them, rarely comes by for
    // so little
    for (int i = 0; i < 2000; i++) {
      bag.read(new int[] {i % 6}, target.clear());
    }
    bag.read(target.clear());
    long after = mappings();
    assertTrue(after < before + 200, () -> before + " mappings became " + after);
    for (int i = 0; i < target.capacity(); i++) {
      assertEquals(10 * (i / 4) + i % 4, target.get(i));
    }
  }
}
