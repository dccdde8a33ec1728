/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.Encoding;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Attention of each modality's vector over all tokens of the others, with one softmax over all of them (the co-attention of Chen et al. 2021).
 */
final class TokenAttention {
  private final Net net;
  private final Ops tf;
  private final int heads;
  private final int width;
  private final int d;
  private final Map<String, Operand<TFloat32>> present;
  private final Map<String, Keys> keys = new LinkedHashMap<>();

  /** @param present [B, 1] */
  TokenAttention(
      Net net, Map<String, Encoding> encodings, Map<String, Operand<TFloat32>> present, int heads) {
    this.net = net;
    this.tf = net.tf();
    this.heads = heads;
    this.d = net.embedDim();
    this.width = Net.headWidth(d, heads);
    this.present = present;
    encodings.forEach((name, encoding) -> {
      Operand<TFloat32> gate = present.get(name);
      keys.put(
          name,
          encoding.tokens().isPresent()
              ? tokens(net, encoding.tokens().get(), gate)
              : vector(net, tf.math.mul(encoding.embedding(), gate), gate));
    });
  }

  /**
   * What each modality finds, in their order.
   *
   * @param vectors [B, d], zero where a patient lacks the modality
   * @param attention is told QUERY->KEY [B, N]
   * @return [B, d] each, zero where a patient has no other modality
   */
  List<Operand<TFloat32>> updates(
      Map<String, Operand<TFloat32>> vectors,
      double dropout,
      Map<String, Operand<TFloat32>> attention) {
    List<Operand<TFloat32>> updates = new ArrayList<>();
    vectors.forEach((query, vector) -> updates.add(update(query, vector, dropout, attention)));
    return updates;
  }

  private Operand<TFloat32> update(
      String query,
      Operand<TFloat32> vector,
      double dropout,
      Map<String, Operand<TFloat32>> attention) {
    Net own = net.scope(query);
    List<String> others =
        keys.keySet().stream().filter(name -> !name.equals(query)).toList();
    List<Operand<TFloat32>> scores = new ArrayList<>();
    List<Operand<TFloat32>> masks = new ArrayList<>();
    for (String key : others) {
      Net pair = own.scope("over").scope(key);
      scores.add(scores(pair, vector, keys.get(key).states(), heads, width)); // [B, h, N]
      masks.add(net.expand(keys.get(key).mask(), 1)); // [B, 1, N]
    }
    Operand<TFloat32> mask = join(tf, masks, 2);
    Operand<TFloat32> weights = net.maskedSoftmax(join(tf, scores, 2), mask); // [B, h, sum of N]
    List<Operand<TFloat32>> shares =
        divide(tf, weights, others.stream().map(keys::get).toList());
    List<Operand<TFloat32>> found = new ArrayList<>(); // [B, h, d/h]
    for (int i = 0; i < others.size(); i++) {
      String key = others.get(i);
      found.add(values(
          own.scope("over").scope(key), shares.get(i), keys.get(key).states(), heads, width));
      attention.put(
          query + "->" + key,
          tf.math.mul(net.mean(shares.get(i), 1, false), present.get(query))); // [B, N]
    }
    // the projection has a bias, so mask its output where nothing was found
    Operand<TFloat32> any = tf.math.minimum(net.sum(mask, 2, false), tf.constant(1f)); // [B, 1]
    Operand<TFloat32> result =
        own.dense("output", tf.reshape(tf.math.addN(found), tf.array(-1, d)), d);
    return tf.math.mul(net.dropout(query + "/drop", result, dropout), any);
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
