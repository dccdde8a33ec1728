/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.stroma.run.RunMetrics;
import org.stroma.run.RunPredictions;

/** How much better a model does on those who trained it, and whether what is reported says how sure it is. */
final class OptimismCheck implements Check {
  private static final double WIDE = 0.2;

  /** Metrics that are 1 at best, by how telling they are. */
  private static final List<String> TELLING =
      List.of("c_index", "auc", "balanced_accuracy", "accuracy", "r2");

  @Override
  public String name() {
    return "performance";
  }

  @Override
  public String title() {
    return "Is performance on test patients what is reported, with its uncertainty?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    Results run = subject.run();
    if (run == null || run.reader().pretraining()) {
      return List.of(Finding.of(
              name(), Level.NOT_APPLICABLE, "There is no run yet, or one that predicts nothing.")
          .at("file", subject.experimentFile()));
    }
    List<Finding> findings = new ArrayList<>();
    String file = subject.path().resolve("metrics.json").toString();
    RunMetrics metrics = run.reader().metrics();
    for (Subject.Head head : subject.heads()) {
      for (String metric : TELLING) {
        OptionalDouble train = mean(metrics, RunPredictions.TRAIN, head.name(), metric);
        OptionalDouble test = mean(metrics, RunPredictions.TEST, head.name(), metric);
        if (train.isPresent() && test.isPresent()) {
          findings.add(gap(head.name(), metric, train.getAsDouble(), test.getAsDouble())
              .at("file", file)
              .at("pointer", "/folds"));
          break;
        }
      }
    }
    boolean intervals = metrics.pooled().values().stream()
        .flatMap(values -> values.values().stream())
        .anyMatch(value -> value.interval() != null);
    findings.add(Finding.of(
            name(),
            intervals ? Level.FINE : Level.CAUTION,
            intervals
                ? "Metrics over all test patients come with intervals."
                : "No metric has an interval, and the standard deviation over folds is none: folds share their training patients.")
        .at("file", file)
        .at("pointer", "/pooled"));
    return findings;
  }

  private static OptionalDouble mean(RunMetrics metrics, String side, String head, String metric) {
    return metrics.folds().stream()
        .map(fold -> fold.value(side, head, metric))
        .flatMap(Optional::stream)
        .filter(RunMetrics.Value::defined)
        .mapToDouble(RunMetrics.Value::value)
        .average();
  }

  private Finding gap(String head, String metric, double train, double test) {
    double gap = train - test;
    return Finding.of(
            name(),
            gap > WIDE ? Level.CAUTION : Level.FINE,
            String.format(
                    Locale.ROOT,
                    "%s: %s is %.3f on training patients and %.3f on test patients, means over the folds.",
                    head,
                    metric,
                    train,
                    test)
                + (gap > WIDE
                    ? " The models know much of their training patients by heart; the test patients' number alone is to be reported."
                    : ""))
        .with("metric", metric)
        .with("train", Words.rounded(train))
        .with("test", Words.rounded(test))
        .at("head", head);
  }
}
