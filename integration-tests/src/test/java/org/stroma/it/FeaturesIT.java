/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The feature files name what the distribution holds. */
class FeaturesIT {
  private static final String GPU = "stroma-gpu";

  @Test
  void theDistributionHoldsTheBundlesOfTheFeatures() throws IOException {
    Set<String> named = new TreeSet<>();
    for (Map.Entry<String, JsonNode> feature : features().entrySet()) {
      if (!feature.getKey().equals(GPU)) {
        for (String id : ids(feature.getValue().path("bundles"))) {
          String[] coordinates = id.split(":");
          named.add(coordinates[1] + "-" + coordinates[2] + ".jar");
        }
      }
    }
    Set<String> there = new TreeSet<>();
    for (Path folder : new Path[] {
      Stroma.DISTRIBUTION.resolve("bundles"),
      Stroma.DISTRIBUTION.resolve("bundles/first"),
      Stroma.DISTRIBUTION.resolve("bundles/web")
    }) {
      try (var files = Files.list(folder)) {
        files
            .map(f -> f.getFileName().toString())
            .filter(f -> f.endsWith(".jar"))
            .forEach(there::add);
      }
    }
    assertEquals(named, there);
  }

  @Test
  void aBundleIsInOneFeatureAndWhatAFeatureRequiresIsThere() throws IOException {
    Map<String, JsonNode> features = features();
    assertTrue(
        features
            .keySet()
            .containsAll(Set.of(
                "stroma-core", "stroma-survival", "stroma-pretraining", "stroma-slides", GPU)),
        features.keySet().toString());
    Set<String> bundles = new HashSet<>();
    for (Map.Entry<String, JsonNode> feature : features.entrySet()) {
      for (String id : ids(feature.getValue().path("bundles"))) {
        assertTrue(bundles.add(id), id + " is named twice, the second time in " + feature.getKey());
      }
      for (String relation : new String[] {"requires", "excludes"}) {
        for (String id :
            ids(feature.getValue().path("extensions").path(relation).path("artifacts"))) {
          String other = id.split(":")[1];
          assertTrue(
              features.containsKey(other),
              feature.getKey() + " " + relation + " " + other + ", which is not there");
          assertEquals(features.get(other).path("id").asText(), id);
        }
      }
    }
  }

  private static Map<String, JsonNode> features() throws IOException {
    Map<String, JsonNode> features = new HashMap<>();
    try (var files = Files.newDirectoryStream(Stroma.FEATURES, "stroma-*.json")) {
      for (Path file : files) {
        JsonNode feature = Stroma.json(file);
        String name = feature.path("id").asText().split(":")[1];
        assertEquals(file.getFileName().toString(), name + ".json");
        features.put(name, feature);
      }
    }
    return features;
  }

  private static List<String> ids(JsonNode artifacts) {
    List<String> ids = new ArrayList<>();
    artifacts.forEach(artifact -> ids.add(artifact.path("id").asText()));
    return ids;
  }
}
