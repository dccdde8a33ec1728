/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Table;

/** The visits of each patient in the order of time, with real days since the first. */
final class Visits {
  private static final double SECONDS_A_DAY = 86_400;

  private record At(String sample, double day) {}

  private Visits() {}

  static Map<String, List<Cohort.Visit>> of(Table table, CohortSettings settings) {
    if (settings.visit() == null) {
      return Cohort.single(List.copyOf(table.rows().keySet()));
    }
    boolean dated = settings.visit().days().isEmpty();
    String column = dated ? settings.visit().date() : settings.visit().days();
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column \"" + column + "\" with the visits' "
          + (dated ? "dates" : "days") + "; the columns are " + String.join(", ", table.columns()));
    }
    Map<String, List<At>> found = new LinkedHashMap<>();
    table.rows().forEach((sample, row) -> {
      String patient = row.get(settings.id()).strip();
      if (patient.isEmpty()) {
        throw new DataException(table.file() + ": visit " + sample + " has no patient in column " + settings.id());
      }
      String cell = row.get(column).strip();
      double day = dated ? day(cell) : number(cell);
      if (!Double.isFinite(day)) {
        throw new DataException(table.file() + ": visit " + sample + ", column " + column + " is \"" + cell
            + "\"; it has to be " + (dated ? "a date such as 2024-05-31, or a date and time" : "a number of days"));
      }
      found.computeIfAbsent(patient, p -> new ArrayList<>()).add(new At(sample, day));
    });
    Map<String, List<Cohort.Visit>> visits = new LinkedHashMap<>();
    found.forEach((patient, its) -> {
      its.sort(Comparator.comparingDouble(At::day)); // stable: visits of one day stay in the order of the table
      double first = its.get(0).day();
      visits.put(patient, its.stream().map(v -> new Cohort.Visit(v.sample(), (float) (v.day() - first))).toList());
    });
    return visits;
  }

  private static double number(String cell) {
    try {
      return Double.parseDouble(cell);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Days since 1970 of an ISO 8601 date, or date and time; without an offset it is UTC. A number counts as days. */
  static double day(String cell) {
    String text = cell.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) (?=\\d)", "$1T");
    try {
      if (!text.contains("T")) {
        return text.contains("-") && !text.startsWith("-") ? LocalDate.parse(text).toEpochDay() : number(text);
      }
      LocalDateTime time =
          text.matches(".*(Z|[+-]\\d{2}:?\\d{2})$")
              ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
              : LocalDateTime.parse(text);
      return time.toEpochSecond(ZoneOffset.UTC) / SECONDS_A_DAY;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }
}
