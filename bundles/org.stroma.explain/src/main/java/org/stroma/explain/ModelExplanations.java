/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchPlan;
import org.stroma.dataset.Dataset;
import org.stroma.model.MainOutput;
import org.stroma.model.ModelProbe;

/**
 * Why models say what they say of patients: integrated gradients of the vectors' features, and what each modality does. They are asked
 * model by model and batch by batch, and written at the end as means over the models.
 */
public final class ModelExplanations {
  private final int steps;
  private final AskedClasses classes;
  private final ModalityImportance importance;
  private final FeatureAttributions attributions;
  private final Completeness completeness;
  private final Set<String> withoutMean = new TreeSet<>();
  private final Set<String> noVectors = new TreeSet<>();
  private final boolean several;

  /** The vectors of a batch at both ends of the way from the baseline, by modality. */
  private record Ends(Map<String, float[]> from, Map<String, float[]> to) {}

  /**
   * Explanations of nobody yet.
   *
   * @param modalities of the experiment
   * @param classes that are asked about
   */
  public ModelExplanations(
      ExplanationOptions options, Set<String> modalities, AskedClasses classes) {
    this.steps = options.steps();
    this.classes = classes;
    this.importance = new ModalityImportance(List.copyOf(new TreeSet<>(modalities)), classes);
    this.attributions = new FeatureAttributions(classes);
    this.completeness = new Completeness(classes);
    this.several = modalities.size() > 1;
  }

  /** Whether there is anything to ask of a model: with one modality that is no vector there is not. */
  public boolean wanted(ModelProbe probe, Dataset dataset) {
    return !probe.outputs().isEmpty()
        && (several
            || steps > 0
                && dataset.inputs().values().stream().anyMatch(Dataset.Vectors.class::isInstance));
  }

  /**
   * Asks one model about the patients of a batch.
   *
   * @param nothing what the model is taken to say where nothing is known
   */
  public void add(ModelProbe probe, Dataset dataset, BatchPlan plan, NothingKnown nothing) {
    try (Batch batch = Batch.of(plan, dataset);
        ModelProbe.Encoded encoded = probe.encode(batch, classes.of(plan.patients()))) {
      if (several) {
        importance.add(encoded, plan, nothing);
      }
      Ends ends = ends(dataset, plan);
      if (steps > 0 && !ends.to().isEmpty()) {
        attribute(encoded, dataset, plan, ends);
      }
    }
  }

  /** Rows that lack a modality stay as they are, zeros; where a cell is missing it is missing at both ends. */
  private Ends ends(Dataset dataset, BatchPlan plan) {
    Ends ends = new Ends(new TreeMap<>(), new TreeMap<>());
    dataset.inputs().forEach((name, input) -> {
      if (!(input instanceof Dataset.Vectors vectors)) {
        noVectors.add(name);
        return;
      }
      int width = vectors.width();
      float[] from = new float[plan.rows().size() * width];
      float[] to = new float[from.length];
      boolean any = false;
      for (int row = 0; row < plan.rows().size(); row++) {
        if (plan.has(name, row)) {
          any = true;
          if (vectors.mean() == null) {
            break;
          }
          float[] own = vectors.rows().get(plan.rows().get(row).sample());
          System.arraycopy(own, 0, to, row * width, width);
          for (int i = 0; i < width; i++) {
            from[row * width + i] = Float.isNaN(own[i]) ? Float.NaN : vectors.mean()[i];
          }
        }
      }
      if (any && vectors.mean() == null) {
        withoutMean.add(name);
      } else if (any) {
        ends.from().put(name, from);
        ends.to().put(name, to);
      }
    });
    return ends;
  }

  private void attribute(ModelProbe.Encoded encoded, Dataset dataset, BatchPlan plan, Ends ends) {
    Map<MainOutput, float[]> there = at(encoded, ends.to());
    Map<MainOutput, float[]> baseline = at(encoded, ends.from());
    Map<MainOutput, Map<String, double[]>> found = new IntegratedGradients<MainOutput>(
            vectors -> {
              ModelProbe.Answer answer =
                  encoded.ask(new ModelProbe.Change(Map.of(), vectors), true);
              return new IntegratedGradients.Answer<>(answer.outputs(), answer.gradients());
            },
            plan.patients().size(),
            ends.from(),
            ends.to())
        .of(baseline, there, steps);
    found.forEach((output, byModality) -> {
      double[] sums = sums(byModality, plan);
      for (int i = 0; i < sums.length; i++) {
        completeness.add(
            output, plan.patients().get(i), there.get(output)[i], baseline.get(output)[i], sums[i]);
      }
      byModality.forEach((modality, numbers) -> patients(
          output, modality, (Dataset.Vectors) dataset.inputs().get(modality), plan, ends, numbers));
    });
  }

  private static Map<MainOutput, float[]> at(
      ModelProbe.Encoded encoded, Map<String, float[]> vectors) {
    return encoded.ask(new ModelProbe.Change(Map.of(), vectors), false).outputs();
  }

  /** All that is attributed of each patient. */
  private static double[] sums(Map<String, double[]> byModality, BatchPlan plan) {
    double[] sums = new double[plan.patients().size()];
    byModality.values().forEach(numbers -> {
      for (int i = 0; i < numbers.length; i++) {
        // rows of a patient stand together
        sums[i / (numbers.length / sums.length)] += numbers[i];
      }
    });
    return sums;
  }

  private void patients(
      MainOutput output,
      String modality,
      Dataset.Vectors vectors,
      BatchPlan plan,
      Ends ends,
      double[] numbers) {
    int width = vectors.width();
    int visits = plan.rows().size() / plan.patients().size();
    for (int i = 0; i < plan.patients().size(); i++) {
      double[] sum = new double[width];
      double[] slopes = new double[width];
      boolean any = false;
      for (int row = i * visits; row < (i + 1) * visits; row++) {
        if (plan.has(modality, row)) {
          any = true;
          for (int k = 0; k < width; k++) {
            int at = row * width + k;
            double way = (double) ends.to().get(modality)[at] - ends.from().get(modality)[at];
            sum[k] += numbers[at];
            slopes[k] += numbers[at] * Math.signum(Double.isNaN(way) ? 0 : way);
          }
        }
      }
      if (any) {
        attributions.add(output, modality, plan.patients().get(i), vectors.features(), sum, slopes);
      }
    }
  }

  /**
   * Writes what was found.
   *
   * @return what the user should know of it, a sentence each
   */
  Set<String> write(Path folder) {
    Set<String> notes = new LinkedHashSet<>();
    if (!importance.isEmpty()) {
      importance.write(folder);
    }
    if (!attributions.isEmpty()) {
      attributions.write(folder);
      completeness.write(folder, notes);
    }
    if (steps > 0 && !noVectors.isEmpty()) {
      notes.add("nothing is attributed to single features of " + String.join(", ", noVectors)
          + ": integrated gradients are of modalities with one vector a patient; of patches and words there is the attention, where "
          + "their encoder tells it");
    }
    if (steps > 0 && !withoutMean.isEmpty()) {
      notes.add("nothing is attributed to the features of " + String.join(", ", withoutMean)
          + ": the run is of an older version and does not hold the mean of its training patients, from which attributions "
          + "start; train again");
    }
    return notes;
  }
}
