/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.model.MainOutput;
import org.stroma.model.ModelProbe;
import org.stroma.model.ModelSpec;
import org.stroma.model.TestModels;

/** Models of real parts with random weights: six patients who lack some of three modalities, five heads. */
class ModelExplanationsTest {
  private static final Set<String> MODALITIES = Set.of("cna", "rna", "wsi");

  private static final List<String> OUTPUTS =
      List.of("dx", "mitoses", "mut.kras", "mut.egfr", "os", "size");

  @TempDir
  Path folder;

  private static AskedClasses classes(BatchPlan plan) {
    Map<String, double[]> probabilities = new TreeMap<>();
    for (int i = 0; i < plan.patients().size(); i++) {
      double[] p = {.2, .2, .2};
      p[i % 3] = .6;
      probabilities.put(plan.patients().get(i), p);
    }
    return AskedClasses.surest(Map.of("dx", List.of("A", "B", "C")), Map.of("dx", probabilities));
  }

  private Set<String> explain(ModelSpec spec, BatchPlan plan, int steps, int models) {
    ModelExplanations explanations =
        new ModelExplanations(ExplanationOptions.usual().steps(steps), MODALITIES, classes(plan));
    try (ModelProbe probe = ModelProbe.of(spec)) {
      for (int i = 0; i < models; i++) {
        probe.assign(weights(spec, i));
        assertTrue(explanations.wanted(probe, spec.dataset()));
        explanations.add(
            probe,
            spec.dataset(),
            plan,
            new NothingKnown(spec.statistics(), Map.of("os.risk", 0.25)));
      }
    }
    return explanations.write(folder);
  }

  /** Models that differ by a weight of the head. */
  private static Map<String, float[]> weights(ModelSpec spec, int model) {
    Map<String, float[]> weights = TestModels.weights(spec);
    weights.forEach((name, values) -> {
      if (name.startsWith("heads/os") && name.endsWith("output/kernel")) {
        values[0] += model;
      }
    });
    return weights;
  }

  private List<Map<String, String>> rows(String file) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    List<String> lines = Files.readAllLines(folder.resolve(file));
    String[] header = lines.get(0).split(",", -1);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < header.length; i++) {
        row.put(header[i], cells[i]);
      }
      rows.add(row);
    }
    return rows;
  }

  private static double number(Map<String, String> row, String column) {
    return Double.parseDouble(row.get(column));
  }

  /** Of every fusion and norm, with visits too: all of each patient's attributions are the output less that of the baseline. */
  @ParameterizedTest
  @CsvSource({
    "concat,layer,",
    "mean,batch,",
    "mean,none,",
    "late,layer,",
    "gated,layer,",
    "cross-modal-vectors,layer,",
    "cross-modal-tokens,layer,",
    "mean,layer,mean"
  })
  void attributionsAddUpToTheDifferenceFromTheBaseline(String fusion, String norm, String mode)
      throws IOException {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get(fusion), norm, "relu", mode);
    BatchPlan plan = TestModels.plan(spec.dataset(), mode != null);
    Set<String> notes = explain(spec, plan, 64, 2);
    assertEquals(1, notes.size(), notes.toString());
    assertTrue(
        notes.iterator().next().startsWith("nothing is attributed to single features of wsi"));
    Map<String, Double> sums = new TreeMap<>();
    for (String modality : List.of("rna", "cna")) {
      for (String output : OUTPUTS) {
        for (Map<String, String> row : rows("attributions/" + modality + "/" + output + ".csv")) {
          row.forEach((feature, value) -> {
            if (feature.startsWith("G")) {
              sums.merge(output + " " + row.get("patient"), Double.parseDouble(value), Double::sum);
            }
          });
        }
      }
    }
    Map<String, Double> there = value(spec, plan, Map.of());
    Map<String, Double> baseline = value(
        spec,
        plan,
        Map.of(
            "rna",
            new float[plan.rows().size() * 5],
            "cna",
            new float[plan.rows().size() * 3]));
    double all = 0;
    for (String key : there.keySet()) {
      all += Math.abs(there.get(key) - baseline.get(key)) / there.size();
    }
    assertTrue(all > 0.1, "there is something to attribute: " + all);
    List<Map<String, String>> ends = rows("attributions/completeness.csv");
    assertEquals(there.size(), ends.size());
    for (Map<String, String> row : ends) {
      String key = row.get("output") + " " + row.get("patient");
      assertEquals(there.get(key), number(row, "value"), 1e-4);
      assertEquals(baseline.get(key), number(row, "baseline_value"), 1e-4);
      double difference = there.get(key) - baseline.get(key);
      assertEquals(
          difference,
          sums.getOrDefault(key, 0.0),
          0.01 * Math.max(Math.abs(difference), all / 4),
          key);
    }
  }

  /** The mean output of both models, by OUTPUT PATIENT, with some vectors. */
  private static Map<String, Double> value(
      ModelSpec spec, BatchPlan plan, Map<String, float[]> vectors) {
    Map<String, Double> values = new TreeMap<>();
    try (ModelProbe probe = ModelProbe.of(spec);
        Batch batch = Batch.of(plan, spec.dataset())) {
      for (int model = 0; model < 2; model++) {
        probe.assign(weights(spec, model));
        try (var encoded = probe.encode(batch, classes(plan).of(plan.patients()))) {
          encoded
              .ask(new ModelProbe.Change(Map.of(), vectors), false)
              .outputs()
              .forEach((output, numbers) -> {
                for (int i = 0; i < numbers.length; i++) {
                  values.merge(
                      output.name() + " " + plan.patients().get(i), numbers[i] / 2.0, Double::sum);
                }
              });
        }
      }
    }
    return values;
  }

  /** Drops are what hiding one modality does; Shapley values add up to the output less that of nothing known. */
  @ParameterizedTest
  @CsvSource({"mean,", "cross-modal-tokens,", "concat,last"})
  void importanceIsWhatHidingModalitiesDoes(String fusion, String mode) throws IOException {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get(fusion), "layer", "relu", mode);
    BatchPlan plan = TestModels.plan(spec.dataset(), mode != null);
    explain(spec, plan, 0, 1);
    assertFalse(Files.exists(folder.resolve("attributions")), "without steps");
    Map<String, Double> shapley = new TreeMap<>();
    Map<String, Double> nothing = new TreeMap<>(Map.of("os", .25, "size", 30.0, "mitoses", 4.0));
    nothing.put("mut.kras", 0.0);
    nothing.put("mut.egfr", Math.log(.1 / .9));
    List<Map<String, String>> rows = rows("importance-patients.csv");
    for (Map<String, String> row : rows) {
      String patient = row.get("patient");
      String output = row.get("output");
      shapley.merge(output + " " + patient, number(row, "shapley"), Double::sum);
    }
    double[] shares = {.5, .3, .2};
    try (ModelProbe probe = ModelProbe.of(spec)) {
      probe.assign(TestModels.weights(spec));
      Map<String, float[]> all = answers(probe, spec.dataset(), plan, "");
      for (Map<String, String> row : rows) {
        String output = row.get("output");
        int i = plan.patients().indexOf(row.get("patient"));
        double none = nothing.getOrDefault(output, 0.0);
        if (output.equals("dx")) {
          double share = shares[i % 3];
          none = Math.log(share / (1 - share));
          assertEquals("" + (char) ('A' + i % 3), row.get("class"));
        }
        float there = all.get(output)[i];
        assertEquals(output.equals("os") ? there - .25 : there, number(row, "value"), 1e-4);
        boolean alone = rows.stream()
                .filter(r ->
                    r.get("output").equals(output) && r.get("patient").equals(row.get("patient")))
                .count()
            == 1;
        double without = alone
            ? none
            : answers(probe, spec.dataset(), plan, row.get("modality")).get(output)[i];
        assertEquals(there - without, number(row, "drop"), 1e-4, row.toString());
        assertEquals(
            there - none, shapley.get(output + " " + row.get("patient")), 2e-4, row.toString());
      }
    }
    Map<String, String> first = rows("importance.csv").get(0);
    assertEquals(List.of("dx", "cna"), List.of(first.get("output"), first.get("modality")));
    double mean = rows.stream()
        .filter(r -> r.get("output").equals("dx") && r.get("modality").equals("cna"))
        .mapToDouble(r -> Math.abs(number(r, "shapley")))
        .average()
        .orElseThrow();
    assertEquals(mean, number(first, "mean_absolute_shapley"), 1e-6);
  }

  /** All outputs where nobody has a modality, from a batch that does not hold it. */
  private static Map<String, float[]> answers(
      ModelProbe probe, Dataset dataset, BatchPlan plan, String hidden) {
    TreeMap<String, float[]> present = new TreeMap<>(plan.present());
    if (!hidden.isEmpty()) {
      present.put(hidden, new float[plan.rows().size()]);
    }
    BatchPlan own = new BatchPlan(plan.patients(), plan.rows(), present, new TreeMap<>());
    Map<String, float[]> answers = new TreeMap<>();
    try (Batch batch = Batch.of(own, dataset);
        var encoded = probe.encode(batch, classes(plan).of(plan.patients()))) {
      encoded
          .ask(ModelProbe.Change.NONE, false)
          .outputs()
          .forEach((output, values) -> answers.put(output.name(), values));
    }
    return answers;
  }

  /** A feature that folds did not select counts as nothing for their models. */
  @Test
  void featuresGoByNameOverModels() throws IOException {
    FeatureAttributions attributions =
        new FeatureAttributions(new AskedClasses(Map.of(), Map.of()));
    MainOutput os = new MainOutput("os", org.stroma.api.TargetKind.SURVIVAL, "");
    attributions.add(
        os, "rna", "a", List.of("TP53", "MYC"), new double[] {1, 3}, new double[] {1, -3});
    attributions.add(
        os, "rna", "a", List.of("EGFR", "TP53"), new double[] {.5, 2}, new double[] {.5, 2});
    attributions.add(
        os, "rna", "b", List.of("EGFR", "TP53"), new double[] {0, -2}, new double[] {0, -2});
    attributions.write(folder);
    assertEquals(
        "patient,TP53,MYC,EGFR\na,1.5,1.5,0.25\nb,-2.0,0.0,0.0\n",
        Files.readString(folder.resolve("attributions/rna/os.csv")));
    assertEquals(
        "output,class,feature,patients,mean,mean_absolute,sign_consistency,higher_raises\n"
            + "os,,TP53,2,-0.25,1.75,0.5,0.6666667\nos,,MYC,2,0.75,0.75,1.0,0.0\n"
            + "os,,EGFR,2,0.125,0.125,1.0,1.0\n",
        Files.readString(folder.resolve("attributions/rna/summary.csv")));
  }

  @Test
  void withoutTheTrainingMeanNothingIsAttributedAndItIsTold() {
    ModelSpec spec = TestModels.spec(TestModels.fusions().get("mean"), "none", "relu", null);
    TreeMap<String, Dataset.Input> inputs = new TreeMap<>(spec.dataset().inputs());
    for (String modality : List.of("rna", "cna")) {
      Dataset.Vectors old = (Dataset.Vectors) inputs.get(modality);
      inputs.put(modality, new Dataset.Vectors(old.width(), old.features(), null, old.rows()));
    }
    Dataset older = new Dataset(inputs, null);
    Set<String> notes = explain(
        new ModelSpec(
            spec.experiment(), spec.parts(), older, spec.statistics(), 1, 1, spec.computing()),
        TestModels.plan(older, false),
        8,
        1);
    assertTrue(
        notes.stream()
            .anyMatch(n -> n.startsWith(
                "nothing is attributed to the features of cna, rna: the run is of an older")),
        notes.toString());
    assertFalse(Files.exists(folder.resolve("attributions")));
    assertTrue(Files.exists(folder.resolve("importance.csv")));
  }
}
