/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;

/**
 * Settings that the command {@code sweep} tries, a run each. A run of the experiment itself takes no notice of them.
 *
 * @param grid values by path: every combination is a trial; empty where trials are drawn
 * @param random where values are drawn from, by path; empty for a grid
 * @param trials how many are drawn
 * @param seed of what is drawn
 * @param head by whose metric trials are sorted
 * @param metric its name, as in metrics.json
 */
public record Sweep(
    SortedMap<String, List<JsonNode>> grid,
    SortedMap<String, Range> random,
    int trials,
    long seed,
    String head,
    String metric) {

  /** JSON pointer of the section. */
  public static final String POINTER = "/sweep";

  /**
   * What a value is drawn from: evenly from some values, or from an interval.
   *
   * @param values to draw from; empty for an interval
   * @param min of the interval
   * @param max of the interval
   * @param log whether logarithms are drawn evenly
   * @param whole whether numbers are whole
   */
  public record Range(List<JsonNode> values, double min, double max, boolean log, boolean whole) {}
}
