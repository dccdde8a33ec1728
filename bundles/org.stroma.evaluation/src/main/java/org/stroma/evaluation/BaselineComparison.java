/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.experiment.Experiment;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.WiredParts;
import org.stroma.statistics.CorrectedResampledT;
import org.stroma.statistics.Interval;

/**
 * The baselines of a run beside its model: the metrics of each in the shape of the model's, and the difference in the metric that stands
 * for a head, the model less the baseline. Both are judged by the same patients: those of whom the baseline says something. By fold it
 * has the interval of the corrected resampled t test, of all test patients together one by a paired bootstrap over patients.
 */
public final class BaselineComparison {
  private final Experiment experiment;
  private final Evaluator evaluator;
  private final Cohort cohort;
  private final Map<String, SurvivalTimes> times;
  private final List<Tested> folds = new ArrayList<>();

  private record Tested(Fold fold, Predictions model, Map<String, BaselineResult> baselines) {}

  /** @param times of survival, by head */
  public BaselineComparison(
      Experiment experiment, WiredParts parts, Cohort cohort, Map<String, SurvivalTimes> times) {
    this.experiment = experiment;
    this.evaluator = new Evaluator(experiment, parts);
    this.cohort = cohort;
    this.times = times;
  }

  /**
   * Adds a fold.
   *
   * @param model what the model predicts of the test patients, by HEAD.NAME and patient
   */
  public void add(
      Fold fold, Map<String, Map<String, double[]>> model, Map<String, BaselineResult> baselines) {
    folds.add(new Tested(fold, Predictions.of(model), baselines));
  }

  /**
   * Writes {@code baselines}, by the name of each.
   *
   * @return lines of a table for each head
   */
  public List<String> write(ObjectNode metrics) {
    Map<String, ObjectNode> nodes = new LinkedHashMap<>();
    folds.forEach(tested -> tested
        .baselines()
        .keySet()
        .forEach(name -> nodes.computeIfAbsent(
            name, n -> metrics.withObjectProperty("baselines").putObject(n))));
    Map<String, List<String>> lines = new LinkedHashMap<>();
    int widest = nodes.keySet().stream().mapToInt(String::length).max().orElse(0);
    nodes.forEach((name, node) -> {
      write(name, node);
      ObjectNode differences = node.putObject("difference");
      for (String head : experiment.heads().keySet()) {
        evaluator.mainMetric(head).ifPresent(metric -> difference(
                name, head, metric, differences, widest)
            .forEach(line -> lines
                .computeIfAbsent(head, h -> new ArrayList<>(List.of(title(head, metric))))
                .add(line)));
      }
    });
    List<String> all = new ArrayList<>();
    lines.values().forEach(all::addAll);
    List<String> texts = cohort.modalities().entrySet().stream()
        .filter(modality -> modality.getValue() instanceof ModalityData.Texts
            || modality.getValue() instanceof ModalityData.Tokens)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
    if (!nodes.isEmpty() && !texts.isEmpty()) {
      all.add("baselines have no " + String.join(", ", texts)
          + ": words are no numbers that a regression could take");
    }
    return all;
  }

  private String title(String head, String metric) {
    return String.format(
        Locale.ROOT,
        "baselines of %s, %s%s: mean over folds; the model less the baseline on the same patients, %.0f %% interval",
        head,
        metric,
        evaluator.higherIsBetter(head, metric) ? "" : " (lower is better)",
        100 * experiment.reporting().level());
  }

  private void write(String name, ObjectNode node) {
    ArrayNode byFold = node.putArray("folds");
    PooledMetrics pooled = new PooledMetrics(experiment, evaluator, cohort, times, true);
    for (Tested tested : folds) {
      BaselineResult result = tested.baselines().get(name);
      ObjectNode told = byFold
          .addObject()
          .put("repeat", tested.fold().repeat())
          .put("fold", tested.fold().fold());
      told.set("fit", result == null ? Json.MAPPER.createObjectNode() : result.fits());
      told.set("test", result == null ? Json.MAPPER.createObjectNode() : result.test());
      if (result != null) {
        pooled.add(tested.fold().repeat(), tested.fold().test(), test(tested.fold(), result));
      }
    }
    FoldSummary.write(node, byFold);
    pooled.write(node);
  }

  private static Map<String, Map<String, double[]>> test(Fold fold, BaselineResult result) {
    Map<String, Map<String, double[]>> test = new LinkedHashMap<>();
    result.predictions().forEach((output, byPatient) -> {
      Map<String, double[]> some = new LinkedHashMap<>();
      fold.test().stream()
          .filter(byPatient::containsKey)
          .forEach(patient -> some.put(patient, byPatient.get(patient)));
      test.put(output, some);
    });
    return test;
  }

  /** What both say of the same patients. */
  private record Pair(MetricInput model, MetricInput baseline) {}

  private Pair pair(
      String head,
      Predictions model,
      Predictions baseline,
      List<String> patients,
      List<String> training) {
    Cohort.Target target = cohort.targets().get(experiment.heads().get(head).target());
    List<String> both = baseline.predicted(head, patients);
    return new Pair(
        Evaluator.input(head, model, target, times, both, training),
        Evaluator.input(head, baseline, target, times, both, training));
  }

  private List<String> difference(
      String name, String head, String metric, ObjectNode differences, int widest) {
    List<double[]> byFold = new ArrayList<>();
    Predictions model = new Predictions();
    Predictions baseline = new Predictions();
    TreeSet<String> patients = new TreeSet<>();
    double training = 0;
    double test = 0;
    for (Tested tested : folds) {
      BaselineResult result = tested.baselines().get(name);
      if (result == null) {
        continue;
      }
      Predictions predicted = Predictions.of(test(tested.fold(), result));
      if (predicted.of(head).isEmpty()) {
        continue;
      }
      Pair pair = pair(
          head, tested.model(), predicted, tested.fold().test(), tested.fold().training());
      MetricValue first = evaluator.compute(head, metric, pair.model());
      MetricValue second = evaluator.compute(head, metric, pair.baseline());
      if (first.defined() && second.defined()) {
        byFold.add(new double[] {first.value(), second.value()});
        training += tested.fold().training().size();
        test += tested.fold().test().size();
      }
      model.addMeans(tested.model().means());
      baseline.addMeans(predicted.means());
      patients.addAll(pair.baseline().patients());
    }
    if (patients.isEmpty()) {
      String reason = folds.stream()
          .map(tested -> tested.baselines().get(name))
          .filter(result -> result != null && result.fits().path(head).has("undefined"))
          .map(result -> result.fits().path(head).path("undefined").asText())
          .findFirst()
          .orElse("");
      return reason.isEmpty() ? List.of() : List.of("  " + name + ": " + reason);
    }
    ObjectNode json = differences.putObject(head).putObject(metric);
    json.put("patients", patients.size()).put("folds", byFold.size());
    Interval interval = byFold(byFold, test / training, json);
    together(head, metric, pair(head, model, baseline, List.copyOf(patients), List.of()), json);
    return List.of(line(name, byFold, interval, patients.size(), widest));
  }

  private Interval byFold(List<double[]> byFold, double share, ObjectNode json) {
    double level = experiment.reporting().level();
    double[] differences = byFold.stream().mapToDouble(v -> v[0] - v[1]).toArray();
    Interval interval = differences.length == 0
        ? Interval.undefined("it is defined in no fold")
        : CorrectedResampledT.of(differences, share).interval(level);
    if (differences.length == 0) {
      json.putNull("value").put("undefined", interval.reason());
      return interval;
    }
    json.put("model", byFold.stream().mapToDouble(v -> v[0]).average().orElseThrow())
        .put("baseline", byFold.stream().mapToDouble(v -> v[1]).average().orElseThrow())
        .put("value", byFold.stream().mapToDouble(v -> v[0] - v[1]).average().orElseThrow());
    put(json, interval);
    return interval;
  }

  private void together(String head, String metric, Pair pair, ObjectNode to) {
    ObjectNode json = to.putObject("pooled");
    MetricValue first = evaluator.compute(head, metric, pair.model());
    MetricValue second = evaluator.compute(head, metric, pair.baseline());
    if (!first.defined() || !second.defined()) {
      json.putNull("value").put("undefined", (first.defined() ? second : first).reason());
      return;
    }
    json.put("model", first.value())
        .put("baseline", second.value())
        .put("value", first.value() - second.value());
    if (experiment.reporting().resamples() == 0 || pair.model().patients().size() < 2) {
      return;
    }
    Interval interval;
    try {
      interval = Evaluator.interval(
          evaluator.difference(head, metric, pair.model(), pair.baseline()),
          pair.model(),
          experiment.reporting().level());
    } catch (FaultsException e) {
      interval = Interval.undefined(e.faults().get(0).message());
    } catch (DataException e) {
      interval = Interval.undefined(e.sentences().get(0));
    }
    put(json, interval);
    json.put("resamples", experiment.reporting().resamples());
  }

  private static void put(ObjectNode json, Interval interval) {
    if (interval.defined()) {
      json.put("lower", interval.lower())
          .put("upper", interval.upper())
          .put("level", interval.level())
          .put("method", interval.method());
    } else {
      json.putNull("lower").putNull("upper").put("interval_undefined", interval.reason());
    }
  }

  private String line(
      String name, List<double[]> byFold, Interval interval, int patients, int widest) {
    if (byFold.isEmpty()) {
      return "  " + name + ": it is defined in no fold";
    }
    double model = byFold.stream().mapToDouble(v -> v[0]).average().orElseThrow();
    double baseline = byFold.stream().mapToDouble(v -> v[1]).average().orElseThrow();
    long tested =
        folds.stream().flatMap(t -> t.fold().test().stream()).distinct().count();
    return String.format(
        Locale.ROOT,
        "  %-" + Math.max(1, widest) + "s  %.4f  %+.4f%s%s",
        name,
        baseline,
        model - baseline,
        interval.defined()
            ? String.format(Locale.ROOT, " (%+.4f to %+.4f)", interval.lower(), interval.upper())
            : "",
        patients == tested ? "" : "  of " + patients + " patients who have it");
  }
}
