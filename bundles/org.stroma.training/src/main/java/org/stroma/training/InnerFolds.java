/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.SplitStrategy;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.cohort.Splits;
import org.stroma.dataset.Chance;
import org.stroma.evaluation.Evaluator;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.WiredParts;

/**
 * How the training patients of each fold are split again, so that epochs and candidates are chosen without those who are tested.
 *
 * @param folds the inner folds of each fold, in their order: training and validation patients, all of them training patients of the
 *     fold, or, where the fold's own validation patients choose, these; nobody is tested
 * @param higherIsBetter of the deciding metric
 */
public record InnerFolds(List<List<Fold>> folds, boolean higherIsBetter) {
  /** Of an experiment that selects nothing. */
  public static final InnerFolds NONE = new InnerFolds(List.of(), true);

  public InnerFolds {
    folds = folds.stream().map(List::copyOf).toList();
  }

  /**
   * Splits.
   *
   * @param outer the folds of the experiment
   * @param files where an inner split may read, and what it leaves out is told
   * @throws org.stroma.api.data.DataException when the training patients cannot be split so
   * @throws FaultsException when there is nobody to choose by, or the rule needs more inner folds
   */
  public static InnerFolds of(
      Experiment experiment, WiredParts parts, Cohort cohort, ReadContext files, List<Fold> outer) {
    Selection selection = experiment.selection();
    if (selection == null) {
      return NONE;
    }
    Set<String> learned = experiment.heads().values().stream()
        .map(Experiment.HeadUse::target)
        .collect(Collectors.toCollection(TreeSet::new));
    List<List<Fold>> all = new ArrayList<>();
    for (Fold fold : outer) {
      List<Fold> inner = selection.inner() == null
          ? List.of(own(fold))
          : split(experiment, parts, cohort, files, learned, fold);
      if (selection.rule().byStandardError() && inner.size() < 2) {
        throw refuse(
            "/evaluation/select/rule",
            "is \"" + selection.rule().label()
                + "\", and there is one inner fold; two or more have a standard error");
      }
      all.add(inner);
    }
    return new InnerFolds(
        all, new Evaluator(experiment, parts).higherIsBetter(selection.head(), selection.metric()));
  }

  /**
   * Checks that encoders, where they start from trained weights, start from none that know by whom is chosen.
   *
   * @param outer the folds of the experiment
   * @throws FaultsException where there are none but those
   */
  public void checkStarts(
      Experiment experiment, List<Fold> outer, Supplier<Permissions> permissions) {
    InnerStarts.of(experiment, outer, folds, permissions);
  }

  private static List<Fold> split(
      Experiment experiment,
      WiredParts parts,
      Cohort cohort,
      ReadContext files,
      Set<String> learned,
      Fold fold) {
    var use = experiment.selection().inner();
    SplitStrategy strategy = parts.get(use.slot(), SplitStrategy.class);
    long seed = new Chance(experiment.seed(), fold.repeat(), fold.fold(), 0)
        .bits(Chance.Purpose.INNER_SPLIT);
    return Splits.inner(cohort, learned, fold, seed, files, strategy, code -> parts
        .code()
        .run(Work.SPLIT, use, strategy, code));
  }

  /** The fold's own validation patients choose. */
  private static Fold own(Fold fold) {
    if (fold.validation().isEmpty()) {
      throw refuse(
          "/evaluation/inner",
          "is missing, and fold " + fold.fold()
              + " has no validation patients by whom to choose; {\"type\": \"k-fold\", \"folds\": 3} splits its"
              + " training patients again");
    }
    return new Fold(fold.repeat(), fold.fold(), fold.training(), fold.validation(), List.of());
  }

  private static FaultsException refuse(String pointer, String message) {
    return new FaultsException(List.of(new Fault(pointer, message)), false);
  }
}
