/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetValues;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.parts.Json;

class SurvivalFunctionTest {
  private static final TargetValues.Survival FOUR =
      TargetValues.survival(new double[] {1, 2, 3, 4}, new boolean[] {true, false, true, false});

  /** By hand: H0 is 1/4 from 1 on and 1/4 + 1/2 from 3 on where all risks are equal. */
  @Test
  void equalRisksGiveTheNelsonAalenEstimate() {
    var function = SurvivalFunction.Baseline.fit(FOUR, new double[] {7, 7, 7, 7});
    float[] same = {7};
    assertEquals(1, function.at(same, 0.5));
    assertEquals(Math.exp(-0.25), function.at(same, 1), 1e-15);
    assertEquals(Math.exp(-0.25), function.at(same, 2.9), 1e-15);
    assertEquals(Math.exp(-0.75), function.at(same, 3), 1e-15);
    assertEquals(Math.exp(-1.5), function.at(new float[] {7 + (float) Math.log(2)}, 4), 1e-6);
    assertTrue(Double.isNaN(function.at(same, 4.1)), "nobody was followed up for so long");
  }

  /** A constant that is added to all risks of a model says nothing. */
  @Test
  void theOriginOfRisksDoesNotMatter() {
    var here = SurvivalFunction.Baseline.fit(FOUR, new double[] {1, 0.5, -1, 0});
    var there = SurvivalFunction.Baseline.fit(FOUR, new double[] {101, 100.5, 99, 100});
    assertEquals(here.at(new float[] {0.5f}, 3.5), there.at(new float[] {100.5f}, 3.5), 1e-12);
  }

  @Test
  void theHazardIsConstantWithinABin() {
    var bins = new SurvivalFunction.Bins(new double[] {10, 20}, 30);
    float[] row = {0.8f, 0.5f, 0.2f};
    assertEquals(1, bins.at(row, 0));
    assertEquals(Math.sqrt(0.8), bins.at(row, 5), 1e-7);
    assertEquals(0.8, bins.at(row, 10), 1e-7);
    assertEquals(Math.sqrt(0.8 * 0.5), bins.at(row, 15), 1e-7);
    assertEquals(0.5, bins.at(row, 20), 1e-7);
    assertEquals(0.2, bins.at(row, 30), 1e-7);
    assertTrue(Double.isNaN(bins.at(row, 31)));
    assertEquals(0, bins.at(new float[] {0.8f, 0, 0}, 25), "nobody survives the second bin");
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    for (SurvivalFunction function : List.of(
        SurvivalFunction.Baseline.fit(FOUR, new double[] {1, 0.5, -1, 0}),
        new SurvivalFunction.Bins(new double[] {1.5, 2.5}, 4))) {
      var json = Json.MAPPER.createObjectNode();
      function.write(json);
      SurvivalFunction again = SurvivalFunction.read(json).orElseThrow();
      float[] row = {0.7f, 0.6f, 0.5f};
      for (double time : new double[] {0, 1, 1.7, 3, 4}) {
        assertEquals(function.at(row, time), again.at(row, time));
      }
    }
  }

  @Test
  void timesThatNobodyAskedForAreAboutTheQuartilesOfTheEvents() {
    Map<String, Cohort.Survival> values = new HashMap<>();
    for (int i = 1; i <= 101; i++) {
      values.put("p" + i, new Cohort.Survival(i * 10 + 3, true));
      values.put("q" + i, new Cohort.Survival(5000 + i, false));
    }
    SurvivalTimes times = SurvivalTimes.of(List.of(), new Cohort.SurvivalTarget(values));
    assertArrayEquals(new double[] {260, 510, 760}, times.asked());
    assertTrue(times.columns().length > 50 && times.columns().length <= 66);
    assertArrayEquals(
        new double[] {365, 730},
        SurvivalTimes.of(List.of(730.0, 365.0), new Cohort.SurvivalTarget(values))
            .asked());
    assertEquals("365", SurvivalTimes.label(365));
    assertEquals("0.5", SurvivalTimes.label(0.5));
    assertEquals("1000000", SurvivalTimes.label(1e6));
  }

  /** Found by fuzzing: files of a run that were changed. */
  @Test
  void whatCannotBeWrittenIsRefused() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    String whole =
        "{'kind': 'baseline-hazard', 'centre': 0.5, 'end': 9, 'time': [1, 2], 'cumulative_hazard': [0.1, 0.2]}"
            .replace('\'', '"');
    assertTrue(SurvivalFunction.read(mapper.readTree(whole)).isPresent());
    assertTrue(SurvivalFunction.read(mapper.readTree("{}")).isEmpty());
    for (String[] change : new String[][] {
      {"[1, 2]", "[2, 2]", "times have to ascend"},
      {"[1, 2]", "[1]", "cumulative"},
      {"[1, 2]", "[1, null]", "time 1 is null"},
      {"0.5", "\"x\"", "centre is \"x\""},
      {"\"end\"", "\"and\"", "end is not there"},
      {"baseline-hazard", "odd", "its kind is \"odd\""}
    }) {
      String message = assertThrows(
              DataException.class,
              () -> SurvivalFunction.read(mapper.readTree(whole.replace(change[0], change[1]))))
          .getMessage();
      assertTrue(message.contains(change[2]) && message.contains("damaged"), message);
    }
    assertThrows(
        DataException.class,
        () -> SurvivalFunction.read(
            mapper.readTree("{\"kind\": \"time-bins\", \"end\": 5, \"cuts\": [2, 1]}")));
  }
}
