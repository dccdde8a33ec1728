/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.command.Closest;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.experiment.Sweep;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.stroma.statistics.Bootstrap;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Interval;
import org.stroma.statistics.PairedBootstrap;

/** The metrics of an experiment's heads on patients whose target is known. */
public final class Evaluator {
  private static final int LEFT_OUT_EACH = 2000;

  private final Experiment experiment;
  private final WiredParts parts;

  private record Named(PartUse use, Metric metric, String name) {}

  /** The metrics of each head, by head. */
  private final Map<String, List<Named>> metrics = new TreeMap<>();

  /**
   * Asks the experiment's metrics what they are for.
   *
   * @throws FaultsException for metrics that fit no head, or two that a head would call by one name
   */
  public Evaluator(Experiment experiment, WiredParts parts) {
    this.experiment = experiment;
    this.parts = parts;
    List<Fault> faults = new ArrayList<>();
    for (PartUse use : experiment.metrics()) {
      Metric metric = parts.get(use.slot(), Metric.class);
      Set<TargetKind> targets = parts.code().run(Work.MEASURE, use, metric, metric::targets);
      List<String> heads = experiment.heads().keySet().stream()
          .filter(head -> targets.contains(kind(head)))
          .toList();
      if (heads.isEmpty()) {
        faults.add(new Fault(
            use.slot(),
            use.type() + " is a metric of "
                + targets.stream().map(TargetKind::label).sorted().collect(joining(" and "))
                + " targets, and no head predicts one"));
      }
      for (String head : heads) {
        String name = parts.code().run(Work.MEASURE, use, metric, () -> metric.name(kind(head)));
        List<Named> its = metrics.computeIfAbsent(head, h -> new ArrayList<>());
        if (!name.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
          faults.add(new Fault(
              use.slot(), use.type() + " calls itself \"" + name + "\"; that is no name"));
        } else if (its.stream().anyMatch(other -> other.name().equals(name))) {
          faults.add(new Fault(
              use.slot(), "head " + head + " has a metric " + name + " already; name it once"));
        }
        its.add(new Named(use, metric, name));
      }
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  /**
   * Checks that what decides, inside of folds and in a sweep, is measured.
   *
   * @throws FaultsException where it is not
   */
  public void checkDeciding() {
    List<Fault> faults = new ArrayList<>();
    Selection selection = experiment.selection();
    if (selection != null) {
      check("/evaluation/select/metric", selection.head(), selection.metric(), faults);
    }
    Sweep sweep = experiment.sweep();
    // what it takes over from the selection is told once
    if (sweep != null
        && (selection == null
            || !sweep.head().equals(selection.head())
            || !sweep.metric().equals(selection.metric()))) {
      check("/sweep/metric", sweep.head(), sweep.metric(), faults);
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  private void check(String pointer, String head, String metric, List<Fault> faults) {
    List<String> names =
        metrics.getOrDefault(head, List.of()).stream().map(Named::name).toList();
    if (!names.contains(metric)) {
      faults.add(new Fault(
          pointer,
          "is \"" + metric + "\"; the metrics of head " + head + " in /evaluation/metrics are "
              + String.join(", ", names) + Closest.question(metric, names)));
    }
  }

  private Named named(String head, String metric) {
    return metrics.getOrDefault(head, List.of()).stream()
        .filter(named -> named.name().equals(metric))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("head " + head + " has no metric " + metric));
  }

  /**
   * Whether a higher value of a head's metric is a better one.
   *
   * @throws IllegalArgumentException where the head has no metric of that name
   */
  public boolean higherIsBetter(String head, String metric) {
    Named named = named(head, metric);
    return parts
        .code()
        .run(Work.MEASURE, named.use(), named.metric(), named.metric()::higherIsBetter);
  }

  private TargetKind kind(String head) {
    return experiment
        .cohort()
        .targets()
        .get(experiment.heads().get(head).target())
        .kind();
  }

  /**
   * The metrics of all heads.
   *
   * @param times of survival, by head
   * @param patients whom to judge by
   * @param training who trained the models; empty where that is not known, or several models had others
   */
  public ObjectNode measure(
      Cohort data,
      Predictions predicted,
      PatchPredictions patches,
      Map<String, SurvivalTimes> times,
      List<String> patients,
      List<String> training) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    experiment.heads().forEach((head, use) -> {
      ObjectNode values = node.putObject(head);
      compute(head, input(head, data, predicted, patches, times, patients, training))
          .forEach((name, value) -> put(values, name, value));
    });
    return node;
  }

  /**
   * One metric of one head, as {@link #measure(Cohort, Predictions, PatchPredictions, Map, List, List)} computes it.
   *
   * @throws IllegalArgumentException where the head has no metric of that name
   */
  public MetricValue measure(
      String head,
      String metric,
      Cohort data,
      Predictions predicted,
      PatchPredictions patches,
      Map<String, SurvivalTimes> times,
      List<String> patients,
      List<String> training) {
    return compute(
        named(head, metric), input(head, data, predicted, patches, times, patients, training));
  }

  private MetricInput input(
      String head,
      Cohort data,
      Predictions predicted,
      PatchPredictions patches,
      Map<String, SurvivalTimes> times,
      List<String> patients,
      List<String> training) {
    Cohort.Target target = data.targets().get(experiment.heads().get(head).target());
    if (target instanceof Cohort.PatchTarget patchTarget) {
      return patches.input(head, patchTarget, data, patients);
    }
    return input(head, predicted, target, times, patients, training);
  }

  /** The metrics of a head by name, those of single labels and times among them. */
  SortedMap<String, MetricValue> compute(String head, MetricInput input) {
    SortedMap<String, MetricValue> computed = new TreeMap<>();
    metrics.getOrDefault(head, List.of()).forEach(metric -> {
      MetricValue value = compute(metric, input);
      computed.put(metric.name(), value);
      value.each().forEach((label, its) -> computed.put(metric.name() + "." + label, its));
    });
    return computed;
  }

  /** The metric that stands for a head: the usual one of its target, or the first one. */
  Optional<String> mainMetric(String head) {
    List<String> names =
        metrics.getOrDefault(head, List.of()).stream().map(Named::name).toList();
    return names.stream()
        .filter(Selection.usualMetric(kind(head))::equals)
        .findFirst()
        .or(() -> names.stream().findFirst());
  }

  /** A metric of a head. */
  MetricValue compute(String head, String metric, MetricInput input) {
    return compute(named(head, metric), input);
  }

  /** The interval of what a metric of a head says of one input less what it says of another one of the same patients. */
  Bootstrap.Result difference(String head, String metric, MetricInput first, MetricInput second) {
    Experiment.Reporting how = experiment.reporting();
    Named named = named(head, metric);
    return parts.code().run(Work.MEASURE, named.use(), named.metric(), () -> PairedBootstrap.of(
            Bootstrap.of(first.patients(), how.resamples(), experiment.seed()),
            rows -> estimate(named.metric().compute(first.select(rows))),
            rows -> estimate(named.metric().compute(second.select(rows))))
        .difference());
  }

  /** Intervals of the wanted metrics of a head by name, by a bootstrap over the patients of an input. */
  SortedMap<String, Interval> intervals(String head, MetricInput input, Predicate<String> wanted) {
    Experiment.Reporting how = experiment.reporting();
    SortedMap<String, Interval> intervals = new TreeMap<>();
    for (Named named : metrics.getOrDefault(head, List.of())) {
      if (!wanted.test(named.name())) {
        continue;
      }
      try {
        // all draws in one call: each call costs a thread
        intervals.putAll(parts.code().run(Work.MEASURE, named.use(), named.metric(), () -> {
          SortedMap<String, Interval> its = new TreeMap<>();
          if (!named.metric().hasInterval()) {
            return its;
          }
          Bootstrap.of(input.patients(), how.resamples(), experiment.seed())
              .ofEach(rows -> estimates(named, input.select(rows)))
              .forEach((name, result) -> its.put(name, interval(result, input, how.level())));
          return its;
        }));
      } catch (FaultsException e) {
        intervals.put(named.name(), Interval.undefined(e.faults().get(0).message()));
      } catch (DataException e) {
        intervals.put(named.name(), Interval.undefined(e.sentences().get(0)));
      }
    }
    return intervals;
  }

  /** BCa leaves out each patient once, which takes too long where there are many. */
  static Interval interval(Bootstrap.Result result, MetricInput input, double level) {
    return input.patients().size() > LEFT_OUT_EACH ? result.percentile(level) : result.bca(level);
  }

  private static Map<String, Estimate> estimates(Named named, MetricInput input) {
    Map<String, Estimate> estimates = new TreeMap<>();
    MetricValue value = named.metric().compute(input);
    estimates.put(named.name(), estimate(value));
    value.each().forEach((label, its) -> estimates.put(named.name() + "." + label, estimate(its)));
    return estimates;
  }

  private static Estimate estimate(MetricValue value) {
    return value.defined() ? Estimate.of(value.value()) : Estimate.undefined(value.reason());
  }

  /** A metric that fails is undefined, and says so: hours of training must not be lost to it. */
  private MetricValue compute(Named named, MetricInput input) {
    try {
      return parts
          .code()
          .run(Work.MEASURE, named.use(), named.metric(), () -> named.metric().compute(input));
    } catch (FaultsException e) {
      return MetricValue.undefined(e.faults().get(0).message());
    } catch (DataException e) {
      return MetricValue.undefined(e.sentences().get(0));
    }
  }

  private static List<String> known(Cohort.Target target, List<String> patients) {
    return patients.stream().filter(target.values()::containsKey).toList();
  }

  /** What a head predicts of the patients whose target is known, and what is true of the training patients. */
  static MetricInput input(
      String head,
      Predictions predictions,
      Cohort.Target target,
      Map<String, SurvivalTimes> times,
      List<String> patients,
      List<String> training) {
    List<String> known = known(target, patients);
    Map<Prediction, double[][]> rows = new TreeMap<>();
    for (Prediction prediction : predictions.of(head)) {
      rows.put(
          prediction,
          known.stream()
              .map(patient -> predictions.mean(head, prediction, patient))
              .toArray(double[][]::new));
    }
    MetricInput input = MetricInput.of(known, values(target, known), rows);
    SurvivalTimes its = times.get(head);
    if (its != null) {
      input = input.withTimes(
          its.asked(),
          rows.containsKey(Prediction.SURVIVAL_AT_FOLLOW_UP) ? its.columns() : new double[0]);
    }
    return training.isEmpty() ? input : input.withTraining(values(target, known(target, training)));
  }

  /** What is true of patients whose target is known. */
  static TargetValues values(Cohort.Target target, List<String> known) {
    if (target instanceof Cohort.SurvivalTarget survival) {
      boolean[] event = new boolean[known.size()];
      boolean[] competing = new boolean[known.size()];
      for (int i = 0; i < event.length; i++) {
        event[i] = survival.values().get(known.get(i)).event();
        competing[i] = survival.values().get(known.get(i)).competing();
      }
      return TargetValues.survival(
          known.stream().mapToDouble(p -> survival.values().get(p).time()).toArray(),
          event,
          competing);
    }
    if (target instanceof Cohort.Numeric numbers) {
      double[] value =
          known.stream().mapToDouble(p -> numbers.values().get(p).number()).toArray();
      return numbers.kind() == TargetKind.COUNT
          ? TargetValues.count(value)
          : TargetValues.number(value);
    }
    if (target instanceof Cohort.LabelsTarget labels) {
      return TargetValues.labels(
          table(labels, known, label -> label != Cohort.Label.UNKNOWN),
          table(labels, known, label -> label == Cohort.Label.PRESENT),
          labels.classes());
    }
    if (target instanceof Cohort.ClassTarget classes) {
      return TargetValues.classes(
          known.stream().mapToInt(p -> classes.values().get(p).index()).toArray(),
          classes.classes());
    }
    throw new IllegalStateException("patches have no values of patients");
  }

  private static boolean[][] table(
      Cohort.LabelsTarget target, List<String> known, Predicate<Cohort.Label> holds) {
    boolean[][] table = new boolean[known.size()][target.classes().size()];
    for (int i = 0; i < table.length; i++) {
      for (int label = 0; label < table[i].length; label++) {
        table[i][label] = holds.test(target.values().get(known.get(i)).labels().get(label));
      }
    }
    return table;
  }

  /** Writes a metric: its number, with what belongs to it in {@code details}, or null beside the reason. */
  static void put(ObjectNode node, String name, MetricValue metric) {
    if (metric.defined()) {
      node.put(name, metric.value());
      metric.details().forEach((detail, value) -> node.withObjectProperty("details")
          .withObjectProperty(name)
          .put(detail, value));
    } else {
      node.putNull(name);
      node.put(name + "_undefined", metric.reason());
    }
  }
}
