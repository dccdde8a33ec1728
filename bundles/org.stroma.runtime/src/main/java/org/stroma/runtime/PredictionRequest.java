/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.stroma.command.Progress;
import org.stroma.explain.ExplanationOptions;

/** Whom the models of a run are to predict. Each method gives a changed copy. */
public final class PredictionRequest {
  private final Path run;
  private final Path table;
  private final Path out;
  private final @Nullable Path details;
  private final ExplanationOptions explanations;
  private final boolean trainingPatients;
  private final List<Double> times;
  private final Progress progress;

  private PredictionRequest(
      Path run,
      Path table,
      Path out,
      @Nullable Path details,
      ExplanationOptions explanations,
      boolean trainingPatients,
      List<Double> times,
      Progress progress) {
    this.run = run;
    this.table = table;
    this.out = out;
    this.details = details;
    this.explanations = explanations;
    this.trainingPatients = trainingPatients;
    this.times = times;
    this.progress = progress;
  }

  /**
   * Predictions for the patients of a table.
   *
   * @param run a run directory
   * @param table a CSV file like the run's cohort table; paths of the modalities are relative to it
   * @param out a CSV file; one that is there has to be an earlier table of predictions
   */
  public static PredictionRequest of(Path run, Path table, Path out) {
    return new PredictionRequest(
        run, table, out, null, ExplanationOptions.usual(), false, List.of(), Progress.SILENT);
  }

  /** @param folder for what there is to look at (attention, attributions, segmentations, ...); null for none */
  public PredictionRequest details(@Nullable Path folder) {
    return new PredictionRequest(
        run, table, out, folder, explanations, trainingPatients, times, progress);
  }

  /** With what {@link #details} are made; formats of slides are those that are installed. */
  public PredictionRequest explanations(ExplanationOptions options) {
    return new PredictionRequest(
        run, table, out, details, options, trainingPatients, times, progress);
  }

  /** Whether patients whom every model was trained with are predicted all the same. */
  public PredictionRequest trainingPatients(boolean too) {
    return new PredictionRequest(run, table, out, details, explanations, too, times, progress);
  }

  /** Times at which survival is told, in the unit of the run's table, each above 0; none for those of the run. */
  public PredictionRequest times(List<Double> asked) {
    return new PredictionRequest(
        run, table, out, details, explanations, trainingPatients, List.copyOf(asked), progress);
  }

  /** Who hears how it goes, in words. */
  public PredictionRequest progress(Progress hears) {
    return new PredictionRequest(
        run, table, out, details, explanations, trainingPatients, times, hears);
  }

  public Path run() {
    return run;
  }

  public Path table() {
    return table;
  }

  public Path out() {
    return out;
  }

  public Optional<Path> details() {
    return Optional.ofNullable(details);
  }

  public ExplanationOptions explanations() {
    return explanations;
  }

  public boolean trainingPatients() {
    return trainingPatients;
  }

  public List<Double> times() {
    return times;
  }

  public Progress progress() {
    return progress;
  }
}
