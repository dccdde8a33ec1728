/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.command.Progress;
import org.stroma.training.ExportedTensors;

/**
 * Checks, runs and applies experiments; an OSGi service. All methods throw {@link org.stroma.parts.FaultsException} with every fault of
 * an experiment or a request, and {@link org.stroma.api.data.DataException} for data that cannot be used. What runs ends
 * with a {@link org.stroma.command.CancelledException} when its thread is interrupted.
 */
@ProviderType
public interface Experiments {
  /** The JSON Schema of an experiment, made from the parts that are installed now. */
  String schema();

  /**
   * Checks an experiment file, that its parts start, that its data can be read, and that the model of the first fold can
   * be built. Numbers of bags are read for {@value org.stroma.dataset.BagCheck#SECONDS} seconds at most.
   *
   * @param overrides as of {@code --set}
   * @return what a run would train on, in a sentence
   */
  String validate(Path file, List<String> overrides, Progress progress);

  /**
   * Tells what a run would train: parts and settings, those that the file leaves open too, and what is chosen by the size of the data.
   *
   * @param overrides as of {@code --set}
   * @return lines
   */
  List<String> describe(Path file, List<String> overrides, Progress progress);

  /**
   * Opens an experiment and its data to be looked at; nothing is trained. What {@code /cohort/allow} could let pass is not refused
   * but told by {@link Examined#permitted}.
   *
   * @param folder where relative paths of data start; null for the folder of the file
   * @param overrides as of {@code --set}
   * @param look what is done meanwhile; it must not keep what it is given
   * @return what the look returns
   */
  <T> T examine(
      Path file,
      @Nullable Path folder,
      List<String> overrides,
      Progress progress,
      Function<Examined, T> look);

  /** Trains and evaluates. The run directory is made when everything has been checked and read. */
  RunResult run(RunRequest request);

  /**
   * Puts the shards of a run together, to the same predictions and metrics as those of a run in one process. The experiment and its data
   * are read once more, from where they were when the first shard was run.
   *
   * @param shards run directories of shards, all of them done
   * @param out the run directory, which is not there yet
   */
  RunResult merge(List<Path> shards, Path out, Progress progress);

  /**
   * Predicts for the patients of a table with the models of a run that were not trained with them; predictions are averaged
   * over the models.
   */
  void predict(PredictionRequest request);

  /**
   * Puts tables of shards of predictions together, to the one that would have been predicted at once.
   *
   * @param tables of all shards
   * @param out a CSV file, or one whose name ends as a {@link org.stroma.api.data.TableFormat} has it; one that is there has to be an
   *     earlier table of predictions
   */
  void mergePredictions(List<Path> tables, Path out);

  /**
   * The metrics of a run's models, averaged, on the patients of a table whose targets are known.
   *
   * @return as JSON, by head; and under {@code patients} how many were among the run's, where any were
   */
  String evaluate(EvaluationRequest request);

  /**
   * Opens a run with data whose targets are known and that its models have not seen, to try them on variants of these data.
   *
   * @param run a run directory
   * @param table other patients, as for {@link #evaluate}; null for those whom the run tested, each by the models of his fold
   * @param folder where relative paths of the run's own data start; null for where the experiment's file was. With a table, only what is
   *     trained anew looks at them
   * @param use what is done meanwhile; it must not keep what it is given
   * @return what {@code use} returns
   */
  <T> T replay(
      Path run,
      @Nullable Path table,
      @Nullable Path folder,
      Progress progress,
      Function<Replayed, T> use);

  /**
   * Writes the models of a run as SavedModels, as ONNX and as safetensors. Why a model cannot be said in ONNX is a note.
   *
   * @param out a folder that is not there yet, or empty
   * @return the folders written, relative to it
   */
  List<String> export(Path run, Path out, Progress progress);

  /** The tensors that {@link #export} writes, of models that have the same ones together. */
  List<ExportedTensors> exported(Path run, Progress progress);
}
