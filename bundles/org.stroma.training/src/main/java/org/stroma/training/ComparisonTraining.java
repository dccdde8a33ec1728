/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;
import org.stroma.command.Progress;
import org.stroma.dataset.DatasetVariant;
import org.stroma.evaluation.Evaluator;
import org.stroma.experiment.Experiment;
import org.stroma.files.AtomicFiles;
import org.stroma.files.FileProblem;
import org.stroma.model.Devices;
import org.stroma.parts.Json;
import org.stroma.parts.WiredParts;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;

/**
 * Trains a simpler model on the folds of a run, to compare the run's own with: the same seed, the same sides of each fold, each
 * patient as far as he has what the model sees. One fold's models are there at a time, in a folder of their own, and are not kept.
 */
public final class ComparisonTraining {
  private final ComparisonModel model;
  private final Opened opened;
  private final Devices devices;
  private final Progress progress;
  private final Set<String> told = new HashSet<>();
  private int number;
  private int count;

  /** Nothing is trained yet. */
  public ComparisonTraining(
      ComparisonModel model, Opened opened, Devices devices, Progress progress) {
    this.model = model;
    this.opened = opened;
    this.devices = devices;
    this.progress = progress;
  }

  /**
   * Data, open.
   *
   * @param reader that read the cohort
   */
  public record Data(Cohort cohort, CohortReader reader) {}

  /**
   * What is open while the model is trained.
   *
   * @param experiment of the model
   * @param parts of that experiment
   * @param training the run's own data, as far as the model sees them
   * @param others patients to be tested instead of the run's own; null for those
   */
  public record Opened(
      Experiment experiment,
      WiredParts parts,
      CandidateParts candidates,
      Data training,
      @Nullable Data others) {}

  /**
   * Trains and tests.
   *
   * @param folds of the run
   * @param tested whom the run's own models of each fold are measured on
   * @return by fold; those who have what the model sees, and {@code whole} is empty
   * @throws DataException where it cannot be trained with these data
   */
  public List<Replay.Measured> train(List<Fold> folds, List<List<String>> tested) {
    List<Fold> own = folds.stream().map(this::own).toList();
    own.forEach(this::check);
    InnerFolds inner = InnerFolds.of(
        opened.experiment(),
        opened.parts(),
        opened.training().cohort(),
        opened.training().reader(),
        own);
    Data data = opened.others() == null ? opened.training() : opened.others();
    List<Replay.Measured> measured = new ArrayList<>();
    count = own.size();
    for (int i = 0; i < count; i++) {
      number = i + 1;
      List<String> patients = among(tested.get(i), data.cohort().patients());
      InnerFolds one = inner.folds().isEmpty()
          ? inner
          : new InnerFolds(List.of(inner.folds().get(i)), inner.higherIsBetter());
      JsonNode metrics =
          patients.isEmpty() ? Json.MAPPER.createObjectNode() : trained(own.get(i), one, patients);
      measured.add(new Replay.Measured(patients, metrics, Json.MAPPER.createObjectNode()));
    }
    return measured;
  }

  /** The fold with those who have what the model sees. */
  private Fold own(Fold fold) {
    List<String> patients = opened.training().cohort().patients();
    return new Fold(
        fold.repeat(),
        fold.fold(),
        among(fold.training(), patients),
        among(fold.validation(), patients),
        among(fold.test(), patients));
  }

  private void check(Fold fold) {
    String nobody = fold.training().isEmpty()
        ? "training"
        : opened.others() != null && fold.test().isEmpty() ? "test" : "";
    if (!nobody.isEmpty()) {
      throw new DataException("no " + nobody + " patient of repeat " + fold.repeat() + " fold "
          + fold.fold() + " has " + String.join(" or ", model.modalities()));
    }
  }

  private JsonNode trained(Fold fold, InnerFolds inner, List<String> tested) {
    Path temporary = temporary();
    try {
      Path directory = temporary.resolve("run");
      JsonNode metrics = CrossValidation.run(context(directory), List.of(fold), inner);
      return opened.others() == null
          ? metrics.at("/folds/0/" + FoldResult.TEST)
          : replayed(directory, tested);
    } finally {
      delete(temporary);
    }
  }

  private RunContext context(Path directory) {
    Progress untold = new Progress() {
      @Override
      public void note(String message) {
        // all else is of a run that nobody will look at
        if (message.endsWith(Trainer.UNTAUGHT) && told.add(message)) {
          progress.note(model.words() + ": " + message);
        }
      }

      @Override
      public void at(String message) {
        // it knows nothing of the other folds
      }
    };
    return new RunContext(
        opened.experiment(),
        opened.parts(),
        opened.candidates(),
        opened.training().cohort(),
        opened.training().reader(),
        new RunDirectory(directory),
        untold,
        () -> List.of(new Line()),
        devices,
        Json.MAPPER::createObjectNode,
        List::of,
        Splitting.NONE);
  }

  private JsonNode replayed(Path directory, List<String> tested) {
    Data others = opened.others();
    return new Replay(
            opened.experiment(),
            opened.candidates(),
            new Evaluator(opened.experiment(), opened.parts()),
            devices,
            others.cohort(),
            others.reader())
        .measure(
            CheckpointStore.of(directory).get(0),
            List.of(),
            tested,
            List.of(DatasetVariant.keeping(Set.copyOf(model.modalities()))),
            null)
        .get(0)
        .metrics();
  }

  /** How far it is. */
  private final class Line implements RunListener {
    @Override
    public void innerEpochEnded(RunEvent.InnerEpochEnded event) {
      at("inner " + event.inner(), event.epoch(), event.epochs());
    }

    @Override
    public void epochEnded(RunEvent.EpochEnded event) {
      at(
          event.run().members() == 1
              ? ""
              : "model " + (event.member() + 1) + "/" + event.run().members(),
          event.epoch(),
          event.run().epochs());
    }

    private void at(String which, Epoch epoch, int epochs) {
      progress.at(String.format(
          Locale.ROOT,
          "%s  fold %d of %d  %sepoch %d/%d  loss %.4f",
          model.words(),
          number,
          count,
          which.isEmpty() ? "" : which + "  ",
          epoch.epoch() + 1,
          epochs,
          epoch.loss()));
    }
  }

  private static List<String> among(List<String> patients, Collection<String> there) {
    Set<String> known = Set.copyOf(there);
    return patients.stream().filter(known::contains).toList();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("stroma-comparison-");
    } catch (IOException e) {
      throw FileProblem.written(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  private static void delete(Path folder) {
    try {
      AtomicFiles.delete(folder);
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }
}
