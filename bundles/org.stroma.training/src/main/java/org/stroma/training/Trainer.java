/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.stroma.api.Schedule;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.BatchSampler;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Prefetcher;
import org.stroma.experiment.Experiment;
import org.stroma.model.AuxiliaryListener;
import org.stroma.model.Model;
import org.stroma.model.NotANumberException;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/** Trains one model on the training patients of one fold, and predicts. */
public final class Trainer {
  /** What is said of a training whose loss was always 0. */
  static final String UNTAUGHT =
      "the loss was 0 in every step, so nothing was learned; losses that compare patients need a larger /training/batchSize "
          + "(or, for cox, \"riskSet\": \"memory\")";

  /** A model, as far as training is concerned. */
  interface Steps {
    /** Names of the terms of the loss. */
    List<String> lossTerms();

    /** See {@link Model#train}. */
    Model.Step train(Batch batch, int draw, int number, double rate);

    static Steps of(Model model) {
      return new Steps() {
        @Override
        public List<String> lossTerms() {
          return model.lossTerms();
        }

        @Override
        public Model.Step train(Batch batch, int draw, int number, double rate) {
          return model.train(batch, draw, number, rate);
        }
      };
    }
  }

  /** Looks on while a model is trained. */
  @FunctionalInterface
  interface Watch {
    /** Hears of an epoch; false ends the training with it. */
    boolean ended(Epoch epoch);
  }

  /** The loss or a gradient is no longer a number, which is a fault of a part or of its settings. */
  static final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    private DivergedException(Fault fault) {
      super(fault.message());
      this.fault = fault;
    }

    /**
     * A step failed.
     *
     * @param epoch from 1
     * @param step of the epoch, from 1
     */
    static DivergedException of(NotANumberException cause, int epoch, int step) {
      DivergedException diverged = new DivergedException(
          new Fault(
              cause.pointer(),
              "epoch " + epoch + ", step " + step + ": " + cause.getMessage()
                  + "; a smaller learningRate or a smaller /training/maxGradNorm above 0 helps where weights grow too large"));
      diverged.initCause(cause);
      return diverged;
    }

    FaultsException fault() {
      return new FaultsException(List.of(fault), false);
    }
  }

  private final Experiment experiment;
  private final Dataset prepared;
  private final SortedMap<String, Cohort.Target> targets;
  private final BatchSampler sampler;

  Trainer(
      Experiment experiment,
      Dataset prepared,
      Map<String, List<Cohort.Visit>> visits,
      SortedMap<String, Cohort.Target> targets,
      BatchSampler.Scratch scratch) {
    this.experiment = experiment;
    this.prepared = prepared;
    this.targets = targets;
    this.sampler = new BatchSampler(prepared, visits, experiment.training(), scratch);
  }

  /**
   * Trains for all epochs; the last epoch's weights are the result. Nothing of the test patients is looked at.
   *
   * @param untaught is run when the loss was 0 in every step, so that nothing was learned
   * @param chance of this model: order of patients, modality dropout, patches, and what parts draw
   */
  List<Epoch> train(
      Steps model,
      Schedule schedule,
      List<String> patients,
      Chance chance,
      Runnable untaught,
      Consumer<Epoch> listener) {
    return train(
        model,
        schedule,
        patients,
        chance,
        experiment.training().epochs(),
        untaught,
        epoch -> {
          listener.accept(epoch);
          return true;
        },
        TrainingStates.NONE);
  }

  /**
   * As above, for fewer epochs: each is as it is in a training that goes on to the last one of the experiment.
   *
   * @param last how many epochs at most
   * @param states knows where an earlier process has left the training, which goes on from there
   */
  List<Epoch> train(
      Steps model,
      Schedule schedule,
      List<String> patients,
      Chance chance,
      int last,
      Runnable untaught,
      Watch watch,
      TrainingStates states) {
    try {
      return watched(model, schedule, patients, chance, last, untaught, watch, states);
    } catch (DivergedException e) {
      throw e.fault();
    }
  }

  /**
   * As above.
   *
   * @throws DivergedException when the loss is no longer a number
   */
  List<Epoch> watched(
      Steps model,
      Schedule schedule,
      List<String> patients,
      Chance chance,
      int last,
      Runnable untaught,
      Watch watch,
      TrainingStates states) {
    List<Epoch> epochs = new TrainingLoop(
            experiment, prepared, targets, sampler, model, schedule, patients, chance, states)
        .run(last, watch);
    if (epochs.stream().allMatch(e -> e.loss() == 0)) {
      untaught.run();
    }
    return epochs;
  }

  /** What the heads say of each modality alone, by head, modality and patient, of those who have the modality. */
  Map<String, Map<String, Map<String, double[]>>> branches(Model model, List<String> patients) {
    Map<String, Map<String, Map<String, double[]>>> said = new TreeMap<>();
    for (BatchPlan plan : sampler.predicted(patients)) {
      if (Thread.interrupted()) {
        throw new CancelledException();
      }
      try (Batch batch = Batch.of(plan, prepared)) {
        model
            .branches(batch)
            .forEach((head, byModality) -> byModality.forEach((modality, rows) -> {
              Map<String, double[]> byPatient = said.computeIfAbsent(head, h -> new TreeMap<>())
                  .computeIfAbsent(modality, m -> new TreeMap<>());
              for (int i = 0; i < rows.length; i++) {
                if (rows[i] != null) {
                  double[] row = new double[rows[i].length];
                  for (int k = 0; k < row.length; k++) {
                    row[k] = rows[i][k];
                  }
                  byPatient.put(plan.patients().get(i), row);
                }
              }
            }));
      }
    }
    return said;
  }

  /** Predictions by HEAD.NAME and patient, from all elements of every bag. */
  Map<String, Map<String, float[]>> predict(Model model, List<String> patients) {
    return predict(model, patients, null);
  }

  /** As above, with all there is to look at; a null listener wants none of it. */
  Map<String, Map<String, float[]>> predict(
      Model model, List<String> patients, AuxiliaryListener listener) {
    Map<String, Map<String, float[]>> predictions = new LinkedHashMap<>();
    List<BatchPlan> plans = sampler.predicted(patients);
    try (Prefetcher prefetch = new Prefetcher(plans.iterator(), plan -> Batch.of(plan, prepared))) {
      for (BatchPlan plan : plans) {
        if (Thread.interrupted()) {
          throw new CancelledException();
        }
        try (Batch batch = prefetch.next()) {
          Model.Output output = model.predict(batch, listener != null);
          if (listener != null) {
            listener.outputs(plan, output.auxiliary());
          }
          output.predictions().forEach((name, rows) -> {
            Map<String, float[]> byPatient =
                predictions.computeIfAbsent(name, n -> new LinkedHashMap<>());
            for (int i = 0; i < rows.length; i++) {
              byPatient.put(plan.patients().get(i), rows[i]);
            }
          });
        }
      }
    }
    return predictions;
  }
}
