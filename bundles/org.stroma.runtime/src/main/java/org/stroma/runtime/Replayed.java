/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.DatasetVariant;
import org.stroma.experiment.Experiment;
import org.stroma.training.ComparisonModel;
import org.stroma.training.PredictedAgain;
import org.stroma.training.Replay;

/** A run with data that its models have not seen; see {@link Experiments#replay}. It is closed when its use is over. */
@ProviderType
public interface Replayed {
  /** The run's experiment. */
  Experiment experiment();

  /** The data. */
  Cohort cohort();

  /** How many folds there are, of all repeats together. */
  int folds();

  /**
   * What the models of each fold make of variants of the data of the patients whom they test.
   *
   * @return by fold, then in the order of the variants
   */
  List<List<Replay.Measured>> measure(List<DatasetVariant> variants);

  /**
   * The same with the baselines of the run beside the models, where it has any: they are fitted again to the training patients of each
   * fold, as the run did, and predict whom its models predict, with the same data.
   *
   * @param origins of each fold, see {@link #origins()}
   * @return by fold, then in the order of the variants
   */
  List<List<Replay.Measured>> measure(List<DatasetVariant> variants, List<Replay.Origin> origins);

  /**
   * Predicts once more whom {@code predictions.csv} names, on the sides and in the order in which they stand there, as far as they are
   * among the data.
   *
   * @return by fold
   * @throws IllegalStateException where the data are not the run's own
   */
  List<PredictedAgain> predictAgain();

  /**
   * Opens the data that baselines are fitted to.
   *
   * @return by fold; empty where the run has no baselines
   * @throws org.stroma.api.data.DataException where the run's own data are not to be had any more
   */
  List<Replay.Origin> origins();

  /**
   * Trains a simpler model on the training patients of each fold, as far as they have what it sees, with the seed of the run, and
   * measures it on whom that fold's models are measured. It is not kept.
   *
   * @return by fold; patients are those who have what the model sees, and {@code whole} is empty
   * @throws org.stroma.parts.FaultsException where it cannot be made of the run's experiment
   * @throws org.stroma.api.data.DataException where it cannot be trained with the run's data
   */
  List<Replay.Measured> retrain(ComparisonModel model);
}
