/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Schedule;
import org.stroma.dataset.Chance;
import org.stroma.experiment.Experiment;
import org.stroma.model.Model;
import org.stroma.model.ModelPool;
import org.stroma.parts.Json;

/**
 * Trains a stacked model on an inner fold and asks each modality's model after some numbers of epochs, of the training patients and of
 * those whom it was not trained with. Nothing is written, and nobody else is predicted.
 */
final class StackedInner implements FoldExecutor {
  /** Numbers of epochs that are tried: about a third more each time, which is as fine as the likelihood can tell. */
  private static final List<Integer> TRIED =
      List.of(2, 3, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000);

  private final RunContext context;
  private final TrainingRun run;
  private final Initialization.@Nullable Start start;

  StackedInner(RunContext context, TrainingRun run, Initialization.@Nullable Start start) {
    this.context = context;
    this.run = run;
    this.start = start;
  }

  /** The numbers of epochs that are tried where there are so many at most: the largest is one of them. */
  static List<Integer> tried(int epochs) {
    List<Integer> tried = new ArrayList<>(TRIED.stream().filter(e -> e < epochs).toList());
    tried.add(epochs);
    return tried;
  }

  @Override
  public FoldResult execute(FoldTask task) {
    long started = System.nanoTime();
    Experiment experiment = context.experiment();
    PreparedFold prepared = PreparedFold.of(context, task, start, task.validation());
    List<String> patients = new ArrayList<>(task.training());
    patients.addAll(task.validation());
    SortedMap<Integer, Map<String, Map<String, Map<String, double[]>>>> said = new TreeMap<>();
    List<List<Epoch>> history = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    try (ModelPool.Loan loan = prepared.model(run)) {
      Model model = loan.model();
      Trainer trainer = prepared.trainer();
      List<Integer> tried = tried(experiment.training().epochs());
      for (int member = 0; member < task.members(); member++) {
        long began = System.nanoTime();
        int number = member;
        Chance chance = new Chance(task.seed(), task.repeat(), task.fold(), member);
        model.restart(chance.bits(Chance.Purpose.INITIAL_VALUES));
        if (start != null) {
          start.into(experiment.initialize(), member, model);
        }
        history.add(trainer.watched(
            Trainer.Steps.of(model),
            context.parts().get(experiment.training().schedule().slot(), Schedule.class),
            task.training(),
            chance,
            experiment.training().epochs(),
            () -> run.note("inner fold " + task.inner() + " of repeat " + task.repeat() + " fold "
                + task.fold() + ": " + Trainer.UNTAUGHT),
            epoch -> {
              run.publish(
                  new RunEvent.InnerEpochEnded(
                      run.description(),
                      task.repeat(),
                      task.fold(),
                      task.candidate(),
                      task.inner(),
                      number,
                      task.members(),
                      experiment.training().epochs(),
                      epoch),
                  RunListener::innerEpochEnded);
              if (tried.contains(epoch.epoch() + 1)) {
                add(said, epoch.epoch() + 1, trainer.branches(model, patients), task.members());
              }
              return true;
            },
            TrainingStates.NONE));
        seconds.add((System.nanoTime() - began) / 1e9);
      }
    } catch (Trainer.DivergedException e) {
      return result(
          task,
          new FoldResult.Scores(List.of(), "", e.getMessage()),
          null,
          history,
          seconds,
          started);
    }
    List<FoldResult.Said> branches = new ArrayList<>();
    said.forEach((epoch, outputs) -> branches.add(new FoldResult.Said(epoch, outputs)));
    return result(
        task, new FoldResult.Scores(List.of(), "", ""), branches, history, seconds, started);
  }

  /** Adds a member's outputs: the mean over the members is what they say together. */
  private static void add(
      SortedMap<Integer, Map<String, Map<String, Map<String, double[]>>>> said,
      int epoch,
      Map<String, Map<String, Map<String, double[]>>> outputs,
      int members) {
    var mean = said.computeIfAbsent(epoch, e -> new TreeMap<>());
    outputs.forEach((head, byModality) -> byModality.forEach((modality, byPatient) -> {
      var sums = mean.computeIfAbsent(head, h -> new TreeMap<>())
          .computeIfAbsent(modality, m -> new TreeMap<>());
      byPatient.forEach((patient, output) -> {
        double[] sum = sums.computeIfAbsent(patient, p -> new double[output.length]);
        for (int k = 0; k < sum.length; k++) {
          sum[k] += output[k] / members;
        }
      });
    }));
  }

  private static FoldResult result(
      FoldTask task,
      FoldResult.Scores scores,
      @Nullable List<FoldResult.Said> branches,
      List<List<Epoch>> history,
      List<Double> seconds,
      long started) {
    return new FoldResult(
        task.repeat(),
        task.fold(),
        Map.of(),
        Json.MAPPER.createObjectNode(),
        Map.of(),
        scores,
        branches,
        history,
        List.of(),
        seconds,
        (System.nanoTime() - started) / 1e9);
  }
}
