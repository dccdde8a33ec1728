/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

import java.nio.file.Path;
import java.util.List;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartWiring;
import org.stroma.runtime.Experiments;
import org.stroma.runtime.RunRequest;

/** Runs experiments. */
record ExperimentWork(Experiments experiments, PartCatalog catalog, PartWiring wiring)
    implements Work {
  @Override
  public Planned read(Path file, List<String> overrides) {
    Experiment experiment = ExperimentReader.read(file, overrides, catalog);
    return new Planned() {
      @Override
      public String name() {
        return experiment.name();
      }

      @Override
      public void run(Path out, Progress progress) {
        experiments.run(RunRequest.of(experiment).out(out).progress(progress));
      }
    };
  }

  @Override
  public String check(Path file, List<String> overrides) {
    Experiment experiment = ExperimentReader.read(file, overrides, catalog);
    wiring.wire(experiment.partUses()).close();
    return experiment.name();
  }
}
