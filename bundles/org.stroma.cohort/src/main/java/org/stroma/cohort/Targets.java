/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;
import org.stroma.api.data.MissingValues;
import org.stroma.api.data.Problems;
import org.stroma.api.data.Table;
import org.stroma.data.csv.Numbers;

/** Reads targets from the cohort's table. All visits of a patient have to agree. */
final class Targets {
  /** Squares of larger numbers do not fit into 32 bits. */
  private static final double LARGEST = 1e18;

  private final Table table;
  private final Map<String, List<Cohort.Visit>> visits;
  private final Purpose purpose;
  private final Consumer<String> notes;

  Targets(
      Table table,
      Map<String, List<Cohort.Visit>> visits,
      Purpose purpose,
      Consumer<String> notes) {
    this.table = table;
    this.visits = visits;
    this.purpose = purpose;
    this.notes = notes;
  }

  Cohort.Target read(String name, CohortSettings.TargetSettings target) {
    return switch (target.kind()) {
      case SURVIVAL -> survival(name, target);
      case CLASS -> classes(name, target);
      case NUMBER -> numbers(name, target);
      case PATCHES -> new Cohort.PatchTarget(target.modality(), target.classes());
    };
  }

  private Cohort.Target survival(String name, CohortSettings.TargetSettings target) {
    require(name, target.time());
    require(name, target.event());
    refuseThousands(table, target.time());
    SortedMap<Double, Float> times = new TreeMap<>();
    Map<String, Double> days = new LinkedHashMap<>();
    Map<String, Boolean> events = new LinkedHashMap<>();
    List<String> unseen = new ArrayList<>();
    Problems problems = new Problems();
    for (String patient : visits.keySet()) {
      problems.check(() -> {
        String time = cell(patient, target.time());
        String event = cell(patient, target.event());
        if (time.isEmpty() || event.isEmpty()) {
          return;
        }
        double number = Numbers.parse(time);
        if (!(number >= 0) || Float.isInfinite((float) number)) {
          throw fault(
              patient,
              target.time(),
              time,
              "a time of follow-up, 0 or more" + (number < 0 ? "" : Numbers.hint(time)));
        }
        boolean seen =
            switch (event.toLowerCase(Locale.ROOT)) {
              case "1", "1.0", "true" -> true;
              case "0", "0.0", "false" -> false;
              default -> throw fault(
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
          table.file() + ": target " + name + ": nobody has both a time in column " + target.time()
              + " and an event in column " + target.event());
    }
    if (purpose.learning() && !events.containsValue(true)) {
      throw new DataException(table.file() + ": target " + name + " has no events in column "
          + target.event() + "; a survival model needs at least one 1");
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
        + events.values().stream().filter(e -> e).count() + " with an event" + without(values));
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

  private Cohort.Target classes(String name, CohortSettings.TargetSettings target) {
    require(name, target.column());
    Map<String, String> labels = new LinkedHashMap<>();
    for (String patient : visits.keySet()) {
      String label = cell(patient, target.column());
      if (!label.isEmpty()) {
        labels.put(patient, label);
      }
    }
    List<String> classes = purpose.classes().get(name);
    if (classes == null) {
      classes = sorted(labels.values());
      if (classes.size() < 2) {
        throw new DataException(table.file() + ": target " + name + " has "
            + (classes.isEmpty() ? "no class" : "only the class " + classes) + " in column "
            + target.column() + "; it needs at least two");
      }
      likeEachOther(name, classes);
    } else {
      known(name, target.column(), classes, labels);
    }
    List<String> order = classes;
    Map<String, Cohort.ClassLabel> values = new LinkedHashMap<>();
    labels.forEach(
        (patient, label) -> values.put(patient, new Cohort.ClassLabel(order.indexOf(label))));
    notes.accept("target " + name + ": " + counts(order, labels.values()) + without(values));
    return new Cohort.ClassTarget(order, values);
  }

  /** Classes in the order of their names, or of their values where all are numbers: 2 comes before 10. */
  private static List<String> sorted(Iterable<String> labels) {
    Set<String> different = new TreeSet<>();
    labels.forEach(different::add);
    boolean numbers = different.stream().allMatch(label -> Double.isFinite(Numbers.parse(label)));
    return numbers
        ? different.stream()
            .sorted(
                java.util.Comparator.comparingDouble(Numbers::parse).thenComparing(label -> label))
            .toList()
        : List.copyOf(different);
  }

  private void likeEachOther(String name, List<String> classes) {
    Map<String, List<String>> alike = classes.stream()
        .collect(Collectors.groupingBy(Targets::spelling, TreeMap::new, Collectors.toList()));
    alike.values().stream()
        .filter(group -> group.size() > 1)
        .forEach(
            group -> notes.accept(
                "target " + name + ": the classes " + String.join(" and ", group)
                    + " differ in their spelling alone and are learned as different classes; write them alike if they are one"));
  }

  /** Classes with equal spellings are likely one: case, blanks, hyphens, and 1 beside 1.0. */
  private static String spelling(String label) {
    double number = Numbers.parse(label);
    return Double.isFinite(number)
        ? "" + number
        : label.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ").strip();
  }

  /** Takes the labels that the model was trained with; others are named and left out. */
  private void known(String name, String column, List<String> classes, Map<String, String> labels) {
    SortedMap<String, List<String>> strange = new TreeMap<>();
    labels.replaceAll((patient, label) -> {
      double number = Numbers.parse(label);
      // 1 and 1.0 are one number, which other programs write in their own way
      if (classes.contains(label)) {
        return label;
      }
      // R writes TRUE, pandas True
      boolean truth = label.equalsIgnoreCase("true") || label.equalsIgnoreCase("false");
      List<String> same = classes.stream()
          .filter(c -> truth
              ? c.equalsIgnoreCase(label)
              : Double.isFinite(number) && Numbers.parse(c) == number)
          .toList();
      return same.size() == 1 ? same.get(0) : label;
    });
    labels.forEach((patient, label) -> {
      if (!classes.contains(label)) {
        strange.computeIfAbsent(label, l -> new ArrayList<>()).add(patient);
      }
    });
    strange.values().forEach(patients -> patients.forEach(labels::remove));
    if (!strange.isEmpty()) {
      notes.accept("target " + name + ": "
          + strange.entrySet().stream()
              .map(e -> "class " + e.getKey() + " of " + CohortReader.some(e.getValue()))
              .collect(Collectors.joining(", "))
          + " is not among the classes of training (" + String.join(", ", classes)
          + "); these patients are left out");
    }
    if (labels.isEmpty()) {
      throw new DataException(table.file() + ": nobody has one of the classes of training, "
          + String.join(", ", classes)
          + ", in column " + column + " of target " + name
          + (strange.isEmpty()
              ? "; it holds no value"
              : "; its classes are " + String.join(", ", strange.keySet())));
    }
  }

  private static String counts(List<String> classes, java.util.Collection<String> labels) {
    return classes.stream()
        .map(c -> c + " " + labels.stream().filter(c::equals).count())
        .collect(Collectors.joining(", "));
  }

  private String without(Map<String, ? extends Cohort.Value> values) {
    int others = visits.size() - values.size();
    return others == 0 ? "" : "; " + others + " without";
  }

  private Cohort.Target numbers(String name, CohortSettings.TargetSettings target) {
    require(name, target.column());
    refuseThousands(table, target.column());
    Map<String, Cohort.NumberValue> values = new LinkedHashMap<>();
    Problems problems = new Problems();
    for (String patient : visits.keySet()) {
      problems.check(() -> {
        String text = cell(patient, target.column());
        if (!text.isEmpty()) {
          double value = Numbers.parse(text);
          if (!(Math.abs(value) <= LARGEST)) {
            throw fault(
                patient,
                target.column(),
                text,
                "a number up to 1e18, or empty where it is unknown"
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
      throw new DataException(table.file() + ": target " + name + " has "
          + (values.isEmpty() ? "no number" : "one and the same number for everybody")
          + " in column " + target.column()
          + "; there is nothing to " + (purpose.learning() ? "learn from" : "compare with"));
    }
    var range =
        values.values().stream().mapToDouble(Cohort.NumberValue::number).summaryStatistics();
    notes.accept("target " + name + ": " + values.size() + " patients, " + range.getMin() + " to "
        + range.getMax() + without(values));
    return new Cohort.NumberTarget(values);
  }

  /** The one value that a patient's rows give for a column; empty where none gives any. */
  private String cell(String patient, String column) {
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

  private void require(String target, String column) {
    if (!table.columns().contains(column)) {
      throw new DataException(table.file() + ": there is no column " + column + ", which target "
          + target + " needs; the columns are " + String.join(", ", table.columns()));
    }
  }

  private DataException fault(String patient, String column, String text, String wanted) {
    return new DataException(table.file() + ": patient " + patient + ", column " + column + " is \""
        + text + "\"; it has to be " + wanted);
  }
}
