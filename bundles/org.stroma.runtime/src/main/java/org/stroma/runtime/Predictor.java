/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.stroma.api.data.DataException;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;

/**
 * Applies the models of a run to a cohort. A patient is predicted by those models alone that were not trained with their
 * targets: out of fold, where they were among the run's patients.
 */
final class Predictor {
  /** What all models of a run say together, and of how many patients the run had known the targets. */
  record Result(
      Predictions mean, PatchPredictions patches, Details details, int outOfFold, int seenByAll) {}

  private final Experiment experiment;
  private final List<Checkpoints.Trained> trained;
  private final Progress progress;

  Predictor(Experiment experiment, List<Checkpoints.Trained> trained, Progress progress) {
    this.experiment = experiment;
    this.trained = trained;
    this.progress = progress;
  }

  /**
   * Predicts the patients of a cohort.
   *
   * @param seenToo whether patients whom every model was trained with are predicted all the same
   * @param detailed whether there is anything to look at beside the predictions
   */
  Result predict(
      PartSet parts,
      Devices devices,
      Cohort data,
      CohortReader files,
      boolean seenToo,
      boolean detailed,
      boolean labelled) {
    Map<Checkpoints.Trained, List<String>> asked = new LinkedHashMap<>();
    TreeSet<String> some = new TreeSet<>();
    TreeSet<String> unseen = new TreeSet<>();
    for (Checkpoints.Trained fold : trained) {
      SeenPatients seen = fold.seen();
      if (seen == null) {
        throw new DataException(fold.preparation()
            + " does not say which patients its models were trained with; train again");
      }
      List<String> known = SeenPatients.among(data.patients(), seen.labelled());
      some.addAll(known);
      List<String> others = new ArrayList<>(data.patients());
      others.removeAll(new TreeSet<>(known));
      unseen.addAll(others);
      asked.put(fold, others);
    }
    List<String> always =
        data.patients().stream().filter(patient -> !unseen.contains(patient)).toList();
    tell(data, some.size(), always, seenToo);
    Predictions mean = new Predictions();
    PatchPredictions patches = new PatchPredictions(experiment, data);
    Details details = new Details(experiment, data);
    Trainer.DetailListener listener =
        detailed ? details : labelled && patches.wanted() ? patches : null;
    int done = 0;
    for (Map.Entry<Checkpoints.Trained, List<String>> fold : asked.entrySet()) {
      progress.at("model " + ++done + "/" + trained.size());
      List<String> patients = new ArrayList<>(fold.getValue());
      patients.addAll(always);
      if (!patients.isEmpty()) {
        // sorted: how patients share batches must not depend on the order of the table
        fold.getKey()
            .predict(
                experiment,
                parts,
                data,
                patients.stream().sorted().toList(),
                files,
                devices.config(),
                mean,
                listener);
      }
    }
    return new Result(mean, patches, details, some.size() - always.size(), always.size());
  }

  private void tell(Cohort data, int known, List<String> always, boolean seenToo) {
    int all = data.patients().size();
    if (!always.isEmpty() && !seenToo) {
      throw new ExperimentException(
          List.of(new Fault(
              "",
              "every model of the run was trained with the targets of " + some(always, all)
                  + "; what it predicts for them says nothing about new patients. Leave them out of the table, or, if they are others with "
                  + "like ids, take them with --training-patients")),
          false);
    }
    if (known > always.size()) {
      progress.note("of the " + all + " patients " + (known - always.size())
          + " are among the run's, by their ids; each is predicted by "
          + "those models alone that were not trained with them");
    }
    if (!always.isEmpty()) {
      progress.note("every model of the run was trained with the targets of " + some(always, all)
          + "; what is said of them says nothing about new patients");
    }
  }

  private static String some(List<String> patients, int all) {
    return patients.size() + " of the " + all + " patients ("
        + String.join(", ", patients.subList(0, Math.min(5, patients.size())))
        + (patients.size() > 5 ? ", ..." : "") + ")";
  }
}
