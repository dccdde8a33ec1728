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
    Experiment experiment = Runs.experiment(epochs, 5, Runs.schedule());
    Map<String, float[]> values = new HashMap<>();
    PATIENTS.forEach(patient -> values.put(patient, new float[] {1}));
    Dataset dataset = new Dataset(new TreeMap<>(Map.of("m", new Dataset.Vectors(1, values))), null);
    Trainer trainer = new Trainer(
        experiment, dataset, Cohort.single(PATIENTS), new TreeMap<>(), (modality, n) -> 0);
    return trainer.train(model, schedule, PATIENTS, chance, () -> untaught++, heard::add);
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
    loss = Float.NaN;
    FaultsException e =
        assertThrows(FaultsException.class, () -> train(1, Chance.of(1), progress -> 1));
    assertTrue(e.getMessage().contains("no longer a number in epoch 1"), e.getMessage());
    e = assertThrows(FaultsException.class, () -> train(1, Chance.of(1), progress -> -1));
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
