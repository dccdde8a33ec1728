/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Baseline;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.PatientFeatures;
import org.stroma.experiment.Experiment;
import org.stroma.model.OutputNames;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/** Fits the baselines of an experiment to the training patients of a fold, and measures them on its test patients. */
public final class Baselines {
  private final Experiment experiment;
  private final WiredParts parts;
  private final Cohort cohort;
  private final SurvivalProbabilities survival;
  private final Evaluator evaluator;

  /** @param survival tells at which times survival is told */
  public Baselines(
      Experiment experiment,
      WiredParts parts,
      Cohort cohort,
      Evaluator evaluator,
      SurvivalProbabilities survival) {
    this.experiment = experiment;
    this.parts = parts;
    this.cohort = cohort;
    this.evaluator = evaluator;
    this.survival = survival;
  }

  /**
   * Checks that each baseline fits some head.
   *
   * @throws FaultsException where one does not
   */
  public static void check(Experiment experiment, WiredParts parts) {
    List<Fault> faults = new ArrayList<>();
    for (PartUse use : experiment.baselines()) {
      Set<TargetKind> targets = targets(parts, use);
      if (experiment.heads().keySet().stream()
          .noneMatch(head -> targets.contains(kind(experiment, head)))) {
        faults.add(new Fault(
            use.slot(),
            use.type() + " is a baseline of "
                + targets.stream().map(TargetKind::label).sorted().collect(joining(" and "))
                + " targets, and no head predicts one"));
      }
    }
    if (!faults.isEmpty()) {
      throw new FaultsException(faults, false);
    }
  }

  private static Set<TargetKind> targets(WiredParts parts, PartUse use) {
    Baseline baseline = parts.get(use.slot(), Baseline.class);
    return parts.code().run(Work.FIT, use, baseline, baseline::targets);
  }

  private static TargetKind kind(Experiment experiment, String head) {
    return experiment
        .cohort()
        .targets()
        .get(experiment.heads().get(head).target())
        .kind();
  }

  /** What a model said of a fold, while heads are added. */
  private static final class Growing {
    private final Predictions predictions = new Predictions();
    private final ObjectNode fits = Json.MAPPER.createObjectNode();
  }

  /**
   * Fits all of them.
   *
   * @param prepared by what transforms learned from the training patients
   * @param features makes vectors of patients, for all folds
   * @param seed of this fold
   * @return by the name of the model, in the order of the parts
   */
  public Map<String, BaselineResult> fit(
      Dataset prepared, Fold fold, PatientFeatures features, long seed) {
    Map<String, Growing> models = new LinkedHashMap<>();
    for (PartUse use : experiment.baselines()) {
      Set<TargetKind> targets = targets(parts, use);
      Map<String, String> names = new HashMap<>();
      Set<String> taken = Set.copyOf(models.keySet());
      for (String head : experiment.heads().keySet()) {
        if (targets.contains(kind(experiment, head))) {
          fit(use, head, prepared, fold, features, seed).forEach(model -> {
            String name = names.computeIfAbsent(model.name(), wanted -> free(wanted, taken));
            add(models.computeIfAbsent(name, n -> new Growing()), head, model, fold);
          });
        }
      }
    }
    Map<String, BaselineResult> results = new LinkedHashMap<>();
    models.forEach((name, model) -> results.put(
        name,
        new BaselineResult(model.predictions.means(), model.fits, test(model.predictions, fold))));
    return results;
  }

  /** A part may be asked for twice, with other settings. */
  private static String free(String wanted, Set<String> taken) {
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + " (" + i + ")";
    }
    return name;
  }

  /** Who is trained with and has the target, and everybody whom a result is told of. */
  private record Patients(List<String> training, List<String> all) {
    static Patients of(Fold fold, Cohort.Target target) {
      // sorted: what is drawn must not depend on the order of the table
      List<String> training =
          fold.training().stream().filter(target.values()::containsKey).sorted().toList();
      List<String> all = new ArrayList<>(training);
      fold.validation().stream().sorted().forEach(all::add);
      fold.test().stream().sorted().forEach(all::add);
      return new Patients(training, all);
    }
  }

  private Cohort.Target target(String head) {
    return cohort.targets().get(experiment.heads().get(head).target());
  }

  /** One that fails is undefined, and says so: hours of training must not be lost to it. */
  private List<BaselineModel> fit(
      PartUse use, String head, Dataset prepared, Fold fold, PatientFeatures features, long seed) {
    Patients patients = Patients.of(fold, target(head));
    SortedMap<String, float[] @Nullable []> rows =
        features.of(prepared, cohort.visits(), patients.all());
    if (rows.isEmpty()) {
      return List.of(BaselineModel.undefined(use.type(), "there is no modality of numbers"));
    }
    Baseline baseline = parts.get(use.slot(), Baseline.class);
    BaselineInput input =
        BaselineInput.of(rows, Evaluator.values(target(head), patients.training()), seed);
    try {
      List<BaselineModel> models =
          parts.code().run(Work.FIT, use, baseline, () -> baseline.fit(input));
      return models.stream().map(model -> checked(head, model, patients)).toList();
    } catch (FaultsException e) {
      return List.of(BaselineModel.undefined(use.type(), e.faults().get(0).message()));
    }
  }

  private BaselineModel checked(String head, BaselineModel model, Patients patients) {
    if (!model.defined()) {
      return model;
    }
    int classes = target(head).classes().size();
    int width = kind(experiment, head) == TargetKind.CLASS ? classes : 1;
    String wrong = null;
    if (model.predicted().length != patients.all().size()) {
      wrong = "it predicts " + model.predicted().length + " patients of "
          + patients.all().size();
    }
    for (double[] row : model.predicted()) {
      if (row.length != 0 && row.length != width) {
        wrong = "it predicts " + row.length + " numbers of a patient, and not " + width;
      }
      for (double value : row) {
        if (!Double.isFinite(value)) {
          wrong = "it predicts " + value;
        }
      }
    }
    return wrong == null ? model : BaselineModel.undefined(model.name(), wrong);
  }

  private void add(Growing to, String head, BaselineModel model, Fold fold) {
    ObjectNode told = to.fits.putObject(head);
    model.details().forEach(told::put);
    if (!model.defined()) {
      told.put("undefined", model.reason());
      return;
    }
    Cohort.Target target = target(head);
    Patients patients = Patients.of(fold, target);
    Map<String, float[]> training = new LinkedHashMap<>();
    Map<String, float[]> others = new LinkedHashMap<>();
    double[][] predicted = model.predicted();
    for (int i = 0; i < predicted.length; i++) {
      if (predicted[i].length > 0) {
        float[] row = new float[predicted[i].length];
        for (int k = 0; k < row.length; k++) {
          row[k] = (float) predicted[i][k];
        }
        (i < patients.training().size() ? training : others).put(patients.all().get(i), row);
      }
    }
    Prediction prediction = kind(experiment, head).prediction();
    String name = OutputNames.of(head, prediction);
    if (target instanceof Cohort.SurvivalTarget followUp) {
      to.predictions.add(
          survival.with(Map.of(name, others), scales(head, followUp, training), cohort),
          Map.of(
              name,
              training.values().stream().mapToDouble(row -> row[0]).average().orElse(0)));
    } else {
      to.predictions.add(Map.of(name, others));
    }
  }

  /** Risks of baselines are log hazards, whatever the loss of the head. */
  private static Map<String, SurvivalScale> scales(
      String head, Cohort.SurvivalTarget target, Map<String, float[]> training) {
    List<String> known = List.copyOf(training.keySet());
    double[] risk = known.stream().mapToDouble(p -> training.get(p)[0]).toArray();
    // the hazard of one cause does not give the probability of it
    Optional<SurvivalFunction> function = known.isEmpty() || target.hasCompeting()
        ? Optional.empty()
        : Optional.of(
            SurvivalFunction.Baseline.fit(Evaluator.values(target, known).requireSurvival(), risk));
    return Map.of(
        head, new SurvivalScale(function, SurvivalScale.median(risk), target.hasCompeting()));
  }

  private ObjectNode test(Predictions predictions, Fold fold) {
    ObjectNode test = Json.MAPPER.createObjectNode();
    experiment.heads().keySet().forEach(head -> {
      if (!predictions.of(head).isEmpty()) {
        ObjectNode values = test.putObject(head);
        evaluator
            .compute(
                head,
                Evaluator.input(
                    head,
                    predictions,
                    target(head),
                    survival.times(),
                    predictions.predicted(head, fold.test()),
                    fold.training()))
            .forEach((name, value) -> Evaluator.put(values, name, value));
      }
    });
    return test;
  }
}
