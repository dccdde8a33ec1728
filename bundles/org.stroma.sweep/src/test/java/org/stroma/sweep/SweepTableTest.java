/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.experiment.Sweep;
import org.stroma.parts.Json;

class SweepTableTest {
  private static final Sweep SWEEP = new Sweep(
      new TreeMap<>(Map.of("seed", List.<JsonNode>of())), new TreeMap<>(), 0, 1, "os", "c_index");

  private static Trial trial(int number) {
    return new Trial(
        "trial-00" + number, Map.of("seed", JsonNodeFactory.instance.numberNode(number)));
  }

  /** What metrics.json says; NaN for nothing. */
  private static JsonNode metrics(double test, double inner, double... validation) {
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    metrics.putObject("mean").putObject("os").put("c_index", test);
    metrics.putObject("std").putObject("os").put("c_index", 0.1);
    if (!Double.isNaN(inner)) {
      metrics
          .putObject("selection")
          .put("head", "os")
          .put("metric", "c_index")
          .put("inner_mean", inner);
    }
    metrics.putArray("folds");
    for (double value : validation) {
      ObjectNode fold = metrics.withArrayProperty("folds").addObject();
      if (!Double.isNaN(value)) {
        fold.putObject("validation").putObject("os").put("c_index", value);
      }
    }
    return metrics;
  }

  private static List<String> order(SweepTable table) {
    return Arrays.stream(table.csv().split("\n"))
        .skip(1)
        .map(line -> line.replaceFirst(",.*", ""))
        .toList();
  }

  @Test
  void whatInnerFoldsSaySortsBeforeWhatTestFoldsSay() {
    SweepTable table = new SweepTable(SWEEP, true);
    table.add(trial(1), metrics(0.9, 0.5, 0.7, 0.7));
    table.add(trial(2), metrics(0.5, 0.6, 0.4, 0.4));
    table.add(trial(3), "there is no file a.csv");
    assertEquals(SweepTable.By.INNER, table.by());
    assertEquals(
        """
        trial,seed,inner.os.c_index,validation.os.c_index,test.os.c_index,test.os.c_index.std,sorted_by,failure
        trial-002,2,0.6,0.4,0.5,0.1,inner,
        trial-001,1,0.5,0.7,0.9,0.1,inner,
        trial-003,3,,,,,inner,there is no file a.csv
        """,
        table.csv());
    assertEquals(
        "trial-002  inner 0.6000  validation 0.4000  test 0.5000  seed=2",
        table.lines().get(0));
    assertTrue(table.meaning().startsWith("sorted by os c_index of the inner folds"));
  }

  @Test
  void validationSortsWhereAllTrialsHaveIt() {
    SweepTable table = new SweepTable(SWEEP, true);
    table.add(trial(1), metrics(0.9, Double.NaN, 0.6, 0.7));
    table.add(trial(2), metrics(0.5, 0.6, 0.7, 0.7));
    assertEquals(SweepTable.By.VALIDATION, table.by());
    assertEquals(List.of("trial-002", "trial-001"), order(table));
  }

  @Test
  void whoeverIsSortedByTestFoldsIsToldSoLoudly() {
    SweepTable table = new SweepTable(SWEEP, true);
    table.add(trial(1), metrics(0.5, Double.NaN, 0.6, 0.7));
    table.add(trial(2), metrics(0.9, Double.NaN, Double.NaN, 0.7));
    assertEquals(SweepTable.By.TEST, table.by());
    assertEquals(List.of("trial-002", "trial-001"), order(table));
    assertTrue(table.csv().contains(",test,\n"), table.csv());
    assertTrue(
        table.meaning().startsWith("SORTED BY TEST FOLDS")
            && table.meaning().contains("its os c_index is too good"),
        table.meaning());
  }

  @Test
  void whereLowerIsBetterTheLowestIsFirst() {
    SweepTable table = new SweepTable(SWEEP, false);
    table.add(trial(1), metrics(0.9, Double.NaN));
    table.add(trial(2), metrics(0.5, Double.NaN));
    assertEquals(List.of("trial-002", "trial-001"), order(table));
  }
}
