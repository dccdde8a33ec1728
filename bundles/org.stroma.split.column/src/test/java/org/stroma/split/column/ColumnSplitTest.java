/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.split.column;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Sides;
import org.stroma.api.data.Table;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.PartContract;
import org.stroma.testkit.TestSplit;

class ColumnSplitTest {
  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return PartContract.split(ColumnSplit::new, ColumnSplit.Settings.class).tests();
  }

  private static TestSplit cohort(String... sides) {
    Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    for (int i = 0; i < sides.length; i++) {
      rows.put("p" + i, Map.of("side", sides[i]));
    }
    return TestSplit.of(Table.of(Path.of("t.csv"), List.of("side"), rows));
  }

  private static List<Sides> split(TestSplit cohort) {
    return new ColumnSplit(Defaults.of(ColumnSplit.Settings.class, Map.of("column", "side")))
        .split(cohort);
  }

  @Test
  void aColumnNamesTheSides() {
    TestSplit cohort = cohort("train", "Training", "dev", "val", "TEST", "NA");
    assertEquals(
        List.of(Sides.of(List.of("p0", "p1"), List.of("p4")).withValidation(List.of("p2", "p3"))),
        split(cohort));
    assertEquals(List.of("patient p5 left out: column side names no side"), cohort.notes());
  }

  @Test
  void otherSidesAreRefused() {
    DataException e =
        assertThrows(DataException.class, () -> split(cohort("train", "left", "test")));
    assertTrue(
        e.getMessage()
            .endsWith("patient p1, column side is \"left\"; it has to be train, val or test"),
        e.getMessage());
  }
}
