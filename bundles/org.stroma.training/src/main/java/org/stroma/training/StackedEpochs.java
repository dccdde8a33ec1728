/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.model.Branches;
import org.stroma.model.Model;

/**
 * Puts a stacked model together: of each modality the weights after the epochs that were chosen for it, and what the modalities count.
 * Modalities have no variables in common, so that one training serves all of them.
 */
final class StackedEpochs {
  private final StackPlan plan;
  private final Model model;
  private final Map<String, float[]> kept = new HashMap<>();

  StackedEpochs(StackPlan plan, Model model) {
    this.plan = plan;
    this.model = model;
  }

  void ended(Epoch epoch) {
    if (plan.epochs().containsValue(epoch.epoch() + 1)) {
      model.read().forEach((name, values) -> {
        if (Integer.valueOf(epoch.epoch() + 1).equals(plan.epochs().get(Branches.of(name)))) {
          kept.put(name, values);
        }
      });
    }
  }

  /** The weights of the epochs that have been chosen, as far as they were reached. */
  Map<String, float[]> kept() {
    return kept;
  }

  /** Gives the model what was kept, and what the modalities count. */
  void settle(Trainer trainer, List<String> training, Map<String, TargetInfo> infos) {
    model.assign(kept);
    kept.clear();
    Map<String, Map<String, Map<String, double[]>>> said = trainer.branches(model, training);
    plan.heads().forEach((head, weights) -> {
      Map<String, Float> counts = new TreeMap<>();
      Map<String, float[]> centres = new TreeMap<>();
      Map<String, Float> scales = new TreeMap<>();
      boolean survival = infos.get(head).kind() == TargetKind.SURVIVAL;
      weights.weights().forEach((modality, weight) -> {
        Standard standard = Standard.of(
            new ArrayList<>(said.get(head).getOrDefault(modality, Map.of()).values()),
            weights.base().length,
            survival);
        counts.put(modality, weight.floatValue());
        centres.put(modality, floats(standard.centre()));
        scales.put(modality, (float) standard.scale());
      });
      model.assign(new Branches.Stack(
              floats(weights.base()), counts, centres, scales, weights.missingAsAverage())
          .variables(head));
    });
  }

  /**
   * How an output is standardised by the training patients who have its modality.
   *
   * @param centre [k] their mean
   * @param scale the standard deviation of risks, which have no unit of their own; 1 of logits and numbers. Where all have the same risk
   *     it is huge, so that the modality counts as average
   */
  record Standard(double[] centre, double scale) {
    /** Less than this is rounding. */
    private static final double SAME = 1e-7;

    /** Anything divided by it is 0. */
    private static final double FAR = 1e30;

    static Standard of(List<double[]> outputs, int width, boolean risks) {
      double[] centre = new double[width];
      for (double[] output : outputs) {
        for (int k = 0; k < width; k++) {
          centre[k] += output[k] / outputs.size();
        }
      }
      if (!risks) {
        return new Standard(centre, 1);
      }
      double squares = outputs.stream()
          .mapToDouble(output -> (output[0] - centre[0]) * (output[0] - centre[0]))
          .sum();
      double deviation = Math.sqrt(squares / Math.max(1, outputs.size() - 1));
      return new Standard(centre, deviation > SAME ? deviation : FAR);
    }

    double[] of(double[] output) {
      double[] standard = new double[output.length];
      for (int k = 0; k < output.length; k++) {
        standard[k] = (output[k] - centre[k]) / scale;
      }
      return standard;
    }
  }

  /** Of classes, from their logits. */
  static double[] probabilities(double[] logits) {
    double most = Arrays.stream(logits).max().orElse(0);
    double[] shares = Arrays.stream(logits).map(x -> Math.exp(x - most)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(x -> x / sum).toArray();
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
