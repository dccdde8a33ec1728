/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.FusionPart;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;

/**
 * Cross-modal attention over the modalities' vectors: each modality queries the others, with projections of its own for
 * every ordered pair and one softmax over all others that the patient has. What was found is added to the modality's own
 * vector and normalised; the modalities are concatenated, absent ones as zeros, and projected to d. A patient with one
 * modality keeps that vector alone.
 */
@Component(configurationPid = CrossModalAttention.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CrossModalAttention.Settings.class, factory = true)
@FusionPart("cross-modal-attention")
public final class CrossModalAttention implements Fusion {
  static final String PID = "org.stroma.fusion.crossmodal";

  /** What can be set. */
  @ObjectClassDefinition(name = "Cross-modal attention", description = "Each modality attends over the patient's others")
  public @interface Settings {
    @AttributeDefinition(description = "attention heads; have to divide embedDim", min = "1", max = "128")
    int heads() default 8;

    @AttributeDefinition(description = "dropout of what attention finds", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(
        description = "what is attended over",
        options = @Option(label = "one vector a modality", value = "vectors"))
    String level() default "vectors";
  }

  private final Settings settings;

  @Activate
  public CrossModalAttention(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Fused fuse(
      Net net, SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    int d = net.embedDim();
    int heads = settings.heads();
    int width = Net.headWidth(d, heads);
    Map<String, Operand<TFloat32>> vectors = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> there = new LinkedHashMap<>(); // [B, 1]
    encodings.forEach((name, encoding) -> {
      Operand<TFloat32> gate = net.expand(presence.get(name), 1);
      there.put(name, gate);
      vectors.put(name, tf.math.mul(encoding.embedding(), gate));
    });
    List<Operand<TFloat32>> joined = new ArrayList<>();
    Map<String, Operand<TFloat32>> attention = new LinkedHashMap<>();
    for (String query : vectors.keySet()) {
      Net own = net.scope(query);
      Operand<TFloat32> vector = vectors.get(query);
      List<Operand<TFloat32>> scores = new ArrayList<>();
      List<Operand<TFloat32>> values = new ArrayList<>();
      List<Operand<TFloat32>> masks = new ArrayList<>();
      for (String key : vectors.keySet()) {
        if (!key.equals(query)) {
          Net pair = own.scope("over").scope(key);
          Operand<TFloat32> q = split(tf, pair.dense("query", vector, d), heads, width);
          Operand<TFloat32> k = split(tf, pair.dense("key", vectors.get(key), d), heads, width);
          scores.add(
              tf.math.mul(net.sum(tf.math.mul(q, k), 2, false), tf.constant((float) (1 / Math.sqrt(width))))); // [B, h]
          values.add(split(tf, pair.dense("value", vectors.get(key), d), heads, width));
          masks.add(there.get(key));
        }
      }
      Operand<TFloat32> updated = vector;
      if (!scores.isEmpty()) {
        Operand<TFloat32> mask = tf.stack(masks, Stack.axis(2L)); // [B, 1, M-1]
        Operand<TFloat32> weights = net.maskedSoftmax(tf.stack(scores, Stack.axis(2L)), mask); // [B, h, M-1]
        Operand<TFloat32> found =
            tf.reshape(
                tf.linalg.einsum(List.of(weights, tf.stack(values, Stack.axis(2L))), "bhm,bhmk->bhk"), tf.array(-1, d));
        // the projection has a bias: nothing found has to stay nothing
        Operand<TFloat32> any =
            tf.math.minimum(net.sum(mask, 2, false), tf.constant(1f)); // [B, 1]
        Operand<TFloat32> update = net.dropout(query + "/drop", own.dense("output", found, d), settings.dropout());
        updated = tf.math.add(vector, tf.math.mul(update, any));
        attention.put(query, weights);
      }
      joined.add(tf.math.mul(own.layerNorm("norm", updated), there.get(query)));
    }
    return new Fused(net.dense("fuse", tf.concat(joined, tf.constant(1)), d), attention);
  }

  private static Operand<TFloat32> split(Ops tf, Operand<TFloat32> x, int heads, int width) {
    return tf.reshape(x, tf.array(-1, heads, width));
  }
}
