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
import org.stroma.api.PartFacts;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Cross-modal attention: each modality's vector is a query over the other modalities, with separate
 * projections for each ordered pair and one softmax over all others that the patient has. The result
 * is added to the modality's own vector and normalised; the modalities are concatenated, absent ones
 * as zeros, and projected to d. With a single modality its vector is used unchanged.
 *
 * <p>With {@code level = vectors} the keys are one vector per other modality. The attention of QUERY
 * is given under that name: [B, heads, M-1] over the others, sorted by name.
 *
 * <p>With {@code level = tokens} the keys are all tokens (patches, words) of the others, or the
 * vector of a modality whose encoder gives no tokens, with one softmax over all of them: the
 * co-attention of Chen et al. 2021 (MCAT), here from every modality to all others. The attention of
 * QUERY over the N tokens of KEY is given as {@code QUERY->KEY} [B, N], the mean over the heads. It
 * is zero on padding and if the patient lacks either modality; otherwise it sums to 1 over all keys.
 */
@Component(
    configurationPid = CrossModalAttention.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CrossModalAttention.Settings.class, factory = true)
@FusionPart("cross-modal-attention")
@PartFacts(
    paper = "Chen et al. 2021 (level tokens)",
    parameters = "3 M (M-1) (d² + d) + M (2 d² + 3 d) + d, for tokens of width d",
    cost =
        "M² d² time; level tokens M heads d N time and M heads N memory more, N the tokens of all modalities")
public final class CrossModalAttention implements Fusion {
  static final String PID = "org.stroma.fusion.crossmodal";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Cross-modal attention",
      description = "Each modality attends over the patient's others")
  public @interface Settings {
    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(description = "dropout of what attention finds", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(
        description = "what is attended over",
        options = {
          @Option(label = "one vector a modality", value = "vectors"),
          @Option(label = "the tokens of each modality", value = "tokens")
        })
    String level() default "vectors";
  }

  private final Settings settings;

  @Activate
  public CrossModalAttention(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    int d = net.embedDim();
    int heads = settings.heads();
    int width = Net.headWidth(d, heads);
    boolean tokens = settings.level().equals("tokens");
    Map<String, Operand<TFloat32>> vectors = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> present = new LinkedHashMap<>(); // [B, 1]
    Map<String, Keys> keys = new LinkedHashMap<>();
    encodings.forEach((name, encoding) -> {
      Operand<TFloat32> gate = net.expand(presence.get(name), 1);
      present.put(name, gate);
      vectors.put(name, tf.math.mul(encoding.embedding(), gate));
      keys.put(
          name,
          tokens && encoding.tokens().isPresent()
              ? tokens(net, encoding.tokens().get(), gate)
              : vector(net, vectors.get(name), gate));
    });
    List<Operand<TFloat32>> joined = new ArrayList<>();
    Map<String, Operand<TFloat32>> attention = new LinkedHashMap<>();
    for (String query : vectors.keySet()) {
      Net own = net.scope(query);
      Operand<TFloat32> vector = vectors.get(query);
      List<String> others =
          vectors.keySet().stream().filter(name -> !name.equals(query)).toList();
      Operand<TFloat32> updated = vector;
      // a single modality has nothing to attend to
      if (!others.isEmpty()) {
        List<Operand<TFloat32>> scores = new ArrayList<>();
        List<Operand<TFloat32>> masks = new ArrayList<>();
        for (String key : others) {
          scores.add(scores(
              own.scope("over").scope(key),
              vector,
              keys.get(key).states(),
              heads,
              width)); // [B, h, N]
          masks.add(net.expand(keys.get(key).mask(), 1)); // [B, 1, N]
        }
        Operand<TFloat32> mask = join(tf, masks, 2);
        Operand<TFloat32> weights =
            net.maskedSoftmax(join(tf, scores, 2), mask); // [B, h, sum of N]
        List<Operand<TFloat32>> shares =
            divide(tf, weights, others.stream().map(keys::get).toList());
        Operand<TFloat32> found = null; // [B, h, d/h]
        for (int i = 0; i < others.size(); i++) {
          String key = others.get(i);
          Operand<TFloat32> part = values(
              own.scope("over").scope(key), shares.get(i), keys.get(key).states(), heads, width);
          found = found == null ? part : tf.math.add(found, part);
          if (tokens) {
            attention.put(
                query + "->" + key,
                tf.math.mul(net.mean(shares.get(i), 1, false), present.get(query))); // [B, N]
          }
        }
        if (!tokens) {
          attention.put(query, weights);
        }
        // the projection has a bias, so mask its output where nothing was found
        Operand<TFloat32> any = tf.math.minimum(net.sum(mask, 2, false), tf.constant(1f)); // [B, 1]
        Operand<TFloat32> result = own.dense("output", tf.reshape(found, tf.array(-1, d)), d);
        Operand<TFloat32> update = net.dropout(query + "/drop", result, settings.dropout());
        updated = tf.math.add(vector, tf.math.mul(update, any));
      }
      joined.add(tf.math.mul(own.layerNorm("norm", updated), present.get(query)));
    }
    Fused fused = Fused.of(net.dense("fuse", join(tf, joined, 1), d));
    for (Map.Entry<String, Operand<TFloat32>> entry : attention.entrySet()) {
      fused = fused.withAttention(entry.getKey(), entry.getValue());
    }
    return fused;
  }

  /** Keys of a modality: states [B, N, D], zero where the mask [B, N] is zero. */
  private record Keys(Operand<TFloat32> states, Operand<TFloat32> mask) {}

  private static Keys tokens(Net net, Encoding.Tokens tokens, Operand<TFloat32> gate) {
    Ops tf = net.tf();
    Operand<TFloat32> mask = tf.math.mul(tokens.mask(), gate); // [B, N]
    return new Keys(tf.math.mul(tokens.values(), net.expand(mask, 2)), mask);
  }

  /** A modality as a single token: its vector. */
  private static Keys vector(Net net, Operand<TFloat32> vector, Operand<TFloat32> gate) {
    return new Keys(net.expand(vector, 1), gate);
  }

  /**
   * Scaled dot products [B, h, N] of the query x Wq + bq and the keys t Wk + bk. As there is one
   * query per patient, it is multiplied with Wk instead of the N keys: the result is the same, with
   * h d instead of d² operations per token.
   */
  private static Operand<TFloat32> scores(
      Net pair, Operand<TFloat32> vector, Operand<TFloat32> states, int heads, int width) {
    Ops tf = pair.tf();
    int d = heads * width;
    Operand<TFloat32> query = split(tf, pair.dense("query", vector, d), heads, width);
    Operand<TFloat32> turned =
        pair.einsum("bhk,dhk->bhd", query, kernel(pair.scope("key"), states, heads, width));
    Operand<TFloat32> products = pair.einsum("bhd,bnd->bhn", turned, states);
    Operand<TFloat32> fixed =
        pair.sum(tf.math.mul(query, bias(pair.scope("key"), heads, width)), 2, true); // [B, h, 1]
    return tf.math.mul(tf.math.add(products, fixed), tf.constant((float) (1 / Math.sqrt(width))));
  }

  /** Weighted sum of the values t Wv + bv [B, h, d/h]: tokens are summed before the projection. */
  private static Operand<TFloat32> values(
      Net pair, Operand<TFloat32> weights, Operand<TFloat32> states, int heads, int width) {
    Ops tf = pair.tf();
    Operand<TFloat32> sum = pair.einsum("bhn,bnd->bhd", weights, states);
    Operand<TFloat32> through =
        pair.einsum("bhd,dhk->bhk", sum, kernel(pair.scope("value"), states, heads, width));
    return tf.math.add(
        through, tf.math.mul(pair.sum(weights, 2, true), bias(pair.scope("value"), heads, width)));
  }

  /** The kernel of a dense layer to d, by heads [D, h, d/h]. */
  private static Operand<TFloat32> kernel(
      Net layer, Operand<TFloat32> states, int heads, int width) {
    int in = Net.lastDimension(states);
    return layer
        .tf()
        .reshape(
            layer
                .variable("kernel")
                .shape(in, (long) heads * width)
                .initializer(Initializer.GLOROT_UNIFORM)
                .decay(true)
                .create(),
            layer.tf().array(in, heads, width));
  }

  /** The bias of a dense layer to d, by heads [h, d/h]. */
  private static Operand<TFloat32> bias(Net layer, int heads, int width) {
    return layer
        .tf()
        .reshape(
            layer
                .variable("bias")
                .shape((long) heads * width)
                .initializer(Initializer.ZEROS)
                .create(),
            layer.tf().array(heads, width));
  }

  /** Splits weights over the tokens of all keys [B, h, sum of N] by key: [B, h, N]. */
  private static List<Operand<TFloat32>> divide(
      Ops tf, Operand<TFloat32> weights, List<Keys> keys) {
    if (keys.size() == 1) {
      return List.of(weights);
    }
    List<Operand<TInt32>> sizes = new ArrayList<>();
    for (Keys key : keys) {
      sizes.add(tf.slice(tf.shape(key.mask()), tf.array(1), tf.array(1)));
    }
    Operand<TInt32> all = tf.concat(sizes, tf.constant(0));
    List<Operand<TFloat32>> parts = new ArrayList<>();
    tf.splitV(weights, all, tf.constant(2), (long) keys.size()).output().forEach(parts::add);
    return parts;
  }

  private static Operand<TFloat32> join(Ops tf, List<Operand<TFloat32>> parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(axis));
  }

  private static Operand<TFloat32> split(Ops tf, Operand<TFloat32> x, int heads, int width) {
    return tf.reshape(x, tf.array(-1, heads, width));
  }
}
