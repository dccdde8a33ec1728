/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;

/**
 * The contract of a way to split a cohort, on the patients of {@link TestSplit#patients} or those that the author gives. Beside what
 * {@link PartContract} tells:
 * <ul>
 * <li>{@code sides}: every fold has training and test patients, all are of the cohort, and nobody is on two sides;
 * <li>{@code tested}: everybody is tested in exactly one fold, where the author says {@link #partition};
 * <li>{@code order}: the order of the table's rows decides nothing;
 * <li>{@code seed}: other repeats give other folds, or the same where the strategy is not repeatable;
 * <li>{@code determinism}: the folds follow from the input alone, and so are the same for the next run.
 * </ul>
 */
@ProviderType
public final class SplitContract extends PartContract<SplitStrategy, SplitContract> {
  private static final int REPEATS = 6;

  private TestSplit input = TestSplit.patients(60, Path.of("."));
  private boolean partition;

  SplitContract(Made<SplitStrategy> made) {
    super("split", SplitStrategy.class, made);
  }

  /** Splits another cohort than that of the test kit. */
  public SplitContract on(TestSplit cohort) {
    input = cohort;
    return this;
  }

  /** Everybody is tested in exactly one fold. */
  public SplitContract partition() {
    partition = true;
    return this;
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "sides",
        "every fold has training and test patients, and nobody is on two sides",
        () -> use(part())));
    if (partition) {
      checks.add(new Check("tested", "everybody is tested in exactly one fold", this::checkTested));
    }
    checks.add(
        new Check("order", "the order of the table's rows decides nothing", this::checkOrder));
    checks.add(new Check("seed", "repeats differ where it is repeatable", this::checkSeed));
    checks.add(
        new Check("determinism", "the folds follow from the input alone", this::checkDeterminism));
  }

  private static List<Sides> folds(SplitStrategy part, SplitInput input) {
    List<Sides> folds = part.split(input);
    check(folds != null && !folds.isEmpty(), "there are no folds");
    return folds;
  }

  /** The folds as Stroma takes them: the order within a side is no matter. */
  private static List<List<Set<String>>> sets(SplitStrategy part, SplitInput input) {
    return folds(part, input).stream()
        .map(fold -> List.of(
            Set.copyOf(fold.training()), Set.copyOf(fold.validation()), Set.copyOf(fold.test())))
        .toList();
  }

  @Override
  void use(SplitStrategy part) {
    Set<String> patients = Set.copyOf(input.patients());
    List<Sides> folds = folds(part, input);
    for (int i = 0; i < folds.size(); i++) {
      Sides fold = folds.get(i);
      check(!fold.training().isEmpty(), "fold " + i + " has no training patients");
      check(!fold.test().isEmpty(), "fold " + i + " has no test patients");
      Set<String> placed = new HashSet<>();
      for (List<String> side : List.of(fold.training(), fold.validation(), fold.test())) {
        for (String patient : side) {
          check(
              patients.contains(patient),
              "fold " + i + " has " + patient + ", who is no patient of the cohort");
          check(
              placed.add(patient),
              "fold " + i + " has patient " + patient
                  + " twice; a patient has to be on one side, once");
        }
      }
    }
  }

  private void checkTested() {
    List<String> tested = new ArrayList<>();
    folds(part(), input).forEach(fold -> tested.addAll(fold.test()));
    for (String patient : input.patients()) {
      long times = tested.stream().filter(patient::equals).count();
      check(
          times == 1, "patient " + patient + " is tested in " + times + " folds; it has to be one");
    }
  }

  private void checkOrder() {
    SplitStrategy part = part();
    List<List<Set<String>>> folds = sets(part, input);
    for (int by = 1; by <= REPEATS; by++) {
      check(
          folds.equals(sets(part, input.shuffled(by))),
          "with the table's rows in another order the folds are others; sort the patients before anything is drawn");
    }
  }

  private void checkSeed() {
    SplitStrategy part = part();
    Set<List<List<Set<String>>>> all = new HashSet<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      all.add(sets(part, input.withRepeat(repeat)));
    }
    if (part.repeatable()) {
      check(
          all.size() > 1,
          "all repeats give the same folds; draw from the input's seed, or say that it is not repeatable");
    } else {
      check(
          all.size() == 1,
          "it is not repeatable, as it says, and its repeats differ; experiments could repeat it");
    }
  }

  private void checkDeterminism() {
    SplitStrategy part = part();
    List<List<Set<String>>> folds = sets(part, input);
    String otherwise =
        "; the folds have to follow from the input alone, with nothing kept in the object";
    check(folds.equals(sets(part, input)), "asked again, it gives other folds" + otherwise);
    check(folds.equals(sets(part(), input)), "another object gives other folds" + otherwise);
  }
}
