/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.Baseline;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.PatientFeatures;
import org.stroma.evaluation.BaselineComparison;
import org.stroma.evaluation.BaselineResult;
import org.stroma.evaluation.Baselines;
import org.stroma.evaluation.Evaluator;
import org.stroma.evaluation.PredictionTable;
import org.stroma.evaluation.SurvivalProbabilities;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.stroma.run.RunDirectory;

class BaselinesTest {
  private static final PartUse METRIC =
      new PartUse("/evaluation/metrics/0", PartKind.METRIC, "mae", Map.of());
  private static final PartUse BASELINE =
      new PartUse("/evaluation/baselines/0", PartKind.BASELINE, "first", Map.of());

  @TempDir
  private Path folder;

  /** The mean absolute error. */
  private static final class Error implements Metric {
    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.NUMBER);
    }

    @Override
    public String name(TargetKind target) {
      return "mae";
    }

    @Override
    public boolean higherIsBetter() {
      return false;
    }

    @Override
    public MetricValue compute(MetricInput input) {
      double[] value = input.target().requireNumeric().value();
      double[] predicted = input.numbers(Prediction.VALUE);
      return MetricValue.of(IntStream.range(0, value.length)
          .mapToDouble(i -> Math.abs(value[i] - predicted[i]))
          .average()
          .orElseThrow());
    }
  }

  /** Says the feature, of patients who have it, and has seen whom it was asked of. */
  private static final class First implements Baseline {
    private final List<BaselineInput> inputs = new ArrayList<>();

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.NUMBER);
    }

    @Override
    public List<BaselineModel> fit(BaselineInput input) {
      inputs.add(input);
      double[][] predicted = new double[input.patients()][0];
      for (int i = 0; i < predicted.length; i++) {
        float[] row = input.modalities().get("m")[i];
        predicted[i] = row == null ? new double[0] : new double[] {row[0]};
      }
      return List.of(
          BaselineModel.of("first", predicted).with("seen", input.training()),
          BaselineModel.undefined("never", "it has no heart"));
    }
  }

  private final First first = new First();

  private final WiredParts parts = new WiredParts() {
    @Override
    public <P> P get(String slot, Class<P> kind) {
      return kind.cast(kind == Metric.class ? new Error() : first);
    }

    @Override
    public PartInvoker code() {
      return new PartInvoker(60);
    }
  };

  private static Experiment experiment(TargetKind kind) {
    Experiment e = TestExperiments.of(Map.of("y", kind), null);
    return new Experiment(
        e.file(),
        e.name(),
        e.seed(),
        e.cohort(),
        e.modalities(),
        e.embedDim(),
        e.fusion(),
        e.joint(),
        e.temporal(),
        e.heads(),
        e.losses(),
        e.training(),
        e.split(),
        e.repeats(),
        kind == TargetKind.NUMBER ? List.of(METRIC) : List.of(),
        List.of(BASELINE),
        e.reporting(),
        e.selection(),
        e.sweep(),
        e.initialize(),
        e.pretraining(),
        e.resolved());
  }

  private static final List<String> PATIENTS = List.of("a", "b", "c", "d", "e", "f", "g", "h");

  /** The number of a patient is his place; b's is not known. */
  private static Cohort cohort() {
    Map<String, Cohort.NumberValue> values = new HashMap<>();
    for (int i = 0; i < PATIENTS.size(); i++) {
      if (i != 1) {
        values.put(PATIENTS.get(i), new Cohort.NumberValue(i));
      }
    }
    return new Cohort(
        PATIENTS,
        Cohort.single(PATIENTS),
        new TreeMap<>(Map.of("y", new Cohort.NumberTarget(values))),
        Collections.emptySortedMap(),
        null);
  }

  /** The feature is the number and one half; h lacks it. */
  private static Dataset dataset() {
    Map<String, float[]> rows = new HashMap<>();
    for (int i = 0; i < 7; i++) {
      rows.put(PATIENTS.get(i), new float[] {i + 0.5f});
    }
    return new Dataset(
        new TreeMap<>(Map.of("m", new Dataset.Vectors(1, rows))),
        JsonNodeFactory.instance.objectNode());
  }

  private static final List<Fold> FOLDS = List.of(
      new Fold(0, 0, List.of("d", "b", "c", "a"), List.of(), List.of("h", "g", "f", "e")),
      new Fold(0, 1, List.of("e", "f", "g", "h"), List.of(), List.of("a", "b", "c", "d")));

  private Map<String, BaselineResult> fit(Experiment experiment, Fold fold) {
    return new Baselines(
            experiment,
            parts,
            cohort(),
            new Evaluator(experiment, parts),
            SurvivalProbabilities.of(experiment, parts, cohort()))
        .fit(dataset(), fold, new PatientFeatures(), 7);
  }

  @Test
  void trainingPatientsWithATargetComeFirstAndNobodyElsesTargetIsSeen() {
    Map<String, BaselineResult> results = fit(experiment(TargetKind.NUMBER), FOLDS.get(0));
    BaselineInput input = first.inputs.get(0);
    assertEquals(3, input.training());
    assertArrayEquals(new double[] {0, 2, 3}, input.target().requireNumeric().value());
    assertEquals(7, input.patients());
    assertEquals(7, input.seed());
    assertEquals(List.of("first", "never"), List.copyOf(results.keySet()));
    BaselineResult result = results.get("first");
    // h lacks the modality
    assertEquals(Set.of("e", "f", "g"), result.predictions().get("y.value").keySet());
    assertEquals(0.5, result.test().path("y").path("mae").doubleValue(), 1e-6);
    assertEquals(3, result.fits().path("y").path("seen").doubleValue());
    assertEquals(
        "it has no heart",
        results.get("never").fits().path("y").path("undefined").asText());
    JsonNode sent = Json.MAPPER.valueToTree(result);
    assertEquals(
        sent, Json.MAPPER.valueToTree(Json.MAPPER.convertValue(sent, BaselineResult.class)));
  }

  @Test
  void bothAreJudgedByThePatientsOfWhomTheBaselineSaysSomething() throws Exception {
    Experiment experiment = experiment(TargetKind.NUMBER);
    BaselineComparison comparison = new BaselineComparison(experiment, parts, cohort(), Map.of());
    BaselineFile file = new BaselineFile(
        new RunDirectory(folder),
        new PredictionTable(experiment, Map.of(), Map.of()),
        cohort().targets());
    for (Fold fold : FOLDS) {
      Map<String, double[]> model = new HashMap<>();
      // off by 0.25, and by far of the patient whom the baseline knows nothing of
      fold.test()
          .forEach(patient -> model.put(
              patient,
              new double[] {PATIENTS.indexOf(patient) + (patient.equals("h") ? 100 : 0.25)}));
      Map<String, BaselineResult> results = fit(experiment, fold);
      comparison.add(fold, Map.of("y.value", model), results);
      file.add(fold, results);
    }
    ObjectNode metrics = Json.MAPPER.createObjectNode();
    List<String> lines = comparison.write(metrics);
    JsonNode told = metrics.path("baselines").path("first");
    assertEquals(0.5, told.path("mean").path("y").path("mae").doubleValue(), 1e-6);
    assertEquals(0.5, told.path("pooled").path("y").path("mae").path("value").doubleValue(), 1e-6);
    JsonNode difference = told.path("difference").path("y").path("mae");
    assertEquals(6, difference.path("patients").intValue());
    assertEquals(0.25, difference.path("model").doubleValue(), 1e-6);
    assertEquals(-0.25, difference.path("value").doubleValue(), 1e-6);
    assertEquals(-0.25, difference.path("pooled").path("value").doubleValue(), 1e-6);
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("baselines of y, mae (lower is better)"), lines.get(0));
    assertTrue(lines.get(1).contains("first  0.5000  -0.2500"), lines.get(1));
    assertTrue(lines.get(2).contains("never: it has no heart"), lines.get(2));
    List<String> rows = Files.readAllLines(folder.resolve("baselines.csv"));
    assertEquals("patient,repeat,fold,split,baseline,y.value,y.number", rows.get(0));
    assertEquals("g,0,0,test,first,6.5,6.0", rows.get(1));
    assertEquals(1 + 3 + 4, rows.size());
  }

  @Test
  void aBaselineThatFitsNoHeadIsRefused() {
    Baselines.check(experiment(TargetKind.NUMBER), parts);
    FaultsException refused = assertThrows(
        FaultsException.class, () -> Baselines.check(experiment(TargetKind.COUNT), parts));
    assertEquals("/evaluation/baselines/0", refused.faults().get(0).pointer());
    assertFalse(refused.faults().get(0).message().isEmpty());
  }
}
