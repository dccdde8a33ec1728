/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;

/** Splits of a cohort by patient: what a strategy says, numbered, sorted and checked. */
public final class Splits {
  /** Runs a strategy's code; what it and the check of its result refuse as an {@link IllegalArgumentException} is the strategy's fault. */
  public interface Guard {
    /** Returns what the code returns. */
    List<Sides> run(Supplier<List<Sides>> code);
  }

  private final Cohort cohort;
  private final Set<String> learned;
  private final int repeats;

  /** The fold whose training patients are split; null for a split of all patients. */
  private final @Nullable Fold outer;

  private Splits(Cohort cohort, Set<String> learned, int repeats, @Nullable Fold outer) {
    this.cohort = cohort;
    this.learned = learned;
    this.repeats = repeats;
    this.outer = outer;
  }

  /**
   * The folds, in the order of repeats.
   *
   * @param learned the targets that a model learns: each side of a fold has to have something of them
   * @param files where fixed splits are read, and what they leave out is told
   * @throws DataException when the cohort cannot be split so
   */
  public static List<Fold> of(
      Cohort cohort,
      Set<String> learned,
      int repeats,
      long seed,
      ReadContext files,
      SplitStrategy strategy,
      Guard guard) {
    Splits splits = new Splits(cohort, learned, repeats, null);
    List<Fold> folds = new ArrayList<>();
    for (int repeat = 0; repeat < repeats; repeat++) {
      SplitInput input = new CohortSplitInput(cohort, seed * 1_000_003L + repeat, repeat, files);
      List<Sides> all = guard.run(() -> splits.checked(strategy.split(input)));
      for (int i = 0; i < all.size(); i++) {
        folds.add(fold(repeat, i, all.get(i)));
      }
    }
    folds.forEach(fold -> splits.check(fold, files::note));
    splits.tellThoseTestedTwice(folds, files::note);
    return folds;
  }

  /**
   * Splits the training patients of a fold again, so that something can be chosen without those whom the fold validates and tests.
   *
   * @param learned as for {@link #of}
   * @return folds with the repeat and the number of the outer one; whom the strategy tests is in validation, and test is empty
   * @throws DataException when the training patients cannot be split so
   */
  public static List<Fold> inner(
      Cohort cohort,
      Set<String> learned,
      Fold outer,
      long seed,
      ReadContext files,
      SplitStrategy strategy,
      Guard guard) {
    Set<String> training = Set.copyOf(outer.training());
    Cohort known = new Cohort(
        cohort.patients().stream().filter(training::contains).toList(),
        cohort.visits(),
        cohort.targets(),
        cohort.modalities(),
        cohort.table());
    Splits splits = new Splits(known, learned, 1, outer);
    SplitInput input = new CohortSplitInput(known, seed, 0, files);
    List<Sides> all;
    try {
      all = guard.run(() -> splits.checked(strategy.split(input)));
    } catch (DataException e) {
      throw e.at(splits.place());
    }
    List<Fold> folds = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Fold fold = fold(0, i, all.get(i));
      splits.check(fold, files::note);
      folds.add(new Fold(outer.repeat(), outer.fold(), fold.training(), fold.test(), List.of()));
    }
    return folds;
  }

  /** What is split, for messages. */
  private String place() {
    return outer == null ? "" : "inner folds of repeat " + outer.repeat() + " fold " + outer.fold();
  }

  private String named(Fold fold) {
    return (outer == null ? "" : place() + ": ") + "fold " + fold.fold();
  }

  /** Whom a fold does not train with: those whom it tests, or by whom something is chosen. */
  private String others() {
    return outer == null ? "test" : "validation";
  }

  /** The order of a table's rows must not change what is learned. */
  private static Fold fold(int repeat, int number, Sides sides) {
    return new Fold(
        repeat,
        number,
        sides.training().stream().sorted().toList(),
        sides.validation().stream().sorted().toList(),
        sides.test().stream().sorted().toList());
  }

  /** What every strategy has to keep. */
  private List<Sides> checked(List<Sides> folds) {
    if (folds == null || folds.isEmpty()) {
      throw new IllegalArgumentException("the split gives no folds");
    }
    Set<String> patients = new HashSet<>(cohort.patients());
    for (int i = 0; i < folds.size(); i++) {
      Sides fold = folds.get(i);
      if (fold == null) {
        throw new IllegalArgumentException("fold " + i + " of the split is null");
      }
      if (outer != null && !fold.validation().isEmpty()) {
        throw new IllegalArgumentException(
            "fold " + i
                + " of the split has validation patients beside those whom it tests; inner folds have two sides");
      }
      Map<String, String> placed = new HashMap<>();
      int number = i;
      Map<String, List<String>> sides =
          Map.of("training", fold.training(), "validation", fold.validation(), "test", fold.test());
      for (String side : List.of("training", "validation", "test")) {
        for (String patient : sides.get(side)) {
          if (!patients.contains(patient)) {
            throw new IllegalArgumentException("fold " + number + " of the split has " + patient
                + " in " + side + ", who is no patient of the cohort");
          }
          String before = placed.put(patient, side);
          if (before != null) {
            throw new IllegalArgumentException(
                "fold " + number + " of the split has patient " + patient + " in " + before
                    + (before.equals(side) ? " twice" : " and in " + side)
                    + "; a patient has to be on one side");
          }
        }
      }
    }
    return folds;
  }

  private void check(Fold fold, Consumer<String> notes) {
    for (boolean training : new boolean[] {true, false}) {
      List<String> side = training ? fold.training() : fold.test();
      String which = (training ? "training" : others()) + " patients";
      if (side.isEmpty()) {
        throw new DataException(named(fold) + " has no " + which);
      }
      for (String name : learned) {
        Cohort.Target target = cohort.targets().get(name);
        target.lack(side).ifPresent(what -> {
          throw new DataException(
              named(fold) + " has " + what + " of target " + name + " among its " + which
                  + "; use fewer folds"
                  + target
                      .strata(name)
                      .map(strata -> ", or stratify by \"" + strata + "\"")
                      .orElse(""));
        });
      }
    }
    learned.forEach(name -> tellUnlearned(name, fold, notes));
  }

  /** Classes that no training patient of a fold has. */
  private void tellUnlearned(String name, Fold fold, Consumer<String> notes) {
    if (!(cohort.targets().get(name) instanceof Cohort.ClassTarget target)) {
      return;
    }
    for (int label = 0; label < target.classes().size(); label++) {
      int wanted = label;
      if (count(target, fold.training(), wanted) == 0) {
        notes.accept(named(fold) + (repeats > 1 ? " of repeat " + fold.repeat() : "")
            + ": no training patient has class "
            + target.classes().get(label) + " of target " + name
            + ", so its model cannot learn it (" + others() + " patients with it: "
            + count(target, fold.test(), wanted) + ")");
      }
    }
  }

  private static long count(Cohort.ClassTarget target, List<String> patients, int label) {
    return patients.stream()
        .map(target.values()::get)
        .filter(v -> v != null && v.index() == label)
        .count();
  }

  /** Folds may overlap, as those of repeated hold-out do; means over them are then not over independent patients. */
  private void tellThoseTestedTwice(List<Fold> folds, Consumer<String> notes) {
    Map<Integer, Set<String>> tested = new HashMap<>();
    Set<String> twice = new TreeSet<>();
    for (Fold fold : folds) {
      Set<String> before = tested.computeIfAbsent(fold.repeat(), r -> new HashSet<>());
      fold.test().stream().filter(patient -> !before.add(patient)).forEach(twice::add);
    }
    if (!twice.isEmpty()) {
      notes.accept(Problems.patients(List.copyOf(twice)) + (twice.size() == 1 ? " is" : " are")
          + " tested in more than one fold");
    }
  }
}
