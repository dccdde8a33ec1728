/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSummary;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;

/** An experiment with its data, opened to be looked at; see {@link Experiments#examine}. It is closed when the look is over. */
@ProviderType
public interface Examined {
  /** The experiment, as it is declared. */
  Experiment experiment();

  /** Its data. */
  Cohort cohort();

  /** Who takes part, who was left out, and why. */
  CohortSummary summary();

  /** The folds, in the order of repeats; none of a pretraining. */
  List<Fold> folds();

  /** What a run would refuse, or let pass where the experiment says so. */
  List<Permissions.Permitted> permitted();

  /** What the encoders of a fold would see: transforms and tokenizers learn from its training patients. */
  Dataset prepare(Fold fold);

  /** Trained numbers of one model of a fold. */
  long parameters(Fold fold, Dataset prepared);
}
