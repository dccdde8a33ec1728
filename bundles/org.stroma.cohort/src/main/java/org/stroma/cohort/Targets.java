/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Table;
import org.stroma.data.csv.Numbers;

/** Reads targets from the cohort's table. All visits of a patient have to agree. */
final class Targets {
  /** Squares of larger numbers do not fit into 32 bits. */
  private static final double LARGEST = 1e18;

  /** A kind of event. */
  private static final Pattern CODE = Pattern.compile("[1-9][0-9]{0,5}(\\.0)?");

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
    Map<String, End> ends = new LinkedHashMap<>();
    Map<String, String> coded = new LinkedHashMap<>();
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
        if (target.cause() == 0
            && !event.matches("1(\\.0)?")
            && CODE.matcher(event).matches()) {
          coded.put(patient, event);
          return;
        }
        End end = end(target, patient, event);
        if (number == 0 && end == End.CENSORED) {
          unseen.add(patient);
          return;
        }
        ends.put(patient, end);
        days.put(patient, number);
        times.put(number, 0f);
      });
    }
    if (!coded.isEmpty()) {
      problems.add(coded(name, target, coded));
    }
    problems.throwIfAny();
    if (ends.isEmpty()) {
      throw new DataException(
          cells.table().file() + ": target " + name + ": nobody has both a time in column "
              + target.time() + " and an event in column " + target.event());
    }
    if (purpose.learning() && !ends.containsValue(End.EVENT)) {
      throw new DataException(
          cells.table().file() + ": target " + name + " has no events in column " + target.event()
              + "; a survival model needs at least one " + Math.max(1, target.cause()));
    }
    if (!unseen.isEmpty()) {
      notes.accept("target " + name + ": " + CohortReader.some(unseen) + " without follow-up ("
          + target.time() + " is 0, and no event): not used");
    }
    inOrder(times);
    Map<String, Cohort.Survival> values = new LinkedHashMap<>();
    days.forEach((patient, time) -> values.put(
        patient,
        new Cohort.Survival(
            time,
            times.get(time),
            ends.get(patient) == End.EVENT,
            ends.get(patient) == End.COMPETING)));
    long others = Collections.frequency(ends.values(), End.COMPETING);
    notes.accept("target " + name + ": " + values.size() + " patients, "
        + Collections.frequency(ends.values(), End.EVENT)
        + (target.cause() == 0 ? " with an event" : " with event " + target.cause())
        + (others == 0
            ? ""
            : ", " + others + " with another event, who are censored then in training")
        + cells.without(values));
    return new Cohort.SurvivalTarget(values);
  }

  /** What ends a follow-up. */
  private enum End {
    CENSORED,
    EVENT,
    COMPETING
  }

  private End end(CohortSettings.TargetSettings target, String patient, String event) {
    switch (event.toLowerCase(Locale.ROOT)) {
      case "0", "0.0", "false":
        return End.CENSORED;
      case "1", "1.0", "true":
        return target.cause() <= 1 ? End.EVENT : End.COMPETING;
      default:
    }
    if (target.cause() > 0 && CODE.matcher(event).matches()) {
      return Integer.parseInt(event.replaceFirst("\\.0$", "")) == target.cause()
          ? End.EVENT
          : End.COMPETING;
    }
    throw cells.fault(
        patient,
        target.event(),
        event,
        target.cause() > 0
            ? "0 for censoring, or a number from 1 for an event"
            : "1 for an event and 0 for censoring");
  }

  /** What to do about patients with other events than 1, where no cause is named. */
  private DataException coded(
      String name, CohortSettings.TargetSettings target, Map<String, String> coded) {
    Map.Entry<String, String> first = coded.entrySet().iterator().next();
    return cells.fault(
        first.getKey(),
        target.event(),
        first.getValue(),
        "1 for an event and 0 for censoring"
            + (coded.size() > 1 ? " (and so has that of " + (coded.size() - 1) + " more)" : "")
            + "; if other numbers are other events, which compete with it, say which one is predicted, such as \"cause\": 1 in target "
            + name);
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
