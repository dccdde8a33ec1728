/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.stroma.api.data.DataException;
import org.stroma.command.Progress;
import org.stroma.dataset.DatasetVariant;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.run.RunHistory;
import org.stroma.runtime.Replayed;
import org.stroma.training.ComparisonModel;
import org.stroma.training.Replay;

/** Simpler models, trained on the folds of a run, beside its own. */
final class Comparison {
  private Comparison() {}

  /** Says what is going to be trained, and how long the run itself took to train. */
  static void announce(Replayed run, RunHistory history, Progress progress) {
    List<ComparisonModel> models = ComparisonModel.of(run.experiment());
    if (models.isEmpty()) {
      progress.note("the run has one modality, so that there is nothing to compare it with");
      return;
    }
    double seconds = history.epochs().stream()
        .mapToDouble(epoch -> epoch.value("seconds"))
        .filter(Double::isFinite)
        .sum();
    Selection selection = run.experiment().selection();
    progress.note("to compare with, " + models.size() + " simpler models are trained on "
        + (run.folds() == 1 ? "the same fold" : "the same " + run.folds() + " folds")
        + (seconds > 0
            ? String.format(
                Locale.ROOT,
                "; the run's own epochs took %s%s, and each of these takes about as long at most",
                time(seconds),
                selection == null ? "" : " without those by which it chose")
            : "")
        + " (--no-training leaves it out)");
  }

  private static String time(double seconds) {
    return seconds < 120
        ? Math.max(1, Math.round(seconds)) + " s"
        : seconds < 7200
            ? Math.round(seconds / 60) + " minutes"
            : Math.round(seconds / 3600) + " hours";
  }

  /**
   * Trains all of them.
   *
   * @param kept what the run's own models make of each subset of modalities, by fold
   */
  static List<Outcome> of(
      Replayed run, List<Scenario> scenarios, List<List<Replay.Measured>> kept) {
    List<Outcome> outcomes = new ArrayList<>();
    for (ComparisonModel model : ComparisonModel.of(run.experiment())) {
      Scenario scenario = new Scenario(
          model.kind() == ComparisonModel.Kind.ALONE
              ? Scenario.Kind.TRAINED_ALONE
              : Scenario.Kind.TRAINED_LATE,
          model.modalities(),
          0,
          List.of(DatasetVariant.keeping(Set.copyOf(model.modalities()))));
      try {
        outcomes.add(outcome(scenario, run.retrain(model), own(scenario, scenarios, kept)));
      } catch (FaultsException e) {
        if (e.partLost()) {
          throw e;
        }
        outcomes.add(Outcome.failed(
            scenario, e.faults().stream().map(Fault::toString).collect(Collectors.joining("; "))));
      } catch (DataException e) {
        outcomes.add(Outcome.failed(scenario, e.getMessage()));
      }
    }
    return outcomes;
  }

  /** What the run's own models make of the same patients, by fold. */
  private static List<Replay.Measured> own(
      Scenario scenario, List<Scenario> scenarios, List<List<Replay.Measured>> kept) {
    int first = 0;
    for (Scenario other : scenarios) {
      if (other.kind() == Scenario.Kind.KEPT && other.modalities().equals(scenario.modalities())) {
        int at = first;
        return kept.stream().map(fold -> fold.get(at)).toList();
      }
      first += other.draws().size();
    }
    throw new IllegalStateException("nobody tried " + scenario.modalities());
  }

  /** Beside each value stands what the run's own models say of the same patients, with all that they have. */
  static Outcome outcome(
      Scenario scenario, List<Replay.Measured> trained, List<Replay.Measured> own) {
    List<List<Replay.Measured>> folds = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      Replay.Measured one = trained.get(i);
      boolean same =
          new HashSet<>(one.patients()).equals(new HashSet<>(own.get(i).patients()));
      JsonNode whole = same ? own.get(i).whole() : Json.MAPPER.createObjectNode();
      folds.add(List.of(new Replay.Measured(one.patients(), one.metrics(), whole)));
    }
    return Outcome.of(scenario, folds);
  }

  /** How they were trained, for whoever reads the numbers. */
  static String how(Experiment run, boolean starts) {
    Selection selection = run.selection();
    return "with the settings, the seed and the folds of the run, each of the patients who have what it sees"
        + (ComparisonModel.isLate(run)
            ? "; the run's own fusion is late, so that no other late fusion is trained"
            : "")
        + (selection == null
            ? ""
            : selection.candidates().isEmpty()
                ? "; each chose its number of epochs anew, as the run did"
                : "; each chose its epochs and its settings anew, as the run did; what candidates say of the fusion and of"
                    + " modalities that are taken out was left away, and candidates that are alike then are one")
        + (starts ? "; encoders start from the same weights as those of the run" : "")
        + "; these models are not kept";
  }
}
