/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stroma.api.TargetKind;

/** What metrics are called and what they say. One that is not known here is called by its own name. */
public final class MetricNames {
  /**
   * What is known of a metric.
   *
   * @param title as in papers
   * @param meaning what its value says, in a sentence
   * @param chance its value for predictions that know nothing; NaN where there is none
   * @param unit whether it has the unit of the target, and not one of its own
   */
  public record Known(String title, String meaning, double chance, boolean unit) {}

  private static final double NONE = Double.NaN;

  private static final Map<String, Known> KNOWN = Map.ofEntries(
      known(
          "c_index",
          "Harrell’s c",
          "Share of pairs of patients in the right order, of those whose order is known; 0.5 is chance.",
          0.5),
      known(
          "uno_c",
          "Uno’s c",
          "Like Harrell’s c, with weights that make it independent of the censoring; 0.5 is chance.",
          0.5),
      known(
          "c_uno",
          "Uno’s c",
          "Like Harrell’s c, with weights that make it independent of the censoring; 0.5 is chance.",
          0.5),
      known(
          "auc",
          "AUC",
          "Probability that a patient with the event or class has a higher score than one without; 0.5 is chance.",
          0.5),
      known(
          "integrated_auc",
          "Integrated AUC",
          "AUC at times of follow-up, averaged over them; 0.5 is chance.",
          0.5),
      known("brier", "Brier score", "Mean squared error of probabilities; lower is better.", NONE),
      known(
          "ibs",
          "Integrated Brier score",
          "Mean squared error of survival probabilities, averaged over the times of follow-up; lower is better.",
          NONE),
      known(
          "ipa",
          "Index of prediction accuracy",
          "Share of the Brier score of a model that knows nothing of patients which is done away with; 0 is no gain.",
          0),
      known(
          "calibration_slope",
          "Calibration slope",
          "1 is right; below 1 predictions are too extreme, above 1 too timid.",
          NONE),
      known(
          "ici",
          "Integrated calibration index",
          "Mean distance of predicted from observed probabilities; lower is better.",
          NONE),
      known(
          "e50",
          "E50",
          "Median distance of predicted from observed probabilities; lower is better.",
          NONE),
      known(
          "e90",
          "E90",
          "Distance of predicted from observed probabilities that 90% of patients stay below.",
          NONE),
      known(
          "d_calibration",
          "D-calibration (p-value)",
          "A small p-value speaks against the predicted survival distributions.",
          NONE),
      known("accuracy", "Accuracy", "Share of patients whose class is predicted.", NONE),
      known(
          "balanced_accuracy",
          "Balanced accuracy",
          "Mean over the classes of the share of their patients who are recognised.",
          NONE),
      known(
          "f1",
          "F1",
          "Harmonic mean of precision and sensitivity, averaged over the classes.",
          NONE),
      known(
          "mcc",
          "Matthews correlation",
          "Correlation of true and predicted classes; 0 is chance.",
          0),
      known(
          "kappa",
          "Cohen’s kappa",
          "Agreement beyond chance of true and predicted classes; 0 is chance.",
          0),
      known(
          "pr_auc",
          "Average precision",
          "Area below the curve of precision and recall; the share of the class is chance.",
          NONE),
      known(
          "average_precision",
          "Average precision",
          "Area below the curve of precision and recall; the share of the class is chance.",
          NONE),
      known(
          "log_loss",
          "Log loss",
          "Mean negative logarithm of the true class’s probability; lower is better.",
          NONE),
      known(
          "ece",
          "Expected calibration error",
          "Mean distance of predicted probability from observed share; lower is better.",
          NONE),
      unit(
          "mae",
          "Mean absolute error",
          "Mean distance of predicted from true, in the unit of the target; lower is better."),
      unit(
          "rmse",
          "Root mean squared error",
          "Like the mean absolute error, with large errors counting more; lower is better."),
      known(
          "r2",
          "R²",
          "Share of the variance that is predicted; 0 is no better than the mean, and below 0 is worse.",
          0),
      known(
          "spearman",
          "Spearman’s correlation",
          "Correlation of the ranks of predicted and true; 0 is none.",
          0),
      known(
          "dice",
          "Dice",
          "Overlap of predicted and true patches of a class, averaged over the classes; 1 is complete.",
          NONE),
      known(
          "iou",
          "Intersection over union",
          "Overlap of predicted and true patches of a class; 1 is complete.",
          NONE),
      known(
          "patch_accuracy",
          "Accuracy of patches",
          "Share of patches whose class is predicted.",
          NONE),
      known(
          "patch_balanced_accuracy",
          "Balanced accuracy of patches",
          "Mean over the classes of the share of their patches that are recognised.",
          NONE));

  private static final Map<TargetKind, List<String>> MAIN = Map.of(
      TargetKind.SURVIVAL, List.of("c_index", "uno_c", "c_uno"),
      TargetKind.CLASS, List.of("auc", "balanced_accuracy", "accuracy"),
      TargetKind.LABELS, List.of("auc", "balanced_accuracy", "accuracy"),
      TargetKind.NUMBER, List.of("mae", "rmse", "r2"),
      TargetKind.COUNT, List.of("mae", "rmse", "r2"),
      TargetKind.PATCHES, List.of("dice", "patch_balanced_accuracy", "patch_accuracy"));

  private MetricNames() {}

  private static Map.Entry<String, Known> known(
      String name, String title, String meaning, double chance) {
    return Map.entry(name, new Known(title, meaning, chance, false));
  }

  private static Map.Entry<String, Known> unit(String name, String title, String meaning) {
    return Map.entry(name, new Known(title, meaning, NONE, true));
  }

  /** What is known of a metric, or of that of which it is a part. */
  public static Optional<Known> of(String metric) {
    return Optional.ofNullable(KNOWN.get(base(metric)));
  }

  /** A metric's title: {@code AUC, kras} for {@code auc.kras}. */
  public static String title(String metric) {
    String base = base(metric);
    Known known = KNOWN.get(base);
    String title = known == null ? base.replace('_', ' ') : known.title();
    String part = metric.substring(base.length());
    return part.isEmpty() ? title : title + ", " + part.substring(1);
  }

  /** A metric's name without the class, label or time that it is of. */
  static String base(String metric) {
    int point = metric.indexOf('.');
    return point < 0 ? metric : metric.substring(0, point);
  }

  /** The metric that stands for a head, of those that it has; empty where it has none. */
  public static Optional<String> main(TargetKind kind, java.util.Collection<String> metrics) {
    return MAIN.get(kind).stream().filter(metrics::contains).findFirst().or(() -> metrics.stream()
        .findFirst());
  }
}
