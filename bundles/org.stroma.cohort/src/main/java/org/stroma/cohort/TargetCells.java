/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Table;
import org.stroma.data.csv.Numbers;

/** The cells of targets by patient, and what is said of those that are wrong. */
record TargetCells(Table table, Map<String, List<Cohort.Visit>> visits) {
  /** The one value that a patient's rows give for a column; empty where none gives any. */
  String cell(String patient, String column) {
    Set<String> values = new LinkedHashSet<>();
    for (Cohort.Visit visit : visits.get(patient)) {
      String value = table.rows().get(visit.sample()).get(column).strip();
      if (!MissingValues.contains(value)) {
        values.add(value);
      }
    }
    if (values.size() > 1) {
      throw new DataException(table.file() + ": the visits of patient " + patient + " give column "
          + column + " as " + String.join(" and as ", values)
          + "; a target is the patient's and has to be the same in each");
    }
    return values.isEmpty() ? "" : values.iterator().next();
  }

  /** The cells of a column by patient, without those who have none. */
  Map<String, String> column(String column) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (String patient : visits.keySet()) {
      String cell = cell(patient, column);
      if (!cell.isEmpty()) {
        cells.put(patient, cell);
      }
    }
    return cells;
  }

  /** How many patients have no value, for a note; empty for none. */
  String without(Map<String, ? extends Cohort.Value> values) {
    int others = visits.size() - values.size();
    return others == 0 ? "" : "; " + others + " without";
  }

  /** Refuses a column of times or numbers in which a point likely separates thousands. */
  static void refuseThousands(Table table, String column) {
    String suspect = Numbers.thousands(
        table.rows().values().stream().map(row -> row.get(column)).toList());
    if (suspect != null) {
      throw new DataException(table.file() + ": column " + column + " holds " + suspect
          + " beside whole numbers below 1,000; " + "if the point separates thousands, write "
          + suspect.replace(".", "") + "; if not, write " + suspect + "0");
    }
  }

  void require(String target, String column) {
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column " + column + ", which target "
          + target + " needs; the columns are " + String.join(", ", table.columns()));
    }
  }

  DataException fault(String patient, String column, String text, String wanted) {
    return new DataException(table.file() + ": patient " + patient + ", column " + column + " is \""
        + text + "\"; it has to be " + wanted);
  }
}
