/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.stroma.api.Baseline;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
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

  /**
   * Patients who are predicted.
   *
   * @param data theirs, prepared by what transforms learned from the training patients
   * @param cohort they are of
   */
  public record Group(Dataset data, Cohort cohort, List<String> patients) {}

  /**
   * A model that was fitted to the training patients of a fold, for all heads that it takes.
   *
   * @param predictions of each group of patients; nobody of whom it can say nothing
   * @param fits by head: the numbers that tell how it was fitted, or why it was not as {@code undefined}
   */
  public record Fitted(List<Predictions> predictions, ObjectNode fits) {
    static Fitted none(int groups) {
      return new Fitted(
          Stream.generate(Predictions::new).limit(groups).toList(), Json.MAPPER.createObjectNode());
    }
  }

  /**
   * Fits all of them, and measures them on the test patients.
   *
   * @param prepared by what transforms learned from the training patients
   * @param features makes vectors of patients, for all folds
   * @param seed of this fold
   * @return by the name of the model, in the order of the parts
   */
  public Map<String, BaselineResult> fit(
      Dataset prepared, Fold fold, PatientFeatures features, long seed) {
    List<String> others = new ArrayList<>();
    fold.validation().stream().sorted().forEach(others::add);
    fold.test().stream().sorted().forEach(others::add);
    Map<String, BaselineResult> results = new LinkedHashMap<>();
    fit(prepared, fold.training(), List.of(new Group(prepared, cohort, others)), features, seed)
        .forEach((name, fitted) -> {
          Predictions predictions = fitted.predictions().get(0);
          results.put(
              name,
              new BaselineResult(
                  predictions.means(),
                  fitted.fits(),
                  measure(predictions, cohort, fold.test(), fold.training())));
        });
    return results;
  }

  /**
   * Fits all of them, and predicts any patients.
   *
   * @param prepared the training patients, by what transforms learned from them
   * @param groups who is predicted; the same patients may be in several, with other data
   * @param features makes vectors of patients, for all folds
   * @param seed of this fold
   * @return by the name of the model, in the order of the parts
   */
  public Map<String, Fitted> fit(
      Dataset prepared,
      List<String> training,
      List<Group> groups,
      PatientFeatures features,
      long seed) {
    Map<String, Fitted> models = new LinkedHashMap<>();
    for (PartUse use : experiment.baselines()) {
      Set<TargetKind> targets = targets(parts, use);
      Map<String, String> names = new HashMap<>();
      Set<String> taken = Set.copyOf(models.keySet());
      for (String head : experiment.heads().keySet()) {
        if (targets.contains(kind(experiment, head))) {
          // sorted: what is drawn must not depend on the order of the table
          List<String> known = training.stream()
              .filter(target(head).values()::containsKey)
              .sorted()
              .toList();
          fit(use, head, prepared, known, groups, features, seed).forEach(model -> {
            String name = names.computeIfAbsent(model.name(), wanted -> free(wanted, taken));
            add(
                models.computeIfAbsent(name, n -> Fitted.none(groups.size())),
                head,
                model,
                known,
                groups);
          });
        }
      }
    }
    return models;
  }

  /** A part may be asked for twice, with other settings. */
  private static String free(String wanted, Set<String> taken) {
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + " (" + i + ")";
    }
    return name;
  }

  private Cohort.Target target(String head) {
    return cohort.targets().get(experiment.heads().get(head).target());
  }

  /** One that fails is undefined, and says so: hours of training must not be lost to it. */
  private List<BaselineModel> fit(
      PartUse use,
      String head,
      Dataset prepared,
      List<String> training,
      List<Group> groups,
      PatientFeatures features,
      long seed) {
    SortedMap<String, float[] @Nullable []> rows = rows(prepared, training, groups, features);
    if (rows.isEmpty()) {
      return List.of(BaselineModel.undefined(use.type(), "there is no modality of numbers"));
    }
    Baseline baseline = parts.get(use.slot(), Baseline.class);
    BaselineInput input = BaselineInput.of(rows, Evaluator.values(target(head), training), seed);
    try {
      List<BaselineModel> models =
          parts.code().run(Work.FIT, use, baseline, () -> baseline.fit(input));
      return models.stream()
          .map(model -> checked(head, model, input.patients()))
          .toList();
    } catch (FaultsException e) {
      return List.of(BaselineModel.undefined(use.type(), e.faults().get(0).message()));
    }
  }

  /** The training patients first, then one group after the other. */
  private SortedMap<String, float[] @Nullable []> rows(
      Dataset prepared, List<String> training, List<Group> groups, PatientFeatures features) {
    SortedMap<String, List<float @Nullable []>> lists = new TreeMap<>();
    features
        .of(prepared, cohort.visits(), training)
        .forEach((modality, rows) -> lists.put(modality, new ArrayList<>(Arrays.asList(rows))));
    for (Group group : groups) {
      features
          .of(group.data(), group.cohort().visits(), group.patients())
          .forEach((modality, rows) -> lists.get(modality).addAll(Arrays.asList(rows)));
    }
    SortedMap<String, float[] @Nullable []> all = new TreeMap<>();
    lists.forEach((modality, rows) -> all.put(modality, rows.toArray(new float[0][])));
    return all;
  }

  private BaselineModel checked(String head, BaselineModel model, int patients) {
    if (!model.defined()) {
      return model;
    }
    int classes = target(head).classes().size();
    int width = kind(experiment, head) == TargetKind.CLASS ? classes : 1;
    String wrong = null;
    if (model.predicted().length != patients) {
      wrong = "it predicts " + model.predicted().length + " patients of " + patients;
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

  private void add(
      Fitted to, String head, BaselineModel model, List<String> training, List<Group> groups) {
    ObjectNode told = to.fits().putObject(head);
    model.details().forEach(told::put);
    if (!model.defined()) {
      told.put("undefined", model.reason());
      return;
    }
    String name = OutputNames.of(head, kind(experiment, head).prediction());
    Map<String, float[]> known = predicted(model, 0, training);
    Map<String, SurvivalScale> scales = target(head) instanceof Cohort.SurvivalTarget followUp
        ? scales(head, followUp, known)
        : Map.of();
    Map<String, Double> centre = scales.isEmpty()
        ? Map.of()
        : Map.of(
            name, known.values().stream().mapToDouble(row -> row[0]).average().orElse(0));
    int first = training.size();
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      to.predictions()
          .get(g)
          .add(
              survival.with(
                  Map.of(name, predicted(model, first, group.patients())), scales, group.cohort()),
              centre);
      first += group.patients().size();
    }
  }

  /** @param first the row of the first one */
  private static Map<String, float[]> predicted(
      BaselineModel model, int first, List<String> patients) {
    Map<String, float[]> predicted = new LinkedHashMap<>();
    for (int i = 0; i < patients.size(); i++) {
      double[] all = model.predicted()[first + i];
      if (all.length > 0) {
        float[] row = new float[all.length];
        for (int k = 0; k < row.length; k++) {
          row[k] = (float) all[k];
        }
        predicted.put(patients.get(i), row);
      }
    }
    return predicted;
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

  /**
   * The metrics of those of some patients of whom a head says anything, by head; nothing of heads that say nothing.
   *
   * @param data of the patients
   * @param training who trained the model; empty where they are not among the data
   */
  ObjectNode measure(
      Predictions predictions, Cohort data, List<String> patients, List<String> training) {
    ObjectNode measured = Json.MAPPER.createObjectNode();
    experiment.heads().keySet().forEach(head -> {
      if (!predictions.of(head).isEmpty()) {
        measured.set(head, measure(head, predictions, data, patients, training));
      }
    });
    return measured;
  }

  ObjectNode measure(
      String head,
      Predictions predictions,
      Cohort data,
      List<String> patients,
      List<String> training) {
    ObjectNode values = Json.MAPPER.createObjectNode();
    evaluator
        .compute(
            head,
            Evaluator.input(
                head,
                predictions,
                data.targets().get(experiment.heads().get(head).target()),
                survival.times(),
                predictions.predicted(head, patients),
                training))
        .forEach((name, value) -> Evaluator.put(values, name, value));
    return values;
  }
}
