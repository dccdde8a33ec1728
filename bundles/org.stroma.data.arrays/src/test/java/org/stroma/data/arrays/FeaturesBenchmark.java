/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Reads slides whole into memory that is there already, as a batch does, and prints FILE SECONDS for each, the best of three. */
final class FeaturesBenchmark {
  private FeaturesBenchmark() {}

  public static void main(String[] files) {
    for (String file : files) {
      Path path = Path.of(file).toAbsolutePath();
      TestCohort cohort = new TestCohort(path.getParent(), null, "id").with("p", path);
      var settings =
          Defaults.of(Hdf5PatchesReader.Settings.class, java.util.Map.of("path", "{slide}.h5"));
      FloatBuffer target = null;
      double best = Double.POSITIVE_INFINITY;
      for (int round = 0; round < 4; round++) { // the first one warms up
        long start = System.nanoTime();
        ModalityData.Bags bags = (ModalityData.Bags) new Hdf5PatchesReader(settings).read(cohort);
        Bag bag = bags.bags().get("p");
        if (target == null) {
          target = ByteBuffer.allocateDirect(bag.size() * bags.width() * 4)
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
          start = System.nanoTime();
        }
        target.clear();
        bag.read(target);
        if (round > 0) {
          best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
      }
      System.out.printf(Locale.ROOT, "%s %.5f%n", path.getFileName(), best);
    }
  }
}
