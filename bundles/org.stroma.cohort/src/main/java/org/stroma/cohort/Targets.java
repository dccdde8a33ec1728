/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Table;
import org.stroma.data.csv.Numbers;

/** Reads targets from the cohort's table. All visits of a patient have to agree. */
final class Targets {
  /** Squares of larger numbers do not fit into 32 bits. */
  private static final double LARGEST = 1e18;

  private final TargetCells cells;
  private final Purpose purpose;
  private final Consumer<String> notes;

  Targets(
      Table table,
      Map<String, List<Cohort.Visit>> visits,
      Purpose purpose,
      Consumer<String> notes) {
    cells = new TargetCells(table, visits);
    this.purpose = purpose;
    this.notes = notes;
  }

  Cohort.Target read(String name, CohortSettings.TargetSettings target) {
    return switch (target.kind()) {
      case SURVIVAL -> survival(name, target);
      case CLASS -> new ClassTargets(cells, purpose, notes).read(name, target);
      case NUMBER -> new Cohort.NumberTarget(
          numbers(name, target, "a number up to 1e18", -LARGEST));
      case COUNT -> new Cohort.CountTarget(
          numbers(name, target, "a count, 0 or more and up to 1e18", 0));
      case LABELS -> new LabelTargets(cells, purpose, notes).read(name, target);
      case PATCHES -> new Cohort.PatchTarget(target.modality(), target.classes());
    };
  }

  private Cohort.Target survival(String name, CohortSettings.TargetSettings target) {
    cells.require(name, target.time());
    cells.require(name, target.event());
    TargetCells.refuseThousands(cells.table(), target.time());
    SortedMap<Double, Float> times = new TreeMap<>();
    Map<String, Double> days = new LinkedHashMap<>();
    Map<String, Boolean> events = new LinkedHashMap<>();
    List<String> unseen = new ArrayList<>();
    Problems problems = new Problems();
    for (String patient : cells.visits().keySet()) {
      problems.check(() -> {
        String time = cells.cell(patient, target.time());
        String event = cells.cell(patient, target.event());
        if (time.isEmpty() || event.isEmpty()) {
          return;
        }
        double number = Numbers.parse(time);
        if (!(number >= 0) || Float.isInfinite((float) number)) {
          throw cells.fault(
              patient,
              target.time(),
              time,
              "a time of follow-up, 0 or more" + (number < 0 ? "" : Numbers.hint(time)));
        }
        boolean seen =
            switch (event.toLowerCase(Locale.ROOT)) {
              case "1", "1.0", "true" -> true;
              case "0", "0.0", "false" -> false;
              default -> throw cells.fault(
                  patient, target.event(), event, "1 for an event and 0 for censoring");
            };
        if (number == 0 && !seen) {
          unseen.add(patient);
          return;
        }
        events.put(patient, seen);
        days.put(patient, number);
        times.put(number, 0f);
      });
    }
    problems.throwIfAny();
    if (events.isEmpty()) {
      throw new DataException(
          cells.table().file() + ": target " + name + ": nobody has both a time in column "
              + target.time() + " and an event in column " + target.event());
    }
    if (purpose.learning() && !events.containsValue(true)) {
      throw new DataException(
          cells.table().file() + ": target " + name + " has no events in column " + target.event()
              + "; a survival model needs at least one 1");
    }
    if (!unseen.isEmpty()) {
      notes.accept("target " + name + ": " + CohortReader.some(unseen) + " without follow-up ("
          + target.time() + " is 0, and no event): not used");
    }
    inOrder(times);
    Map<String, Cohort.Survival> values = new LinkedHashMap<>();
    days.forEach((patient, time) ->
        values.put(patient, new Cohort.Survival(time, times.get(time), events.get(patient))));
    notes.accept("target " + name + ": " + values.size() + " patients, "
        + events.values().stream().filter(e -> e).count() + " with an event"
        + cells.without(values));
    return new Cohort.SurvivalTarget(values);
  }

  /** Rounds times to 32 bits so that those that differ still do: the next number is taken where two would fall together. */
  private static void inOrder(SortedMap<Double, Float> times) {
    float last = -1;
    for (Map.Entry<Double, Float> time : times.entrySet()) {
      last = Math.max(time.getKey().floatValue(), Math.nextUp(last));
      time.setValue(last);
    }
  }

  private Map<String, Cohort.NumberValue> numbers(
      String name, CohortSettings.TargetSettings target, String wanted, double least) {
    cells.require(name, target.column());
    TargetCells.refuseThousands(cells.table(), target.column());
    Map<String, Cohort.NumberValue> values = new LinkedHashMap<>();
    Problems problems = new Problems();
    for (String patient : cells.visits().keySet()) {
      problems.check(() -> {
        String text = cells.cell(patient, target.column());
        if (!text.isEmpty()) {
          double value = Numbers.parse(text);
          if (!(value >= least && value <= LARGEST)) {
            throw cells.fault(
                patient,
                target.column(),
                text,
                wanted + ", or empty where it is unknown"
                    + (Double.isFinite(value) ? "" : Numbers.hint(text)));
          }
          values.put(patient, new Cohort.NumberValue(value));
        }
      });
    }
    problems.throwIfAny();
    if (values.isEmpty()
        || purpose.learning()
            && values.values().stream()
                    .map(Cohort.NumberValue::number)
                    .distinct()
                    .count()
                < 2) {
      throw new DataException(cells.table().file() + ": target " + name + " has "
          + (values.isEmpty() ? "no number" : "one and the same number for everybody")
          + " in column " + target.column()
          + "; there is nothing to " + (purpose.learning() ? "learn from" : "compare with"));
    }
    var range =
        values.values().stream().mapToDouble(Cohort.NumberValue::number).summaryStatistics();
    notes.accept("target " + name + ": " + values.size() + " patients, " + range.getMin() + " to "
        + range.getMax() + cells.without(values));
    return values;
  }
}
