/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stroma.api.TargetKind;

/** What metrics are called and what they say. One that is not known here is called by its own name. */
public final class MetricNames {
  /**
   * What is known of a metric.
   *
   * @param title as in papers
   * @param meaning what its value says, in a sentence
   * @param chance its value for predictions that know nothing; NaN where there is none
   */
  public record Known(String title, String meaning, double chance) {}

  private static final double NONE = Double.NaN;

  /** Metrics of survival that are over all of the follow-up where they are not at a time. */
  private static final Set<String> INTEGRATED = Set.of("auc_t", "brier", "ipa");

  /** By name; those that mean something else for survival have {@code survival:} before it. */
  private static final Map<String, Known> KNOWN = inOrder(
      known(
          "c_index",
          "Harrell’s c",
          "Share of pairs of patients in the right order, of those whose order is known; equal risks count half.",
          0.5),
      known(
          "uno_c_index",
          "Uno’s c",
          "Like Harrell’s c, with pairs weighted by the inverse probability of censoring, so that it does not depend on the censoring; events before tau count.",
          0.5),
      known(
          "auc",
          "AUC",
          "Probability that a patient with the class has a higher score than one without; of two classes the second, of more the mean of each against the rest.",
          0.5),
      known(
          "auc_t",
          "AUC over time",
          "Probability that a patient with the event by a time has a higher risk than one who is without it then (cumulative/dynamic AUC), weighted by the inverse probability of censoring; integrated, its mean over time.",
          0.5),
      known(
          "survival:brier",
          "Brier score",
          "Mean squared error of survival probabilities, weighted by the inverse probability of censoring; integrated, its mean over the follow-up. Lower is better.",
          NONE),
      known(
          "brier",
          "Brier score",
          "Mean squared error of probabilities: of two classes of the second’s, of more the sum over the classes. Lower is better.",
          NONE),
      known(
          "ipa",
          "Index of prediction accuracy",
          "1 − Brier score / Brier score of the training patients’ Kaplan-Meier curve: how much of its error is done away with. 0 is nothing, below 0 is worse.",
          0),
      known(
          "calibration_slope",
          "Calibration slope",
          "Coefficient of the predicted log cumulative hazard in a Cox model: 1 is right, below 1 predictions are too extreme, above 1 too timid; without a time, the mean over the times.",
          NONE),
      known(
          "ici",
          "Integrated calibration index",
          "Mean distance of predicted and observed probabilities; lower is better.",
          NONE),
      known(
          "d_calibration",
          "D-calibration, p-value",
          "A small p-value speaks against the predicted survival curves.",
          NONE),
      known(
          "hazard_ratio",
          "Hazard ratio",
          "Hazard of patients above the median risk of the training patients over that of the others.",
          1),
      known(
          "log_rank",
          "Log-rank test, p-value",
          "A small p-value speaks for a difference between high and low predicted risk; its mean over folds says nothing.",
          NONE),
      known(
          "rmst_difference",
          "Difference of restricted mean survival times",
          "How much longer patients at low predicted risk live until tau than those at high risk.",
          0),
      known(
          "net_benefit",
          "Net benefit",
          "True positives a patient less false positives, weighed by the threshold of treatment; nobody treated is 0.",
          NONE),
      known("accuracy", "Accuracy", "Share of patients whose class is predicted.", NONE),
      known(
          "balanced_accuracy",
          "Balanced accuracy",
          "Mean over the classes of the share of their patients who are recognised.",
          NONE),
      known("f1", "F1", "Harmonic mean of precision and sensitivity, mean over the classes.", NONE),
      known(
          "weighted_f1",
          "F1, weighted",
          "Harmonic mean of precision and sensitivity, classes weighted by their patients.",
          NONE),
      known(
          "mcc",
          "Matthews correlation",
          "Correlation of true and predicted classes; 1 is perfect.",
          0),
      known(
          "kappa",
          "Cohen’s kappa",
          "Agreement of true and predicted classes beyond chance; 1 is perfect.",
          0),
      known(
          "average_precision",
          "Average precision",
          "Area below the curve of precision and recall (by steps); of two classes the second, of more the mean. The share of the class is chance.",
          NONE),
      known(
          "sensitivity_at_specificity",
          "Sensitivity at a specificity",
          "Share of those with the class who are found, where so many in 100 of the others are left in peace.",
          NONE),
      known(
          "log_loss",
          "Log loss",
          "Mean negative logarithm of the true class’s probability; lower is better.",
          NONE),
      known(
          "ece",
          "Expected calibration error",
          "Mean distance of predicted probability and observed share; lower is better.",
          NONE),
      known(
          "mae",
          "Mean absolute error",
          "Mean distance of predicted and true, in the unit of the target; lower is better.",
          NONE),
      known(
          "rmse",
          "Root mean squared error",
          "Like the mean absolute error, with large errors counting more; lower is better.",
          NONE),
      known(
          "r2",
          "R²",
          "Share of the variance that is predicted; 0 is no better than the mean, below 0 is worse.",
          0),
      known(
          "spearman",
          "Spearman’s correlation",
          "Correlation of the ranks of predicted and true.",
          0),
      known("pearson", "Pearson’s correlation", "Linear correlation of predicted and true.", 0),
      known(
          "dice",
          "Dice",
          "Overlap of predicted and true patches of a class, mean over the classes; 1 is complete.",
          NONE),
      known(
          "iou",
          "Intersection over union",
          "Overlap of predicted and true patches of a class, mean over the classes; 1 is complete.",
          NONE));

  private static final Map<TargetKind, List<String>> MAIN = Map.of(
      TargetKind.SURVIVAL, List.of("c_index", "uno_c_index"),
      TargetKind.CLASS, List.of("auc", "balanced_accuracy", "accuracy"),
      TargetKind.LABELS, List.of("auc", "balanced_accuracy", "accuracy"),
      TargetKind.NUMBER, List.of("mae", "rmse", "r2"),
      TargetKind.COUNT, List.of("mae", "rmse", "r2"),
      TargetKind.PATCHES, List.of("dice", "patch_balanced_accuracy", "patch_accuracy"));

  /** A setting at the end of a name: {@code ece_20}. */
  private static final Pattern SETTING = Pattern.compile("(.*?)_([0-9][0-9_]*)");

  private static final String PATCHES = "patch_";

  private MetricNames() {}

  @SafeVarargs
  private static Map<String, Known> inOrder(Map.Entry<String, Known>... entries) {
    Map<String, Known> known = new LinkedHashMap<>();
    for (Map.Entry<String, Known> entry : entries) {
      known.put(entry.getKey(), entry.getValue());
    }
    return known;
  }

  /** Metrics in the order in which people look at them: as they stand above, then the others by their names. */
  static Comparator<String> order(TargetKind kind) {
    List<String> all = List.copyOf(KNOWN.keySet());
    return Comparator.<String>comparingInt(metric -> {
          String name = plain(base(metric));
          int special = all.indexOf(kind.label() + ":" + name);
          int place = special < 0 ? all.indexOf(name) : special;
          return place < 0 ? all.size() : place;
        })
        .thenComparing(MetricNames::base)
        .thenComparing(metric -> number(metric.substring(base(metric).length())))
        .thenComparing(metric -> metric);
  }

  /** The whole first, then times by their numbers, then what is none. */
  private static double number(String part) {
    if (part.isEmpty()) {
      return Double.NEGATIVE_INFINITY;
    }
    return part.matches("\\.[0-9]+(\\.[0-9]+)?")
        ? Double.parseDouble(part.substring(1))
        : Double.POSITIVE_INFINITY;
  }

  private static Map.Entry<String, Known> known(
      String name, String title, String meaning, double chance) {
    return Map.entry(name, new Known(title, meaning, chance));
  }

  /** What is known of a metric, or of that of which it is a part. */
  public static Optional<Known> of(TargetKind kind, String metric) {
    String name = plain(base(metric));
    Known special = KNOWN.get(kind.label() + ":" + name);
    return Optional.ofNullable(special == null ? KNOWN.get(name) : special);
  }

  /** The value of predictions that know nothing; NaN where there is none. */
  public static double chance(TargetKind kind, String metric) {
    return of(kind, metric).map(Known::chance).orElse(Double.NaN);
  }

  /** A metric's title: {@code AUC, kras} for {@code auc.kras}, {@code Brier score, integrated} for the {@code brier} of survival. */
  public static String title(TargetKind kind, String metric) {
    String base = base(metric);
    String part = metric.substring(base.length());
    return of(kind, metric)
            .map(known ->
                known.title() + (base.startsWith(PATCHES) ? " of patches" : "") + setting(base))
            .orElse(base.replace('_', ' '))
        + (part.isEmpty()
            ? kind == TargetKind.SURVIVAL && INTEGRATED.contains(plain(base)) ? ", integrated" : ""
            : ", " + part.substring(1));
  }

  private static String setting(String base) {
    Matcher setting = SETTING.matcher(base);
    return KNOWN.containsKey(base) || !setting.matches()
        ? ""
        : " (" + setting.group(2).replace('_', '.') + ")";
  }

  /** A name without what it is of and how it is set. */
  private static String plain(String base) {
    String name = base.startsWith(PATCHES) ? base.substring(PATCHES.length()) : base;
    Matcher setting = SETTING.matcher(name);
    return KNOWN.containsKey(name) || !setting.matches() ? name : setting.group(1);
  }

  /** A metric's name without the class, label or time that it is of. */
  public static String base(String metric) {
    int point = metric.indexOf('.');
    return point < 0 ? metric : metric.substring(0, point);
  }

  /** The metric that stands for a head, of those that it has; empty where it has none. */
  public static Optional<String> main(TargetKind kind, Collection<String> metrics) {
    return MAIN.get(kind).stream().filter(metrics::contains).findFirst().or(() -> metrics.stream()
        .findFirst());
  }
}
