/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.experiment.Experiment;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What a head says of each modality alone, where a fusion leaves modalities apart, and how that becomes one output.
 *
 * @param raw by modality: [B, k], or [R, N, k] for patches
 * @param weights as long, and 1 wide: 0 where the patient lacks the modality
 */
public record Branches(
    SortedMap<String, Operand<TFloat32>> raw, SortedMap<String, Operand<TFloat32>> weights) {
  /** Scope of what a stacked fusion has learned out of fold, by head. */
  private static final String STACK = "stack";

  /**
   * What a stacked fusion has learned of a head. An output is {@code base + W sum (w_m (raw_m - centre_m) / scale_m) / sum (w_m)} over
   * the modalities that the patient has, or without the division where missing ones count as average; W is the sum of all weights.
   *
   * @param base [k]
   * @param weights by modality, none negative
   * @param centre [k] by modality
   * @param scale by modality, above 0
   * @param missingAsAverage whether a modality that is missing counts as one that says what it says on average
   */
  public record Stack(
      float[] base,
      Map<String, Float> weights,
      Map<String, float[]> centre,
      Map<String, Float> scale,
      boolean missingAsAverage) {

    /** Values of the model's variables. */
    public Map<String, float[]> variables(String head) {
      Map<String, float[]> values = new LinkedHashMap<>();
      String scope = STACK + "/" + head + "/";
      values.put(scope + "base", base.clone());
      values.put(scope + "average", new float[] {missingAsAverage ? 1 : 0});
      weights.forEach((branch, weight) -> {
        values.put(scope + branch + "/weight", new float[] {weight});
        values.put(scope + branch + "/centre", centre.get(branch).clone());
        values.put(scope + branch + "/scale", new float[] {scale.get(branch)});
      });
      return values;
    }
  }

  /** The modality, or {@link Experiment#JOINT}, to whose branch alone a variable belongs; empty for what is common to several. */
  public static String of(String variable) {
    List<String> path = List.of(variable.split("/"));
    if (path.get(0).equals(Experiment.JOINT)) {
      return Experiment.JOINT;
    }
    boolean own = path.size() > 2
        && (path.get(0).equals("modalities")
            || path.get(0).equals("fusion")
            || path.get(0).equals("temporal"));
    return own ? path.get(1) : path.size() > 3 && path.get(0).equals("heads") ? path.get(2) : "";
  }

  /** The mean, weighted, over the modalities that there are. */
  Operand<TFloat32> mean(Ops tf) {
    Operand<TFloat32> sum = null;
    Operand<TFloat32> total = null;
    for (String name : raw.keySet()) {
      Operand<TFloat32> part = tf.math.mul(raw.get(name), weights.get(name));
      sum = sum == null ? part : tf.math.add(sum, part);
      total = total == null ? weights.get(name) : tf.math.add(total, weights.get(name));
    }
    return tf.math.divNoNan(sum, total);
  }

  /** See {@link Stack}. Before anything was learned it is the plain mean. */
  Operand<TFloat32> stacked(Net net, String head) {
    Ops tf = net.tf();
    Net scope = net.scope(STACK).scope(head);
    int k = Net.lastDimension(raw.get(raw.firstKey()));
    Operand<TFloat32> sum = null; // [B, k]
    Operand<TFloat32> there = null; // [B, 1]
    Operand<TFloat32> all = null; // []
    for (String name : raw.keySet()) {
      Net own = scope.scope(name);
      Operand<TFloat32> weight = learned(own, "weight", 1, Initializer.constant(1f / raw.size()));
      Operand<TFloat32> centre = learned(own, "centre", k, Initializer.ZEROS);
      Operand<TFloat32> scale = learned(own, "scale", 1, Initializer.ONES);
      Operand<TFloat32> counts = tf.math.mul(present(tf, weights.get(name)), weight); // [B, 1]
      Operand<TFloat32> part =
          tf.math.mul(counts, tf.math.div(tf.math.sub(raw.get(name), centre), scale));
      sum = sum == null ? part : tf.math.add(sum, part);
      there = there == null ? counts : tf.math.add(there, counts);
      all = all == null ? weight : tf.math.add(all, weight);
    }
    Operand<TFloat32> average = learned(scope, "average", 1, Initializer.ZEROS);
    Operand<TFloat32> share = tf.math.add(
        tf.math.mul(average, all), tf.math.mul(tf.math.sub(tf.constant(1f), average), there));
    Operand<TFloat32> whole = tf.math.divNoNan(tf.math.mul(sum, all), share);
    return tf.math.add(whole, learned(scope, "base", k, Initializer.ZEROS));
  }

  private static Operand<TFloat32> present(Ops tf, Operand<TFloat32> weight) {
    return tf.dtypes.cast(tf.math.greater(weight, tf.constant(0f)), TFloat32.class);
  }

  private static Variable learned(Net scope, String name, int length, Initializer initializer) {
    return scope
        .variable(name)
        .shape(length)
        .initializer(initializer)
        .trainable(false)
        .create();
  }

  /** By modality, 1 for patients who have it [B]; of patches nothing of the kind is wanted. */
  SortedMap<String, Operand<TFloat32>> presence(Ops tf) {
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
    weights.forEach(
        (name, weight) -> presence.put(name, tf.reshape(present(tf, weight), tf.array(-1))));
    return presence;
  }
}
