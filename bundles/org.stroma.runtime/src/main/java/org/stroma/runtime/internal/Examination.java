/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.List;
import java.util.function.Function;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortCounts;
import org.stroma.cohort.CohortSummary;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.Preparation;
import org.stroma.dataset.TargetStatistics;
import org.stroma.experiment.Experiment;
import org.stroma.model.Devices;
import org.stroma.model.Model;
import org.stroma.model.ModelSpec;
import org.stroma.runtime.Examined;
import org.stroma.training.Initialization;

/** What is opened to be looked at. */
record Examination(OpenExperiment opened, Devices devices) implements Examined {
  @Override
  public Experiment experiment() {
    return opened.experiment();
  }

  @Override
  public Cohort cohort() {
    return opened.cohort();
  }

  @Override
  public CohortSummary summary() {
    return CohortCounts.of(opened.reader(), opened.cohort(), opened.folds());
  }

  @Override
  public List<Fold> folds() {
    return opened.folds();
  }

  @Override
  public List<Permissions.Permitted> permitted() {
    Permissions permissions = opened.reader().permissions();
    // asks it whom the weights know
    Initialization.of(opened.experiment(), opened.folds(), permissions, opened.reader()::note);
    return permissions.permitted();
  }

  @Override
  public Dataset prepare(Fold fold) {
    return Preparation.fit(
        opened.experiment(),
        opened.wired().parts(),
        opened.cohort(),
        fold.training(),
        null,
        opened.reader());
  }

  @Override
  public <T> T model(Fold fold, Dataset prepared, Function<Model, T> use) {
    try (Model model = Model.of(new ModelSpec(
        opened.experiment(),
        opened.wired().parts(),
        prepared,
        TargetStatistics.fit(
            opened.experiment(),
            opened.wired().parts(),
            opened.cohort(),
            prepared,
            fold.training()),
        fold.training().size(),
        opened.experiment().seed(),
        devices.computing(opened.experiment().training().precision())))) {
      return use.apply(model);
    }
  }
}
