/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.List;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSummary;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.model.Model;

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
  default long parameters(Fold fold, Dataset prepared) {
    return model(fold, prepared, model -> model.variables().parameterCount(""));
  }

  /**
   * Builds a model of a fold, whose variables have no values yet.
   *
   * @param use what is done with it; it must not keep it
   */
  <T> T model(Fold fold, Dataset prepared, Function<Model, T> use);
}
