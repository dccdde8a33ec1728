/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.stroma.model.Model;
import org.stroma.run.UnfinishedRun;

/** Keeps where the training of a model stands in the run directory, every so many minutes and when it is stopped. */
final class ModelStates implements TrainingStates {
  private final UnfinishedRun unfinished;
  private final String name;
  private final Model model;
  private final long every;
  private final boolean atEnd;
  private final Map<String, float[]> kept;
  private final Consumer<Epoch> told;
  private long last = System.nanoTime();

  private ModelStates(
      UnfinishedRun unfinished,
      String name,
      Model model,
      double minutes,
      boolean atEnd,
      Map<String, float[]> kept,
      Consumer<Epoch> told) {
    this.unfinished = unfinished;
    this.name = name;
    this.model = model;
    this.every = minutes == 0 ? Long.MAX_VALUE : Math.round(minutes * 60e9);
    this.atEnd = atEnd;
    this.kept = kept;
    this.told = told;
  }

  /**
   * Keeps states in the directory of a run that is not done.
   *
   * @param name of the state
   * @param atEnd whether it is kept also when the training has ended: others follow before its result is
   * @param kept weights of earlier epochs that are still wanted, which go into the state and come from there
   * @param told hears of the epochs that an earlier process trained
   */
  static TrainingStates of(
      RunContext context,
      String name,
      Model model,
      boolean atEnd,
      Map<String, float[]> kept,
      Consumer<Epoch> told) {
    UnfinishedRun unfinished = context.directory().unfinished();
    return unfinished == null
        ? NONE
        : new ModelStates(
            unfinished,
            name,
            model,
            context.experiment().training().checkpointMinutes(),
            atEnd,
            kept,
            told);
  }

  @Override
  public TrainingState.@Nullable Place resume() {
    TrainingState state = unfinished.state(name).map(TrainingState::of).orElse(null);
    if (state == null) {
      return null;
    }
    model.assign(state.variables());
    if (!state.kept().isEmpty()) {
      kept.putAll(state.kept());
    }
    state.place().epochs().forEach(told);
    last = System.nanoTime();
    return state.place();
  }

  @Override
  public void between(Supplier<TrainingState.Place> place) {
    if (System.nanoTime() - last >= every) {
      now(place.get());
    }
  }

  @Override
  public void ended(TrainingState.Place place) {
    if (atEnd) {
      now(place);
    }
  }

  @Override
  public void now(TrainingState.Place place) {
    keep(place, model.read());
    last = System.nanoTime();
  }

  private synchronized void keep(TrainingState.Place place, Map<String, float[]> variables) {
    Map<String, long[]> shapes = new HashMap<>();
    model.variables().all().forEach(v -> shapes.put(v.name(), v.shape().asArray()));
    unfinished.keep(name, new TrainingState(place, variables, kept).stored(shapes));
  }

  @Override
  public <T> T during(Supplier<TrainingState.Place> before, Supplier<T> step) {
    return new InterruptedStep(() -> {
          TrainingState.Place place = before.get();
          return model
              .readBetweenSteps()
              .<Runnable>map(variables -> () -> keep(place, variables))
              .orElse(() -> {});
        })
        .run(step);
  }
}
