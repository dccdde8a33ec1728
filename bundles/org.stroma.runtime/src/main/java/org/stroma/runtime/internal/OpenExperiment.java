/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.stroma.api.data.Reader;
import org.stroma.api.data.SplitStrategy;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Purpose;
import org.stroma.cohort.Splits;
import org.stroma.evaluation.Baselines;
import org.stroma.evaluation.Evaluator;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.PartScope;
import org.stroma.parts.PartWiring;
import org.stroma.parts.WiredParts;
import org.stroma.training.InnerFolds;

/** A checked experiment with its parts, started, and its data; closing takes the parts away. */
record OpenExperiment(
    Experiment experiment,
    PartScope wired,
    CohortReader reader,
    Cohort cohort,
    List<Fold> folds,
    InnerFolds inner)
    implements AutoCloseable {
  @Override
  public void close() {
    wired.close();
  }

  /**
   * Starts the parts of an experiment and reads its data.
   *
   * @param notes what the user should know of the data
   */
  static OpenExperiment of(Experiment experiment, PartWiring wiring, Consumer<String> notes) {
    return of(
        experiment,
        wiring,
        () -> new CohortReader(experiment.file().getParent(), experiment.cohort(), notes));
  }

  /** The same with data that are read by other settings or from another folder. */
  static OpenExperiment of(
      Experiment experiment, PartWiring wiring, Supplier<CohortReader> reader) {
    PartScope wired = wiring.wire(experiment.partUses());
    boolean opened = false;
    try {
      OpenExperiment all = wired.use(() -> read(experiment, wired, reader));
      opened = true;
      return all;
    } finally {
      if (!opened) {
        wired.close();
      }
    }
  }

  private static OpenExperiment read(
      Experiment experiment, PartScope wired, Supplier<CohortReader> settings) {
    TargetKinds.check(experiment, wired.parts());
    // asks metrics what they are for, before anything is read
    new Evaluator(experiment, wired.parts()).checkDeciding();
    Baselines.check(experiment, wired.parts());
    CohortReader reader = settings.get();
    boolean supervised = experiment.pretraining().isEmpty();
    Cohort cohort = reader.read(
        sources(experiment, wired.parts()), supervised ? Purpose.TRAINING : Purpose.PRETRAINING);
    List<Fold> folds = supervised ? folds(experiment, wired.parts(), cohort, reader) : List.of();
    return new OpenExperiment(
        experiment,
        wired,
        reader,
        cohort,
        folds,
        InnerFolds.of(experiment, wired.parts(), cohort, reader, folds));
  }

  /** The readers of the modalities. */
  static SortedMap<String, CohortReader.Source> sources(Experiment experiment, WiredParts parts) {
    SortedMap<String, CohortReader.Source> sources = new TreeMap<>();
    experiment
        .modalities()
        .forEach((name, m) -> sources.put(
            name,
            new CohortReader.Source(parts.get(m.reader().slot(), Reader.class), m.perPatient())));
    return sources;
  }

  private static List<Fold> folds(
      Experiment experiment, WiredParts parts, Cohort data, CohortReader reader) {
    Set<String> learned = experiment.heads().values().stream()
        .map(Experiment.HeadUse::target)
        .collect(Collectors.toCollection(TreeSet::new));
    SplitStrategy split = parts.get(experiment.split().slot(), SplitStrategy.class);
    if (experiment.repeats() > 1 && !split.repeatable()) {
      throw new FaultsException(
          List.of(new Fault(
              "/evaluation/repeats",
              "is " + experiment.repeats() + "; the split " + experiment.split().type()
                  + " gives the same folds each time")),
          false);
    }
    return Splits.of(
        data, learned, experiment.repeats(), experiment.seed(), reader, split, code -> parts
            .code()
            .run(Work.SPLIT, experiment.split(), split, code));
  }
}
