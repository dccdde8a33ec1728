/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;

class PatientFeaturesTest {
  /** Counts how often it is read. */
  private static final class Counted implements Bag {
    private final Bag bag = Bag.of(2, new float[] {1, 10, 3, 20, 5, 60}, null);
    private int reads;

    @Override
    public int size() {
      return bag.size();
    }

    @Override
    public int @Nullable [] coordinates() {
      return null;
    }

    @Override
    public void read(int from, int to, FloatBuffer target) {
      reads++;
      bag.read(from, to, target);
    }
  }

  @Test
  void elementsAndVisitsAreAveragedAndWordsLeftOut() {
    Counted bag = new Counted();
    Dataset dataset = new Dataset(
        new TreeMap<>(Map.of(
            "lab",
            new Dataset.Vectors(
                2,
                Map.of(
                    "p1", new float[] {1, Float.NaN}, "p2", new float[] {3, 4}, "q1", new float[] {
                      7, 8
                    })),
            "slide",
            new Dataset.Bags(2, Map.of("p1", bag)),
            "note",
            new Dataset.Tokens(5, Map.of("p1", new int[] {1})))),
        JsonNodeFactory.instance.objectNode());
    Map<String, List<Cohort.Visit>> visits = Map.of(
        "p",
        List.of(new Cohort.Visit("p1", 0), new Cohort.Visit("p2", 1)),
        "q",
        List.of(new Cohort.Visit("q1", 0)));
    PatientFeatures features = new PatientFeatures();
    SortedMap<String, float[][]> found = features.of(dataset, visits, List.of("q", "p"));
    assertEquals(Set.of("lab", "slide"), found.keySet());
    assertArrayEquals(new float[] {7, 8}, found.get("lab")[0]);
    assertArrayEquals(new float[] {2, 4}, found.get("lab")[1]);
    assertNull(found.get("slide")[0]);
    assertArrayEquals(new float[] {3, 30}, found.get("slide")[1]);
    features.of(dataset, visits, List.of("p"));
    assertEquals(1, bag.reads);
  }
}
