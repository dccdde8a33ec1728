/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Table;
import org.stroma.data.csv.Numbers;

/** The visits of each patient in the order of time, with real days since the first. */
final class Visits {
  private static final double SECONDS_A_DAY = 86_400;

  /** DICOM's dates, and its dates and times. */
  private static final Pattern COMPACT =
      Pattern.compile("(\\d{4})(\\d{2})(\\d{2})(?:(\\d{2})(\\d{2})(\\d{2})(?:\\.\\d+)?)?");

  private static final long FIRST = LocalDate.of(1850, 1, 1).toEpochDay();
  private static final long LAST = LocalDate.of(2200, 1, 1).toEpochDay();

  /** Days between Excel's day 0 and 1970. */
  private static final int EXCEL = 25_569;

  private record At(String sample, double day) {}

  private Visits() {}

  static Map<String, List<Cohort.Visit>> of(Table table, CohortSettings settings) {
    if (settings.visit() == null) {
      return Cohort.single(List.copyOf(table.rows().keySet()));
    }
    boolean dated = settings.visit().days().isEmpty();
    String column = dated ? settings.visit().date() : settings.visit().days();
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column \"" + column
          + "\" with the visits' " + (dated ? "dates" : "days") + "; the columns are "
          + String.join(", ", table.columns()));
    }
    Map<String, List<At>> found = new LinkedHashMap<>();
    Problems problems = new Problems();
    if (!dated) {
      TargetCells.refuseThousands(table, column);
    }
    table.rows().forEach((sample, row) -> {
      String patient = row.get(settings.id()).strip();
      if (MissingValues.contains(patient)) {
        problems.add(
            table.file() + ": visit " + sample + " has no patient in column " + settings.id());
        return;
      }
      String cell = row.get(column).strip();
      double day = dated ? day(cell) : Numbers.parse(cell);
      if (!Double.isFinite(day)) {
        problems.add(table.file() + ": visit " + sample + ", column " + column + " is \"" + cell
            + "\"; it has to be "
            + (dated
                ? "a date such as 2024-05-31, or a date and time" + hint(cell)
                : "a number of days" + Numbers.hint(cell)
                    + (Double.isFinite(day(cell)) ? "; dates are named by \"date\"" : "")));
        return;
      }
      found.computeIfAbsent(patient, p -> new ArrayList<>()).add(new At(sample, day));
    });
    problems.throwIfAny();
    Map<String, List<Cohort.Visit>> visits = new LinkedHashMap<>();
    found.forEach((patient, its) -> {
      // visits of one day are in the order of their ids: that of the table must not matter
      its.sort(Comparator.comparingDouble(At::day).thenComparing(At::sample));
      double first = its.get(0).day();
      visits.put(
          patient,
          its.stream()
              .map(v -> new Cohort.Visit(v.sample(), (float) (v.day() - first)))
              .toList());
    });
    return visits;
  }

  /** What a bare number in a column of dates may be. */
  private static String hint(String cell) {
    double number = Numbers.parse(cell);
    if (!Double.isFinite(number)) {
      return cell.matches("\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}.*")
          ? " (day and month of such a date can be mistaken for each other)"
          : "";
    }
    if (number >= 1900 && number <= 2100) {
      return "; a year alone is no date";
    }
    return number >= 20_000 && number < 80_000
        ? "; as Excel's serial number it would be " + LocalDate.ofEpochDay((long) number - EXCEL)
            + ": format the column as dates before it is saved; a column of days is named by \"days\""
        : "; a column of days is named by \"days\"";
  }

  /**
   * Days since 1970 of a date, or date and time, in ISO 8601 (2024-05-31, 2024-05-31T12:00Z), as 2024/05/31, or as DICOM
   * writes it (20240531); without an offset it is UTC. NaN where it is none: a bare number says nothing of what it counts.
   */
  static double day(String cell) {
    String text = cell.replaceFirst("^(\\d{4})/(\\d{2})/(\\d{2})", "$1-$2-$3")
        .replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) (?=\\d)", "$1T");
    try {
      Matcher compact = COMPACT.matcher(text);
      if (compact.matches()) {
        LocalDate date = LocalDate.of(
            Integer.parseInt(compact.group(1)),
            Integer.parseInt(compact.group(2)),
            Integer.parseInt(compact.group(3)));
        double seconds = compact.group(4) == null
            ? 0
            : LocalTime.of(
                    Integer.parseInt(compact.group(4)),
                    Integer.parseInt(compact.group(5)),
                    Integer.parseInt(compact.group(6)))
                .toSecondOfDay();
        return plausible(date.toEpochDay() + seconds / SECONDS_A_DAY);
      }
      if (!text.contains("T")) {
        return plausible(LocalDate.parse(text).toEpochDay());
      }
      LocalDateTime time = text.matches(".*(Z|[+-]\\d{2}:?\\d{2})$")
          ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
          : LocalDateTime.parse(text);
      return plausible(time.toEpochSecond(ZoneOffset.UTC) / SECONDS_A_DAY);
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  /** Nobody was seen before 1850 or will be after 2200: such a date was mistyped. */
  private static double plausible(double day) {
    return day >= FIRST && day < LAST ? day : Double.NaN;
  }
}
