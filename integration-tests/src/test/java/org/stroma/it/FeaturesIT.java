/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The feature files name what the distribution holds. */
class FeaturesIT {
  @Test
  void theDistributionHoldsTheBundlesOfTheFeatures() throws IOException {
    TreeSet<String> named = new TreeSet<>();
    for (String feature : new String[] {"stroma-base", "stroma-core", "stroma-parts", "stroma-slides", "stroma-onnx", "stroma-cpu"}) {
      for (JsonNode bundle : Stroma.json(Stroma.FEATURES.resolve(feature + ".json")).path("bundles")) {
        String[] id = bundle.path("id").asText().split(":");
        named.add(id[1] + "-" + id[2] + ".jar");
      }
    }
    TreeSet<String> there = new TreeSet<>();
    for (Path folder :
        new Path[] {Stroma.DISTRIBUTION.resolve("bundles"), Stroma.DISTRIBUTION.resolve("bundles/first")}) {
      try (var files = Files.list(folder)) {
        files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".jar")).forEach(there::add);
      }
    }
    assertEquals(named, there);
  }
}
