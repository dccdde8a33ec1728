/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.stroma.api.Schedule;
import org.stroma.cohort.Cohort;
import org.stroma.command.CancelledException;
import org.stroma.dataset.Batch;
import org.stroma.dataset.Chance;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.model.Model;
import org.stroma.parts.FaultsException;

/** Training with a model that only remembers what it was given. */
class TrainerTest {
  private static final List<String> PATIENTS =
      IntStream.range(0, 10).mapToObj(i -> "p" + i).toList();

  private final List<String> steps = new ArrayList<>();
  private final List<List<String>> batches = new ArrayList<>();
  private final List<Epoch> heard = new ArrayList<>();
  private int untaught;
  private float loss = 3;

  private final Trainer.Steps model = new Trainer.Steps() {
    @Override
    public List<String> lossTerms() {
      return List.of("os.cox", "penalty");
    }

    @Override
    public Model.Step train(Batch batch, int draw, int number, double rate) {
      steps.add(draw + " " + number + " " + rate);
      batches.add(batch.patients());
      return new Model.Step(loss * number, number, new float[] {2 * number, number});
    }
  };

  private List<Epoch> train(int epochs, Chance chance, Schedule schedule) {
    return train(epochs, chance, schedule, TrainingStates.NONE);
  }

  private List<Epoch> train(int epochs, Chance chance, Schedule schedule, TrainingStates states) {
    Experiment experiment = Runs.experiment(epochs, 5, Runs.schedule());
    Map<String, float[]> values = new HashMap<>();
    PATIENTS.forEach(patient -> values.put(patient, new float[] {1}));
    Dataset dataset = new Dataset(new TreeMap<>(Map.of("m", new Dataset.Vectors(1, values))), null);
    Trainer trainer = new Trainer(
        experiment, dataset, Cohort.single(PATIENTS), new TreeMap<>(), (modality, n) -> 0);
    return trainer.train(
        model,
        schedule,
        PATIENTS,
        chance,
        epochs,
        () -> untaught++,
        epoch -> {
          heard.add(epoch);
          return true;
        },
        states);
  }

  /** Keeps a place as a file does, and stops the training before a step. */
  private final class Stopped implements TrainingStates {
    private TrainingState.Place place;
    private int until = Integer.MAX_VALUE;

    @Override
    public TrainingState.Place resume() {
      return place;
    }

    @Override
    public void between(Supplier<TrainingState.Place> now) {
      if (steps.size() == until) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void ended(TrainingState.Place now) {}

    @Override
    public void now(TrainingState.Place now) {
      place = TrainingState.of(new TrainingState(now, Map.of(), Map.of()).stored(Map.of()))
          .place();
    }
  }

  @Test
  void aTrainingThatWasStoppedBeforeAnyStepGoesOnAsIfItHadNotBeen() {
    Schedule schedule = progress ->
        1 + progress.epoch() + progress.losses().stream().mapToDouble(l -> l).sum();
    Chance chance = new Chance(1, 0, 2, 0);
    List<Epoch> whole = train(3, chance, schedule);
    List<String> allSteps = List.copyOf(steps);
    List<List<String>> allBatches = List.copyOf(batches);
    for (int stop = 1; stop < allSteps.size(); stop++) {
      steps.clear();
      batches.clear();
      heard.clear();
      Stopped states = new Stopped();
      states.until = stop;
      assertThrows(CancelledException.class, () -> train(3, chance, schedule, states));
      Thread.interrupted();
      assertEquals(stop, steps.size());
      states.until = Integer.MAX_VALUE;
      List<Epoch> resumed = train(3, chance, schedule, states);
      assertEquals(allSteps, steps);
      assertEquals(allBatches, batches);
      assertEquals(
          whole.stream().map(TrainerTest::timeless).toList(),
          resumed.stream().map(TrainerTest::timeless).toList());
      assertEquals(3, heard.size(), "an epoch ends once");
    }
  }

  private static Epoch timeless(Epoch epoch) {
    return new Epoch(
        epoch.epoch(),
        epoch.loss(),
        epoch.losses(),
        epoch.gradientNorm(),
        epoch.learningRateFactor(),
        epoch.learningRate(),
        0);
  }

  @Test
  void anEpochIsTheMeanOfItsStepsInTotalAndByTerm() {
    List<Epoch> epochs = train(2, Chance.of(1), progress -> 0.5 + progress.epoch());
    assertEquals(epochs, heard);
    // steps 3 and 4
    Epoch second = epochs.get(1);
    assertEquals(3 * 3.5, second.loss());
    assertEquals(Map.of("os.cox", 7.0, "penalty", 3.5), second.losses());
    assertEquals(3.5, second.gradientNorm());
    assertEquals(1.5, second.learningRateFactor());
    assertEquals(0.75, second.learningRate());
    assertEquals(0, untaught);
  }

  @Test
  void anEpochDrawsTheSameWhateverWasTrainedBefore() {
    train(3, new Chance(1, 0, 2, 0), progress -> 1);
    List<List<String>> all = List.copyOf(batches);
    List<String> drawn = steps.stream().map(s -> s.split(" ")[0]).distinct().toList();
    assertEquals(6, drawn.size(), "no two steps draw the same");
    batches.clear();
    steps.clear();
    train(2, new Chance(1, 0, 2, 0), progress -> 1);
    assertEquals(all.subList(0, 4), batches);
    batches.clear();
    train(3, new Chance(1, 0, 2, 1), progress -> 1);
    assertNotEquals(all, batches);
  }

  @Test
  void whatCannotGoOnIsASentence() {
    FaultsException e =
        assertThrows(FaultsException.class, () -> train(1, Chance.of(1), progress -> -1));
    assertTrue(e.getMessage().contains("gives the factor -1.0"), e.getMessage());
  }

  @Test
  void aLossThatIsAlwaysZeroIsTold() {
    loss = 0;
    train(2, Chance.of(1), progress -> 1);
    assertEquals(1, untaught);
  }

  @Test
  void aThreadThatIsInterruptedStops() {
    Thread.currentThread().interrupt();
    assertThrows(CancelledException.class, () -> train(1, Chance.of(1), progress -> 1));
    assertEquals(0, steps.size());
  }
}
