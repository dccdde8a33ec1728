/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.stroma.experiment.Sweep;
import org.stroma.experiment.Sweep.Range;

class TrialTest {
  private static JsonNode number(int value) {
    return JsonNodeFactory.instance.numberNode(value);
  }

  private static Sweep random(int trials, long seed, Map<String, Range> ranges) {
    return new Sweep(new TreeMap<>(), new TreeMap<>(ranges), trials, seed, "os", "c_index");
  }

  @Test
  void aGridHasEveryCombinationInAnOrderThatStays() {
    Sweep sweep = new Sweep(
        new TreeMap<>(Map.of(
            "training.epochs", List.of(number(5), number(10)),
            "seed", List.of(number(1), number(2), number(3)))),
        new TreeMap<>(),
        0,
        1,
        "os",
        "c_index");
    List<Trial> trials = Trial.of(sweep);
    assertEquals(
        List.of(
            "seed=1 training.epochs=5",
            "seed=1 training.epochs=10",
            "seed=2 training.epochs=5",
            "seed=2 training.epochs=10",
            "seed=3 training.epochs=5",
            "seed=3 training.epochs=10"),
        trials.stream().map(Trial::words).toList());
    assertEquals("trial-004", trials.get(3).folder());
    assertEquals(
        List.of("sweep=null", "seed=2", "training.epochs=10"), trials.get(3).overrides());
  }

  @Test
  void whatIsDrawnFollowsFromTheSeedAndStaysInItsRange() {
    Map<String, Range> ranges = Map.of(
        "log", new Range(List.of(), 1e-5, 1e-1, true, false),
        "even", new Range(List.of(), -1, 3, false, false),
        "whole", new Range(List.of(), 1, 4, false, true),
        "wholeLog", new Range(List.of(), 1, 64, true, true),
        "list", new Range(List.of(number(7), number(9)), 0, 0, false, false));
    List<Trial> trials = Trial.of(random(400, 3, ranges));
    assertEquals(trials, Trial.of(random(400, 3, ranges)));
    assertNotEquals(trials, Trial.of(random(400, 4, ranges)));
    assertEquals(400, new HashSet<>(trials.stream().map(Trial::values).toList()).size());
    double below = 0;
    int[] counts = new int[5];
    for (Trial trial : trials) {
      double log = trial.values().get("log").doubleValue();
      assertTrue(log >= 1e-5 && log <= 1e-1);
      below += log < 1e-3 ? 1 : 0;
      double even = trial.values().get("even").doubleValue();
      assertTrue(even >= -1 && even <= 3);
      assertTrue(trial.values().get("whole").isIntegralNumber());
      counts[trial.values().get("whole").intValue()]++;
      int wholeLog = trial.values().get("wholeLog").intValue();
      assertTrue(wholeLog >= 1 && wholeLog <= 64);
      assertTrue(List.of(7, 9).contains(trial.values().get("list").intValue()));
    }
    // a standard deviation of 10 around 200, and of 9 around 100
    assertEquals(200, below, 40, "half of the logarithms are below the middle");
    IntStream.range(1, 5).forEach(i -> assertEquals(100, counts[i], 36));
  }

  @Test
  void noTrialIsDrawnTwice() {
    List<Trial> trials = Trial.of(random(
        20, 1, Map.of("list", new Range(List.of(number(1), number(2)), 0, 0, false, false))));
    assertEquals(2, trials.size());
  }
}
