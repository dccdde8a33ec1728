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
}
