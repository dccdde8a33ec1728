/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.Prediction;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.metrics.ClassificationMetrics;
import org.stroma.metrics.Concordance;
import org.stroma.metrics.Metric;
import org.stroma.metrics.RegressionMetrics;
import org.stroma.parts.Json;

/** The metrics of heads on patients whose target is known. */
public final class Evaluator {
  private Evaluator() {}

  /** The metrics of all heads. */
  public static ObjectNode of(
      Experiment experiment,
      Cohort data,
      Predictions predicted,
      PatchPredictions patches,
      List<String> patients) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    experiment.heads().forEach((head, use) -> {
      ObjectNode values = node.putObject(head);
      Cohort.Target target = data.targets().get(use.target());
      Map<String, Metric> metrics = target instanceof Cohort.PatchTarget
          ? patches.metrics(head, data.samples(patients))
          : of(head, predicted, target, patients);
      metrics.forEach((name, metric) -> put(values, name, metric));
    });
    return node;
  }

  /** Metrics by name of one head that predicts something of patients. */
  static Map<String, Metric> of(
      String head, Predictions predictions, Cohort.Target target, List<String> patients) {
    List<String> known = patients.stream().filter(target.values()::containsKey).toList();
    Map<String, Metric> metrics = new TreeMap<>();
    if (target instanceof Cohort.SurvivalTarget survival) {
      double[] time =
          known.stream().mapToDouble(p -> survival.values().get(p).time()).toArray();
      double[] risk = known.stream()
          .mapToDouble(p -> predictions.mean(head, Prediction.RISK, p)[0])
          .toArray();
      boolean[] event = new boolean[time.length];
      for (int i = 0; i < event.length; i++) {
        event[i] = survival.values().get(known.get(i)).event();
      }
      metrics.put("c_index", Concordance.harrell(time, event, risk));
    } else if (target instanceof Cohort.Numeric numbers) {
      double[] value =
          known.stream().mapToDouble(p -> numbers.values().get(p).number()).toArray();
      double[] predicted = known.stream()
          .mapToDouble(p -> predictions.mean(head, Prediction.VALUE, p)[0])
          .toArray();
      metrics.put("mae", RegressionMetrics.meanAbsoluteError(value, predicted));
      metrics.put("rmse", RegressionMetrics.rootMeanSquaredError(value, predicted));
      metrics.put("r2", RegressionMetrics.r2(value, predicted));
    } else if (target instanceof Cohort.ClassTarget classes) {
      int[] label =
          known.stream().mapToInt(p -> classes.values().get(p).index()).toArray();
      double[][] rows = known.stream()
          .map(p -> predictions.mean(head, Prediction.PROBABILITY, p))
          .toArray(double[][]::new);
      metrics.put("accuracy", ClassificationMetrics.accuracy(label, rows));
      metrics.put("balanced_accuracy", ClassificationMetrics.balancedAccuracy(label, rows));
      metrics.put("auc", ClassificationMetrics.auc(label, rows));
    } else if (target instanceof Cohort.LabelsTarget labels) {
      metrics.putAll(LabelMetrics.of(head, predictions, labels, known));
    }
    return metrics;
  }

  /** Writes a metric: its number, or null beside the reason. */
  static void put(ObjectNode node, String name, Metric metric) {
    if (metric.defined()) {
      node.put(name, metric.value());
    } else {
      node.putNull(name);
      node.put(name + "_undefined", metric.reason());
    }
  }

  /**
   * The means and standard deviations over folds of what is defined; one fold has no standard deviation.
   *
   * @return a sentence for each metric
   */
  public static List<String> summarise(ObjectNode metrics, ArrayNode folds) {
    ObjectNode mean = metrics.putObject("mean");
    ObjectNode std = metrics.putObject("std");
    List<String> sentences = new ArrayList<>();
    Map<String, Map<String, List<Double>>> values = new TreeMap<>();
    Map<String, String> reasons = new TreeMap<>();
    folds.forEach(fold -> fold.path("test")
        .fields()
        .forEachRemaining(head -> head.getValue().fields().forEachRemaining(metric -> {
          Map<String, List<Double>> its =
              values.computeIfAbsent(head.getKey(), h -> new TreeMap<>());
          if (metric.getValue().isNumber()) {
            its.computeIfAbsent(metric.getKey(), m -> new ArrayList<>())
                .add(metric.getValue().doubleValue());
          } else if (metric.getValue().isNull()) {
            its.computeIfAbsent(metric.getKey(), m -> new ArrayList<>());
            reasons.put(
                head.getKey() + " " + metric.getKey(),
                head.getValue().path(metric.getKey() + "_undefined").asText());
          }
        })));
    values.forEach((head, byMetric) -> byMetric.forEach((metric, all) -> {
      String name = head + " " + metric;
      String some = all.size() == folds.size()
          ? ""
          : "; it is not defined in " + (folds.size() - all.size()) + ": " + reasons.get(name);
      if (all.isEmpty()) {
        put(mean.withObjectProperty(head), metric, Metric.undefined(reasons.get(name)));
        sentences.add(name + " is not defined: " + reasons.get(name));
        return;
      }
      double average = all.stream().mapToDouble(v -> v).average().orElseThrow();
      mean.withObjectProperty(head).put(metric, average);
      if (all.size() == 1) {
        put(std.withObjectProperty(head), metric, Metric.undefined("there is one fold"));
        sentences.add(String.format(Locale.ROOT, "%s %.4f (one fold%s)", name, average, some));
        return;
      }
      double squares =
          all.stream().mapToDouble(v -> (v - average) * (v - average)).sum();
      double deviation = Math.sqrt(squares / (all.size() - 1));
      std.withObjectProperty(head).put(metric, deviation);
      sentences.add(String.format(
          Locale.ROOT,
          "%s %.4f (standard deviation over %d folds %.4f%s)",
          name,
          average,
          all.size(),
          deviation,
          some));
    }));
    return sentences;
  }
}
