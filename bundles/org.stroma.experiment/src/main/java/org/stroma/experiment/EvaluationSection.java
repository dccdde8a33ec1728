/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.Faults;
import org.stroma.parts.JsonSection;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartSettings;
import org.stroma.parts.PartUse;

/**
 * The section {@code evaluation}: folds and metrics.
 *
 * @param split how patients are put into folds
 * @param repeats how often
 * @param metrics what is computed
 * @param baselines what the model is compared with
 * @param reporting with what they are told
 * @param selection what is chosen inside of each fold; null for nothing
 */
record EvaluationSection(
    PartUse split,
    int repeats,
    List<PartUse> metrics,
    List<PartUse> baselines,
    Experiment.Reporting reporting,
    @Nullable Selection selection) {
  /** What a model is compared with where the experiment says nothing, and for which targets. */
  private static final String BASELINE = "ridge";

  private static final Set<TargetKind> COMPARED =
      Set.of(TargetKind.SURVIVAL, TargetKind.CLASS, TargetKind.NUMBER);

  /** The metrics of a target where the experiment names none. */
  private static List<String> usual(CohortSettings.TargetSettings target) {
    return switch (target.kind()) {
        // without probabilities where other events may compete
      case SURVIVAL -> target.cause() > 0
          ? List.of("c-index", "uno-c-index", "auc-t")
          : List.of(
              "c-index",
              "uno-c-index",
              "auc-t",
              "survival-brier",
              "ipa",
              "calibration-slope",
              "d-calibration");
      case CLASS -> List.of(
          "accuracy",
          "balanced-accuracy",
          "f1",
          "mcc",
          "auc",
          "average-precision",
          "brier",
          "log-loss",
          "ece");
      case NUMBER, COUNT -> List.of("mae", "rmse", "r2", "spearman");
      case LABELS -> List.of("auc", "average-precision");
      case PATCHES -> List.of("accuracy", "balanced-accuracy", "dice");
    };
  }

  static EvaluationSection read(
      JsonSection s,
      PartSettings parts,
      CohortSettings cohort,
      Map<String, Experiment.HeadUse> heads,
      int ensemble,
      Faults faults) {
    PartUse split = parts.part(s, "split", PartKind.SPLIT, "k-fold", List.of());
    stratify(split, cohort, faults);
    int repeats = s.integer("repeats", 1, 1, 1000);
    List<CohortSettings.TargetSettings> targets = heads.values().stream()
        .map(head -> cohort.targets().get(String.valueOf(head.target())))
        .filter(Objects::nonNull)
        .sorted(Comparator.comparing(CohortSettings.TargetSettings::kind))
        .toList();
    List<String> names =
        targets.stream().flatMap(target -> usual(target).stream()).distinct().toList();
    List<PartUse> metrics = parts.list(s, "metrics", PartKind.METRIC, names);
    List<PartUse> baselines = parts.optional(
        s,
        "baselines",
        PartKind.BASELINE,
        targets.stream().map(CohortSettings.TargetSettings::kind).anyMatch(COMPARED::contains)
            ? List.of(BASELINE)
            : List.of());
    List<Double> times = s.positives("times");
    if (!times.isEmpty() && !survival(cohort, heads)) {
      faults.add(
          s.pointer() + "/times",
          "is of no use: these are times of survival, and no head predicts one");
    }
    JsonSection intervals = s.section("intervals", false);
    Experiment.Reporting usual = Experiment.Reporting.USUAL;
    Experiment.Reporting reporting = new Experiment.Reporting(
        times,
        intervals.integer("resamples", usual.resamples(), 0, 100_000),
        intervals.number("level", usual.level(), 0.5, 0.999),
        s.bool("explain", usual.explain()));
    if (reporting.resamples() > 0 && reporting.resamples() < 100) {
      faults.add(
          intervals.pointer() + "/resamples",
          "is " + reporting.resamples() + "; it has to be 0 for no intervals, or 100 and more");
    }
    intervals.close();
    Selection selection = new SelectionSection(faults).read(s, parts, cohort, heads, ensemble);
    if (selection != null) {
      stratify(selection.inner(), cohort, faults);
    }
    s.close();
    return new EvaluationSection(split, repeats, metrics, baselines, reporting, selection);
  }

  /** Whether a head predicts survival, or one whose target is not known, which is another fault. */
  private static boolean survival(CohortSettings cohort, Map<String, Experiment.HeadUse> heads) {
    return heads.isEmpty()
        || heads.values().stream()
            .map(head -> cohort.targets().get(String.valueOf(head.target())))
            .anyMatch(target -> target == null || target.kind() == TargetKind.SURVIVAL);
  }

  /** Whatever the strategy, strata are those of a target. */
  private static void stratify(@Nullable PartUse split, CohortSettings cohort, Faults faults) {
    if (split == null
        || !(split.settings().get("stratify") instanceof String stratify)
        || stratify.isEmpty()) {
      return;
    }
    boolean event = stratify.endsWith(".event");
    CohortSettings.TargetSettings known =
        cohort.targets().get(stratify.replaceFirst("\\.event$", ""));
    if (known == null || known.kind() != (event ? TargetKind.SURVIVAL : TargetKind.CLASS)) {
      faults.add(
          split.slot() + "/stratify",
          "is \"" + stratify
              + "\"; it has to be TARGET.event of a survival target or the name of a class target");
    }
  }
}
