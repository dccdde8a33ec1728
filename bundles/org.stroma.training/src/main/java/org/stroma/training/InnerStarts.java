/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.CohortSettings;
import org.stroma.cohort.Fold;
import org.stroma.cohort.Permissions;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.run.SeenPatients;

/**
 * Which weights the encoders of inner folds start from: those of a model that was trained with the targets of nobody by whom
 * something is chosen, or who is tested then. Else what knows the answers would choose.
 */
final class InnerStarts {
  private record Place(int repeat, int fold, int inner) {}

  private final Map<Place, Initialization.Start> starts = new HashMap<>();

  private InnerStarts() {}

  /**
   * Chooses for all inner folds.
   *
   * @param inner the inner folds of each fold
   * @param permissions of the experiment: what is refused may be let pass
   * @return null where encoders start anew, or nothing is selected
   * @throws FaultsException where there is no such model
   */
  static @Nullable InnerStarts of(
      Experiment experiment,
      List<Fold> folds,
      List<List<Fold>> inner,
      Supplier<Permissions> permissions) {
    if (experiment.initialize() == null || inner.isEmpty()) {
      return null;
    }
    Path from = experiment.initialize().from();
    List<Initialization.Start> all = Initialization.candidates(from);
    InnerStarts chosen = new InnerStarts();
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      for (int number = 0; number < inner.get(i).size(); number++) {
        List<String> held = new ArrayList<>(inner.get(i).get(number).validation());
        held.addAll(fold.test());
        chosen.starts.put(
            new Place(fold.repeat(), fold.fold(), number),
            choose(from, all, fold, held, permissions.get()));
      }
    }
    return chosen;
  }

  private static Initialization.Start choose(
      Path from,
      List<Initialization.Start> all,
      Fold fold,
      List<String> held,
      Permissions permissions) {
    for (Initialization.Start start : all) {
      if (SeenPatients.among(held, start.seen().labelled()).isEmpty()) {
        return start;
      }
    }
    List<String> known = SeenPatients.among(held, all.get(0).seen().labelled());
    String finding = "every model of it was trained with the targets of patients by whom fold "
        + fold.fold() + " chooses or whom it tests ("
        + known.stream().limit(5).collect(Collectors.joining(", "))
        + (known.size() > 5 ? ", ..." : "") + ")";
    if (permissions.allows(CohortSettings.TRAINED_ON_TEST_PATIENTS)) {
      permissions.pass(
          CohortSettings.TRAINED_ON_TEST_PATIENTS,
          List.of("the encoders start from " + from + ", and " + finding));
      return all.get(0);
    }
    throw new FaultsException(
        List.of(new Fault(
            "/initialize/from",
            "is " + from + ", and " + finding
                + ", so that what knows the answers would choose; start from a pretraining or from a run of other patients, or"
                + " leave /evaluation/select out; if the result may be read with that in mind, "
                + Permissions.otherwise(CohortSettings.TRAINED_ON_TEST_PATIENTS))),
        false);
  }

  Initialization.Start start(FoldTask task) {
    return starts.get(new Place(task.repeat(), task.fold(), task.inner()));
  }
}
