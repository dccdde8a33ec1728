/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.api.TargetKind;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

class LabelTargetsTest {
  private static final Path FILE = Path.of("cohort.csv");

  private final List<String> notes = new ArrayList<>();

  /** A table of patients p0, p1, ... by their cells. */
  private static Table table(List<String> columns, String... rows) {
    Map<String, Map<String, String>> byPatient = new LinkedHashMap<>();
    for (String row : rows) {
      List<String> cells = Arrays.asList(row.split(",", -1));
      Map<String, String> its = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        its.put(columns.get(i), cells.get(i));
      }
      byPatient.put("p" + byPatient.size(), its);
    }
    return Table.of(FILE, columns, byPatient);
  }

  private Cohort.Target read(Table table, Purpose purpose, CohortSettings.TargetSettings target) {
    return new Targets(
            table, Cohort.single(List.copyOf(table.rows().keySet())), purpose, notes::add)
        .read("y", target);
  }

  private Cohort.LabelsTarget labels(Table table, Purpose purpose, String... positive) {
    return (Cohort.LabelsTarget) read(
        table,
        purpose,
        CohortSettings.TargetSettings.labels(List.of("msi", "kras"), List.of(positive)));
  }

  private String fault(Table table, String... positive) {
    return assertThrows(DataException.class, () -> labels(table, Purpose.TRAINING, positive))
        .getMessage();
  }

  private static Table two(String... rows) {
    return table(List.of("msi", "kras"), rows);
  }

  @Test
  void cellsAreMissingOneByOne() {
    Cohort.LabelsTarget target =
        labels(two("1,yes", "0,", ",No", ",", "0.0,TRUE"), Purpose.TRAINING);
    assertEquals(List.of("msi", "kras"), target.classes());
    Cohort.Label no = Cohort.Label.ABSENT;
    Cohort.Label yes = Cohort.Label.PRESENT;
    Cohort.Label unknown = Cohort.Label.UNKNOWN;
    assertEquals(
        Map.of(
            "p0", new Cohort.LabelSet(List.of(yes, yes)),
            "p1", new Cohort.LabelSet(List.of(no, unknown)),
            "p2", new Cohort.LabelSet(List.of(unknown, no)),
            "p4", new Cohort.LabelSet(List.of(no, yes))),
        target.values(),
        "of p3 nothing is known");
    assertEquals(List.of("target y: msi 1 of 3, kras 2 of 3; 1 without"), notes);
  }

  @Test
  void otherValuesNeedAPositiveOne() {
    Table table = two("MSI-H,1", "MSS,0");
    assertEquals(
        "cohort.csv: patient p0, column msi is \"MSI-H\"; it has to be 1 or 0 (or true and false, yes and no), or empty"
            + " where it is unknown; of a column with two other values, \"positive\" in target y names the one that is 1\n"
            + "cohort.csv: patient p1, column msi is \"MSS\"; it has to be 1 or 0 (or true and false, yes and no), or empty"
            + " where it is unknown; of a column with two other values, \"positive\" in target y names the one that is 1",
        fault(table));
    Cohort.LabelsTarget target = labels(table, Purpose.TRAINING, "MSI-H");
    assertEquals(
        new Cohort.LabelSet(List.of(Cohort.Label.PRESENT, Cohort.Label.PRESENT)),
        target.values().get("p0"));
    assertEquals(
        new Cohort.LabelSet(List.of(Cohort.Label.ABSENT, Cohort.Label.ABSENT)),
        target.values().get("p1"));
    assertEquals(
        "cohort.csv: target y: column msi holds \"MSI_H\" (patient p2) and \"MSS\" (patient p1) beside what \"positive\" names (MSI-H); a label has two values",
        fault(two("MSI-H,1", "MSS,0", "MSI_H,0"), "MSI-H"));
  }

  /** One word among ones and zeros is a slip of the pen, whatever another column's positive value is. */
  @Test
  void aWordAmongOnesAndZerosIsNamedWithItsPatient() {
    String message = fault(two("1,mut", "maybe,wt", "0,wt"), "mut");
    assertEquals(
        "cohort.csv: patient p1, column msi is \"maybe\"; it has to be 1 or 0",
        message.substring(0, message.indexOf(" (or true")));
  }

  @Test
  void aLabelIsLearnedFromPatientsWithItAndWithout() {
    assertEquals(
        "cohort.csv: target y: column msi holds 0 for everybody; a label that is to be learned needs patients with it and without\n"
            + "cohort.csv: target y: column kras holds no value; a label that is to be learned needs patients with it and without",
        fault(two("0,", "0,")));
    assertEquals(
        2, labels(two("0,", "0,1"), Purpose.evaluation(Map.of())).values().size());
    assertEquals(
        "cohort.csv: there is no column kras, which target y needs; the columns are msi",
        fault(table(List.of("msi"), "1", "0")));
  }

  @Test
  void countsAreNotNegative() {
    Table table = table(List.of("mitoses"), "0", "12", "");
    var target =
        new CohortSettings.TargetSettings(TargetKind.COUNT, null, null, "mitoses", null, List.of());
    Cohort.CountTarget counts = (Cohort.CountTarget) read(table, Purpose.TRAINING, target);
    assertEquals(
        Map.of("p0", new Cohort.NumberValue(0), "p1", new Cohort.NumberValue(12)), counts.values());
    assertEquals(
        "cohort.csv: patient p1, column mitoses is \"-1\"; it has to be a count, 0 or more and up to 1e18, or empty where it is unknown",
        assertThrows(
                DataException.class,
                () -> read(table(List.of("mitoses"), "0", "-1"), Purpose.TRAINING, target))
            .getMessage());
  }
}
