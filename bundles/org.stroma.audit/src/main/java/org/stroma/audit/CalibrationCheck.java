/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.stroma.cohort.Cohort;
import org.stroma.run.RunMetrics;

/** Whether it is told how far predicted risks and probabilities can be believed. */
final class CalibrationCheck implements Check {
  private static final Pattern CALIBRATION = Pattern.compile(
      "(?i).*(calibration|slope|\\bici\\b|(^|[-_])ici($|[-_.])|\\bece\\b|(^|[-_])ece($|[-_.])|brier|ibs|ipa|e50|e90).*");

  private static final Pattern SLOPE = Pattern.compile("(?i).*slope.*");
  private static final Pattern ERROR = Pattern.compile("(?i)(.*[-_.])?(ece|ici)([-_.].*)?");

  /** Slopes outside of these are told. */
  private static final double FLAT = 0.8;

  private static final double STEEP = 1.25;

  /** A mean distance of probabilities and what was observed. */
  private static final double FAR = 0.1;

  @Override
  public String name() {
    return "calibration";
  }

  @Override
  public String title() {
    return "Can predicted risks and probabilities be believed?";
  }

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> findings = new ArrayList<>();
    for (Subject.Head head : subject.heads()) {
      if (!(head.target() instanceof Cohort.Numeric)) {
        findings.add(
            subject.run() == null
                ? declared(subject, head)
                : reported(subject, head, subject.run()));
      }
    }
    return findings.isEmpty()
        ? List.of(Finding.of(
                name(),
                Level.NOT_APPLICABLE,
                "No head predicts a risk or a probability of patients.")
            .at("file", subject.experimentFile()))
        : findings;
  }

  private Finding declared(Subject subject, Subject.Head head) {
    List<String> named = new ArrayList<>();
    for (JsonNode metric : subject.experiment().at("/evaluation/metrics")) {
      String type = metric.path("type").asText();
      if (CALIBRATION.matcher(type).matches()) {
        named.add(type);
      }
    }
    return finding(head, !named.isEmpty(), "metrics of the experiment", named)
        .at("file", subject.experimentFile())
        .at("pointer", "/evaluation/metrics");
  }

  private Finding finding(Subject.Head head, boolean there, String where, List<String> named) {
    return Finding.of(
            name(),
            there ? Level.FINE : Level.CAUTION,
            head.name() + ": "
                + (there
                    ? "among the " + where + " are " + String.join(", ", named) + "."
                    : "none of the " + where
                        + " says whether its risks or probabilities are right; how well patients are ranked says nothing of that."))
        .with("metrics", named)
        .at("head", head.name());
  }

  private Finding reported(Subject subject, Subject.Head head, Results run) {
    RunMetrics metrics = run.reader().metrics();
    Map<String, Double> named = new TreeMap<>();
    for (Map<String, ? extends Map<String, RunMetrics.Value>> of :
        List.of(metrics.mean(), metrics.pooled())) {
      Map<String, RunMetrics.Value> its = of.get(head.name());
      if (its != null) {
        its.forEach((metric, value) -> {
          if (value.defined() && CALIBRATION.matcher(metric).matches()) {
            named.put(metric, Words.rounded(value.value()));
          }
        });
      }
    }
    // of metrics at several times, the mean stands for all in a sentence
    Map<String, Double> told = new TreeMap<>(named);
    told.keySet()
        .removeIf(
            metric -> named.containsKey(metric.replaceFirst("\\..*", "")) && metric.contains("."));
    List<String> off = told.entrySet().stream()
        .filter(e ->
            SLOPE.matcher(e.getKey()).matches() && (e.getValue() < FLAT || e.getValue() > STEEP)
                || ERROR.matcher(e.getKey()).matches() && e.getValue() > FAR)
        .map(e -> e.getKey() + " " + e.getValue())
        .toList();
    Finding finding = finding(
        head,
        !named.isEmpty(),
        "run's metrics",
        told.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    if (!off.isEmpty()) {
      finding = Finding.of(
          name(),
          Level.CAUTION,
          head.name() + ": predictions are off by " + String.join(", ", off)
              + " (a slope of 1 and an error of 0 are right; a slope below 1 means predictions that are too extreme).");
    }
    return finding
        .with("metrics", named)
        .at("file", subject.path().resolve("metrics.json").toString())
        .at("pointer", (metrics.pooled().isEmpty() ? "/mean/" : "/pooled/") + head.name())
        .at("head", head.name());
  }
}
