/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.api.TargetInfo;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.statistics.StackedRegression;

/**
 * Decides about a stacked fusion by what its modalities' models say of patients whom they were not trained with, on the inner folds of
 * a fold.
 *
 * <p>Of each modality the number of epochs is taken with the highest cross-validated likelihood: for survival the partial likelihood of
 * all patients less that of those who trained, summed over the inner folds (Verweij and Van Houwelingen 1993). Then weights are those of
 * {@link StackedRegression} of the patients' own out-of-fold outputs, standardised as in {@link StackedEpochs.Standard}.
 */
final class Stacking {
  /** Of the ridge that draws weights towards equal ones, in units of the log likelihood; 10 to 100 make little difference. */
  private static final double RIDGE = 30;

  private final Experiment experiment;
  private final Cohort cohort;
  private final List<FoldTask> tasks;
  private final List<FoldResult> results;

  /**
   * Nothing is decided yet.
   *
   * @param experiment with a stacked fusion
   * @param tasks the inner folds
   * @param results what came of them
   */
  Stacking(Experiment experiment, Cohort cohort, List<FoldTask> tasks, List<FoldResult> results) {
    this.experiment = experiment;
    this.cohort = cohort;
    this.tasks = tasks;
    this.results = results;
  }

  /** Patients out of fold: standardised outputs by modality, of those modalities that they have. */
  private record Row(int fold, String patient, Map<String, double[]> outputs) {}

  StackPlan plan() {
    SortedMap<String, Integer> epochs = epochs();
    SortedMap<String, StackPlan.Weights> heads = new TreeMap<>();
    for (String head : experiment.heads().keySet()) {
      heads.put(head, weights(head, rows(head, epochs), List.copyOf(epochs.keySet())));
    }
    return new StackPlan(epochs, heads);
  }

  /**
   * What a head says of the validation patients of each inner fold, with weights from the other inner folds, by patient: the stack
   * judged by patients who have no say in it but in the number of epochs.
   */
  List<Map<String, double[]>> outOfFold(String head, StackPlan plan) {
    List<Row> rows = rows(head, plan.epochs());
    List<String> modalities = List.copyOf(plan.epochs().keySet());
    List<Map<String, double[]>> said = new ArrayList<>();
    for (int f = 0; f < tasks.size(); f++) {
      int fold = f;
      List<Row> others = rows.stream().filter(row -> row.fold() != fold).toList();
      StackPlan.Weights weights = weights(head, others.isEmpty() ? rows : others, modalities);
      Map<String, double[]> own = new LinkedHashMap<>();
      rows.stream()
          .filter(row -> row.fold() == fold)
          .forEach(
              row -> own.put(row.patient(), together(row, weights, weights.missingAsAverage())));
      said.add(own);
    }
    return said;
  }

  private SortedMap<String, Integer> epochs() {
    SortedMap<String, Integer> epochs = new TreeMap<>();
    List<String> branches = new ArrayList<>(experiment.modalities().keySet());
    if (experiment.joint() != null) {
      branches.add(Experiment.JOINT);
    }
    for (String modality : branches) {
      double best = Double.NEGATIVE_INFINITY;
      for (FoldResult.Said said : results.get(0).branches()) {
        double sum = 0;
        for (String head : experiment.heads().keySet()) {
          for (int f = 0; f < tasks.size(); f++) {
            sum += likelihood(head, f, outputs(f, said.epoch(), head, modality));
          }
        }
        if (sum > best || !epochs.containsKey(modality)) {
          best = sum;
          epochs.put(modality, said.epoch());
        }
      }
    }
    return epochs;
  }

  private Map<String, double[]> outputs(int fold, int epoch, String head, String modality) {
    return results.get(fold).branches().stream()
        .filter(said -> said.epoch() == epoch)
        .findFirst()
        .map(said -> said.outputs().getOrDefault(head, Map.of()).getOrDefault(modality, Map.of()))
        .orElse(Map.of());
  }

  private Cohort.Target target(String head) {
    return cohort.targets().get(experiment.heads().get(head).target());
  }

  /** The likelihood that an inner fold adds, of the outputs of those who have a modality. */
  private double likelihood(String head, int fold, Map<String, double[]> outputs) {
    Cohort.Target target = target(head);
    List<String> training = known(tasks.get(fold).training(), target, outputs);
    List<String> validation = known(tasks.get(fold).validation(), target, outputs);
    if (target instanceof Cohort.SurvivalTarget survival) {
      List<String> all = new ArrayList<>(training);
      all.addAll(validation);
      return partial(survival, all, outputs) - partial(survival, training, outputs);
    }
    if (target instanceof Cohort.ClassTarget classes) {
      return StackedRegression.likelihoodOfClasses(
          labels(classes, validation),
          validation.stream().map(outputs::get).toArray(double[][]::new));
    }
    double[] value = standardised(head, fold, validation);
    double squares = 0;
    for (int i = 0; i < value.length; i++) {
      double left = value[i] - outputs.get(validation.get(i))[0];
      squares += left * left;
    }
    return -squares / 2;
  }

  private static List<String> known(
      List<String> patients, Cohort.Target target, Map<String, ?> among) {
    return patients.stream()
        .filter(patient -> among.containsKey(patient) && target.values().containsKey(patient))
        .toList();
  }

  private static double partial(
      Cohort.SurvivalTarget survival, List<String> patients, Map<String, double[]> outputs) {
    return StackedRegression.partialLikelihood(
        times(survival, patients),
        events(survival, patients),
        patients.stream().mapToDouble(patient -> outputs.get(patient)[0]).toArray());
  }

  private static double[] times(Cohort.SurvivalTarget survival, List<String> patients) {
    return patients.stream().mapToDouble(p -> survival.values().get(p).time()).toArray();
  }

  private static boolean[] events(Cohort.SurvivalTarget survival, List<String> patients) {
    boolean[] events = new boolean[patients.size()];
    for (int i = 0; i < events.length; i++) {
      events[i] = survival.values().get(patients.get(i)).event();
    }
    return events;
  }

  private static int[] labels(Cohort.ClassTarget classes, List<String> patients) {
    return patients.stream().mapToInt(p -> classes.values().get(p).index()).toArray();
  }

  /** Numbers as the models see them: in standard deviations from the mean of the fold's training patients. */
  private double[] standardised(String head, int fold, List<String> patients) {
    if (!(target(head) instanceof Cohort.NumberTarget numbers)) {
      throw unfit(head);
    }
    TargetInfo.Real unit = unit(numbers, tasks.get(fold).training());
    return patients.stream()
        .mapToDouble(p -> (numbers.values().get(p).number() - unit.mean()) / unit.scale())
        .toArray();
  }

  /** The mean and the standard deviation of the training patients. */
  static TargetInfo.Real unit(Cohort.NumberTarget numbers, List<String> training) {
    double[] known = training.stream()
        .filter(numbers.values()::containsKey)
        .mapToDouble(p -> numbers.values().get(p).number())
        .toArray();
    double mean = Arrays.stream(known).average().orElse(0);
    double variance =
        Arrays.stream(known).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    return TargetInfo.number((float) mean, variance > 0 ? (float) Math.sqrt(variance) : 1)
        .requireNumber();
  }

  private FaultsException unfit(String head) {
    return new FaultsException(
        List.of(new Fault(
            experiment.fusion().slot(),
            "stacked weighs log hazards, classes and numbers, and head " + head
                + " predicts something else; take fusion late")),
        false);
  }

  /** Everybody whom some inner fold did not train with. */
  private List<Row> rows(String head, SortedMap<String, Integer> epochs) {
    boolean survival = target(head) instanceof Cohort.SurvivalTarget;
    List<Row> rows = new ArrayList<>();
    for (int f = 0; f < tasks.size(); f++) {
      Map<String, Map<String, double[]>> byPatient = new HashMap<>();
      for (Map.Entry<String, Integer> chosen : epochs.entrySet()) {
        Map<String, double[]> outputs = outputs(f, chosen.getValue(), head, chosen.getKey());
        List<double[]> training = tasks.get(f).training().stream()
            .filter(outputs::containsKey)
            .map(outputs::get)
            .toList();
        if (training.isEmpty()) {
          continue;
        }
        int width = training.get(0).length;
        if (survival && width > 1) {
          throw unfit(head);
        }
        StackedEpochs.Standard standard = StackedEpochs.Standard.of(training, width, survival);
        tasks.get(f).validation().stream().filter(outputs::containsKey).forEach(patient -> byPatient
            .computeIfAbsent(patient, p -> new HashMap<>())
            .put(chosen.getKey(), standard.of(outputs.get(patient))));
      }
      for (String patient : tasks.get(f).validation()) {
        if (target(head).values().containsKey(patient)) {
          rows.add(new Row(f, patient, byPatient.getOrDefault(patient, Map.of())));
        }
      }
    }
    return rows;
  }

  private StackPlan.Weights weights(String head, List<Row> rows, List<String> modalities) {
    Cohort.Target target = target(head);
    int width = rows.stream()
        .flatMap(row -> row.outputs().values().stream())
        .mapToInt(output -> output.length)
        .findFirst()
        .orElse(1);
    double[][][] x = new double[rows.size()][modalities.size()][width];
    for (int i = 0; i < x.length; i++) {
      for (int m = 0; m < modalities.size(); m++) {
        x[i][m] = rows.get(i).outputs().getOrDefault(modalities.get(m), new double[width]);
      }
    }
    StackedRegression.Fit fit = fit(head, target, rows, x);
    SortedMap<String, Double> weights = new TreeMap<>();
    for (int m = 0; m < modalities.size(); m++) {
      weights.put(modalities.get(m), fit.weights()[m]);
    }
    StackPlan.Weights plain = new StackPlan.Weights(weights, fit.base(), false);
    boolean average = likelihood(head, rows, plain, true) > likelihood(head, rows, plain, false);
    return new StackPlan.Weights(weights, fit.base(), average);
  }

  private StackedRegression.Fit fit(
      String head, Cohort.Target target, List<Row> rows, double[][][] x) {
    List<String> patients = rows.stream().map(Row::patient).toList();
    if (target instanceof Cohort.ClassTarget classes) {
      return StackedRegression.classes(labels(classes, patients), x, RIDGE);
    }
    double[][] first = Arrays.stream(x)
        .map(row -> Arrays.stream(row).mapToDouble(output -> output[0]).toArray())
        .toArray(double[][]::new);
    return target instanceof Cohort.SurvivalTarget survival
        ? StackedRegression.survival(
            times(survival, patients), events(survival, patients), first, RIDGE)
        : StackedRegression.numbers(values(head, rows), first, RIDGE);
  }

  private double[] values(String head, List<Row> rows) {
    return rows.stream()
        .mapToDouble(row -> standardised(head, row.fold(), List.of(row.patient()))[0])
        .toArray();
  }

  /** Of all modalities together, as the model puts them together. */
  private double likelihood(
      String head, List<Row> rows, StackPlan.Weights weights, boolean missingAsAverage) {
    List<String> patients = rows.stream().map(Row::patient).toList();
    double[][] said =
        rows.stream().map(row -> together(row, weights, missingAsAverage)).toArray(double[][]::new);
    Cohort.Target target = target(head);
    if (target instanceof Cohort.ClassTarget classes) {
      return StackedRegression.likelihoodOfClasses(labels(classes, patients), said);
    }
    double[] first = Arrays.stream(said).mapToDouble(output -> output[0]).toArray();
    if (target instanceof Cohort.SurvivalTarget survival) {
      return StackedRegression.partialLikelihood(
          times(survival, patients), events(survival, patients), first);
    }
    double[] values = values(head, rows);
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (values[i] - first[i]) * (values[i] - first[i]);
    }
    return -squares;
  }

  private static double[] together(Row row, StackPlan.Weights weights, boolean missingAsAverage) {
    double[] sum = new double[weights.base().length];
    double there = 0;
    double all = 0;
    for (Map.Entry<String, Double> weight : weights.weights().entrySet()) {
      double[] output = row.outputs().get(weight.getKey());
      all += weight.getValue();
      if (output != null) {
        there += weight.getValue();
        for (int k = 0; k < sum.length; k++) {
          sum[k] += weight.getValue() * output[k];
        }
      }
    }
    double factor = missingAsAverage ? 1 : there > 0 ? all / there : 0;
    for (int k = 0; k < sum.length; k++) {
      sum[k] = weights.base()[k] + factor * sum[k];
    }
    return sum;
  }

  /** Numbers of epochs that were tried, ascending. */
  List<Integer> tried() {
    return new ArrayList<>(new TreeSet<>(
        results.get(0).branches().stream().map(FoldResult.Said::epoch).toList()));
  }
}
