/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Schedule;
import org.stroma.api.TrainingProgress;

/**
 * The contract of a schedule, over whole trainings: of one step, of one epoch, of many epochs of one step and of several, with
 * losses that fall, rise, stay, are 0 or negative, with validation losses and without. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code factor}: it is finite and not negative in every step;
 * <li>{@code learning}: in every training it is above 0 in some step;
 * <li>{@code determinism}: it follows from the progress alone, in whatever order steps are asked for, and so is the same for
 *     the next training.
 * </ul>
 */
@ProviderType
public final class ScheduleContract extends PartContract<Schedule, ScheduleContract> {
  /** Epochs and steps an epoch. */
  private static final int[][] TRAININGS = {{1, 1}, {1, 9}, {2, 1}, {30, 1}, {12, 4}};

  private static final List<IntToDoubleFunction> LOSSES = List.of(
      epoch -> 3.0 / (1 + epoch), epoch -> 1 + epoch, epoch -> 1, epoch -> 0, epoch -> -1 - epoch);

  ScheduleContract(Made<Schedule> made) {
    super("schedule", Schedule.class, made);
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(
        new Check("factor", "it is finite and not negative in every step", () -> use(part())));
    checks.add(
        new Check("learning", "in every training it is above 0 in some step", this::checkLearning));
    checks.add(
        new Check("determinism", "it follows from the progress alone", this::checkDeterminism));
  }

  /** Every step of every training. */
  private static List<List<TrainingProgress>> trainings() {
    List<List<TrainingProgress>> all = new ArrayList<>();
    for (int[] training : TRAININGS) {
      for (IntToDoubleFunction losses : LOSSES) {
        for (boolean validated : new boolean[] {false, true}) {
          all.add(steps(training[0], training[1], losses, validated));
        }
      }
    }
    return all;
  }

  private static List<TrainingProgress> steps(
      int epochs, int stepsPerEpoch, IntToDoubleFunction losses, boolean validated) {
    List<TrainingProgress> steps = new ArrayList<>();
    List<Double> before = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      TrainingProgress progress = TrainingProgress.of(epoch, epochs)
          .withLosses(before)
          .withValidationLosses(validated ? before : List.of());
      for (int step = 0; step < stepsPerEpoch; step++) {
        steps.add(progress.withStep(step, stepsPerEpoch));
      }
      before.add(losses.applyAsDouble(epoch));
    }
    return steps;
  }

  @Override
  void use(Schedule part) {
    trainings()
        .forEach(training -> training.forEach(progress -> {
          double factor = part.factor(progress);
          check(
              factor >= 0 && factor <= Float.MAX_VALUE,
              "the factor is " + factor + " " + when(progress)
                  + "; it has to be finite and not negative");
        }));
  }

  private static String when(TrainingProgress progress) {
    return "in step " + progress.step() + " of " + progress.steps() + ", epoch " + progress.epoch()
        + " of " + progress.epochs();
  }

  private void checkLearning() {
    Schedule part = part();
    trainings()
        .forEach(training -> check(
            training.stream().anyMatch(progress -> part.factor(progress) > 0),
            "the factor is 0 in all " + training.size()
                + " steps of a training, which would learn nothing"));
  }

  private void checkDeterminism() {
    Schedule part = part();
    Schedule other = part();
    for (List<TrainingProgress> training : trainings()) {
      List<Double> factors = training.stream().map(part::factor).toList();
      List<TrainingProgress> backwards = new ArrayList<>(training);
      Collections.reverse(backwards);
      List<Double> again = new ArrayList<>(backwards.stream().map(part::factor).toList());
      Collections.reverse(again);
      String otherwise =
          "; the factor has to follow from the progress alone, with nothing kept in the object";
      check(factors.equals(again), "asked again, a step gets another factor" + otherwise);
      check(
          factors.equals(training.stream().map(other::factor).toList()),
          "another object gives other factors" + otherwise);
    }
  }
}
