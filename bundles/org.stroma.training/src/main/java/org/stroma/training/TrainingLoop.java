/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Schedule;
import org.stroma.api.TrainingProgress;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.BatchSampler;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Prefetcher;
import org.stroma.experiment.Experiment;
import org.stroma.model.Model;
import org.stroma.model.NotANumberException;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/** The epochs and steps of one training, which between two steps can say where they stand and go on from there. */
final class TrainingLoop {
  private final Experiment experiment;
  private final Dataset prepared;
  private final SortedMap<String, Cohort.Target> targets;
  private final BatchSampler sampler;
  private final Trainer.Steps model;
  private final Schedule schedule;
  private final List<String> patients;
  private final Chance chance;
  private final TrainingStates states;
  private final Map<String, Integer> places = new HashMap<>();

  private final List<Epoch> epochs = new ArrayList<>();
  private int number;
  private int steps;
  private double loss;
  private double norms;
  private double[] terms;
  private double secondsBefore;
  private long started;

  TrainingLoop(
      Experiment experiment,
      Dataset prepared,
      SortedMap<String, Cohort.Target> targets,
      BatchSampler sampler,
      Trainer.Steps model,
      Schedule schedule,
      List<String> patients,
      Chance chance,
      TrainingStates states) {
    this.experiment = experiment;
    this.prepared = prepared;
    this.targets = targets;
    this.sampler = sampler;
    this.model = model;
    this.schedule = schedule;
    this.patients = patients;
    this.chance = chance;
    this.states = states;
    patients.forEach(patient -> places.put(patient, places.size()));
    this.terms = new double[model.lossTerms().size()];
  }

  /**
   * Trains, from where an earlier process has left it.
   *
   * @param last how many epochs at most
   * @return all epochs, also those of earlier processes
   * @throws Trainer.DivergedException when the loss is no longer a number
   */
  List<Epoch> run(int last, Trainer.Watch watch) {
    TrainingState.Place place = states.resume();
    if (place != null) {
      epochs.addAll(place.epochs());
      number = place.number();
      steps = place.steps();
      loss = place.sums().loss();
      norms = place.sums().norms();
      terms = place.sums().terms().clone();
      secondsBefore = place.sums().seconds();
    }
    boolean more = true;
    while (more && epochs.size() < last) {
      Epoch ended = epoch();
      more = watch.ended(ended);
      if (more && epochs.size() < last) {
        states.between(this::place);
      } else {
        states.ended(place());
      }
    }
    return epochs;
  }

  /** Where it stands, between two steps. */
  private TrainingState.Place place() {
    return new TrainingState.Place(
        List.copyOf(epochs),
        number,
        steps,
        new TrainingState.Sums(loss, norms, terms.clone(), seconds()));
  }

  private double seconds() {
    return steps == 0 ? 0 : secondsBefore + (System.nanoTime() - started) / 1e9;
  }

  /** The rest of an epoch. */
  private Epoch epoch() {
    started = System.nanoTime();
    int epoch = epochs.size();
    List<BatchPlan> plans = sampler.epoch(patients, chance, epoch);
    TrainingProgress progress = TrainingProgress.of(epoch, experiment.training().epochs())
        .withLosses(epochs.stream().map(Epoch::loss).toList());
    int firstDraw = Long.hashCode(chance.bits(epoch, Chance.Purpose.DROPOUT));
    int from = steps;
    double rate = 0;
    try (Prefetcher prefetch = new Prefetcher(
        plans.subList(from, plans.size()).iterator(),
        plan -> Batch.of(plan, prepared, targets, places))) {
      for (int i = from; i < plans.size(); i++) {
        if (i > from) {
          states.between(this::place);
        }
        rate = rate(progress.withStep(i, plans.size()));
        try (Batch batch = next(prefetch)) {
          int draw = firstDraw + i;
          double factor = rate;
          add(states.during(this::place, () -> model.train(batch, draw, number + 1, factor)));
        } catch (NotANumberException e) {
          throw kept(Trainer.DivergedException.of(e, epoch + 1, i + 1));
        }
      }
    }
    Map<String, Double> losses = new LinkedHashMap<>();
    for (int t = 0; t < terms.length; t++) {
      losses.put(model.lossTerms().get(t), terms[t] / plans.size());
    }
    Double base = learningRate();
    Epoch done = new Epoch(
        epoch,
        loss / plans.size(),
        losses,
        norms / plans.size(),
        rate,
        base == null ? null : base * rate,
        seconds());
    epochs.add(done);
    steps = 0;
    loss = 0;
    norms = 0;
    terms = new double[terms.length];
    secondsBefore = 0;
    return done;
  }

  /** The next batch; where there is none, because of the user or of the data, what was trained is kept. */
  private Batch next(Prefetcher prefetch) {
    try {
      if (Thread.interrupted()) {
        throw new CancelledException();
      }
      return prefetch.next();
    } catch (CancelledException e) {
      throw kept(e);
    } catch (RuntimeException e) {
      // of data that turn out to be unusable in the first epoch nothing is left behind
      throw epochs.isEmpty() ? e : kept(e);
    }
  }

  /** Keeps what was trained before the training ends with an exception. */
  private <E extends RuntimeException> E kept(E end) {
    // an interrupt would close the file that is written now
    boolean interrupted = Thread.interrupted();
    try {
      states.now(place());
    } catch (RuntimeException notKept) {
      end.addSuppressed(notKept);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return end;
  }

  private void add(Model.Step made) {
    number++;
    steps++;
    loss += made.loss();
    norms += made.gradientNorm();
    for (int t = 0; t < terms.length; t++) {
      terms[t] += made.terms()[t];
    }
  }

  /** The optimizer's setting of that name, if it has one. */
  private @Nullable Double learningRate() {
    var rate = experiment.resolved().at("/training/optimizer/learningRate");
    return rate.isNumber() ? rate.doubleValue() : null;
  }

  private double rate(TrainingProgress progress) {
    double rate = schedule.factor(progress);
    if (!(rate >= 0 && rate <= Float.MAX_VALUE)) {
      throw new FaultsException(
          List.of(new Fault(
              experiment.training().schedule().slot(),
              experiment.training().schedule().type() + " gives the factor " + rate + " in epoch "
                  + (progress.epoch() + 1)
                  + "; the learning rate takes a finite one that is not negative")),
          false);
    }
    return rate;
  }
}
