/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How many inputs of which kinds, as the build says. */
final class Budget {
  private static final int INPUTS = Integer.getInteger("fuzz.inputs", 5000);
  private static final int FIRST = Integer.getInteger("fuzz.first", 0);
  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final String KIND = System.getProperty("fuzz.kind", "");

  private Budget() {}

  static Path folder(String name) {
    return Path.of(System.getProperty("fuzz.folder", "target/fuzz"), name).toAbsolutePath();
  }

  /** Reads all inputs; each finding is told, with the folder where it is. */
  static void spend(List<Reading> readings, Path folder) throws Exception {
    Fuzzer fuzzer = new Fuzzer(folder);
    for (Reading reading : readings) {
      if (KIND.isEmpty() || KIND.equals(reading.name())) {
        int count = KIND.isEmpty() ? Math.max(1, INPUTS * reading.share() / 1000) : INPUTS;
        fuzzer.run(reading, SEED, FIRST, count);
      }
      reading.close();
    }
    System.out.println(fuzzer.summary());
    assertEquals(Map.of(), fuzzer.findings(), "inputs that were neither read nor refused in words");
  }
}
