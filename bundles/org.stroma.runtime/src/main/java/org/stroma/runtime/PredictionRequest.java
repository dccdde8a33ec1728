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
import org.stroma.shards.Shard;

/** Whom the models of a run are to predict. Each method gives a changed copy. */
public final class PredictionRequest {
  private final Path run;
  private final Path table;
  private final Path out;
  private @Nullable Path details;
  private ExplanationOptions explanations = ExplanationOptions.usual();
  private boolean trainingPatients;
  private List<Double> times = List.of();
  private Shard shard = Shard.ALL;
  private int processes = 1;
  private Progress progress = Progress.SILENT;

  private PredictionRequest(Path run, Path table, Path out) {
    this.run = run;
    this.table = table;
    this.out = out;
  }

  /**
   * Predictions for the patients of a table.
   *
   * @param run a run directory
   * @param table a CSV file like the run's cohort table; paths of the modalities are relative to it
   * @param out a CSV file, or one whose name ends as a {@link org.stroma.api.data.TableFormat} has it; one that is there has to be an
   *     earlier table of predictions
   */
  public static PredictionRequest of(Path run, Path table, Path out) {
    return new PredictionRequest(run, table, out);
  }

  private PredictionRequest copy() {
    return copy(out);
  }

  private PredictionRequest copy(Path file) {
    PredictionRequest copy = new PredictionRequest(run, table, file);
    copy.details = details;
    copy.explanations = explanations;
    copy.trainingPatients = trainingPatients;
    copy.times = times;
    copy.shard = shard;
    copy.processes = processes;
    copy.progress = progress;
    return copy;
  }

  /** The same predictions in another CSV file. */
  public PredictionRequest out(Path file) {
    return copy(file);
  }

  /** @param folder for what there is to look at (attention, attributions, segmentations, ...); null for none */
  public PredictionRequest details(@Nullable Path folder) {
    PredictionRequest copy = copy();
    copy.details = folder;
    return copy;
  }

  /** With what {@link #details} are made; formats of slides are those that are installed. */
  public PredictionRequest explanations(ExplanationOptions options) {
    PredictionRequest copy = copy();
    copy.explanations = options;
    return copy;
  }

  /** Whether patients whom every model was trained with are predicted all the same. */
  public PredictionRequest trainingPatients(boolean too) {
    PredictionRequest copy = copy();
    copy.trainingPatients = too;
    return copy;
  }

  /** Times at which survival is told, in the unit of the run's table, each above 0; none for those of the run. */
  public PredictionRequest times(List<Double> asked) {
    PredictionRequest copy = copy();
    copy.times = List.copyOf(asked);
    return copy;
  }

  /** Predicts a shard of the patients alone; {@link Experiments#mergePredictions} puts the tables of all shards together. */
  public PredictionRequest shard(Shard part) {
    PredictionRequest copy = copy();
    copy.shard = part;
    return copy;
  }

  /** @param number of processes that share the patients; 1 for this one alone */
  public PredictionRequest processes(int number) {
    PredictionRequest copy = copy();
    copy.processes = number;
    return copy;
  }

  /** Who hears how it goes, in words. */
  public PredictionRequest progress(Progress hears) {
    PredictionRequest copy = copy();
    copy.progress = hears;
    return copy;
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

  public Shard shard() {
    return shard;
  }

  public int processes() {
    return processes;
  }

  public Progress progress() {
    return progress;
  }
}
