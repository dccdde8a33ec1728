/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * Attention among one vector a modality. The M (M-1) ordered pairs have weights of their own, and are computed together: stacks of their weights
 * take the place of an operation a pair.
 */
final class VectorAttention {
  private static final List<String> ROLES = List.of("query", "key", "value");

  private final Net net;
  private final Ops tf;
  private final List<String> names;
  private final int heads;
  private final int width;
  private final int d;

  /** @param names of at least two modalities */
  VectorAttention(Net net, List<String> names, int heads) {
    this.net = net;
    this.tf = net.tf();
    this.names = names;
    this.heads = heads;
    this.width = Net.headWidth(net.embedDim(), heads);
    this.d = net.embedDim();
  }

  /**
   * What each modality finds, in their order.
   *
   * @param vectors [B, d], zero where a patient lacks the modality
   * @param present [B, 1]
   * @param attention is told the weights over the others by modality: [B, heads, M-1]
   * @return [B, d] each, zero where a patient has no other modality
   */
  List<Operand<TFloat32>> updates(
      Map<String, Operand<TFloat32>> vectors,
      Map<String, Operand<TFloat32>> present,
      double dropout,
      Map<String, Operand<TFloat32>> attention) {
    int m = names.size();
    List<Operand<TFloat32>> projected = projections(vectors); // [M, M-1, B, h, w] each
    Operand<TFloat32> scores = tf.math.mul(
        tf.reduceSum(tf.math.mul(projected.get(0), projected.get(1)), tf.array(4)),
        tf.constant((float) (1 / Math.sqrt(width))));
    List<Operand<TFloat32>> keys = new ArrayList<>();
    eachPair((query, key) -> keys.add(present.get(key)));
    Operand<TFloat32> mask = last(tf.reshape(tf.stack(keys), tf.array(m, m - 1, -1, 1)));
    Operand<TFloat32> weights = net.maskedSoftmax(last(scores), mask); // [M, B, h, M-1]
    Operand<TFloat32> shares = tf.expandDims(
        tf.linalg.transpose(weights, tf.array(0, 3, 1, 2)), tf.constant(4)); // [M, M-1, B, h, 1]
    Operand<TFloat32> sum =
        tf.reduceSum(tf.math.mul(shares, projected.get(2)), tf.array(1)); // [M, B, h, w]
    Operand<TFloat32> output = net.dropout(
        "drop",
        tf.math.add(
            net.einsum("mbd,mde->mbe", tf.reshape(sum, tf.array(m, -1, d)), kernels(outputs())),
            biases(outputs())),
        dropout);
    // the projection has a bias, so mask its output where nothing was found
    Operand<TFloat32> any = tf.math.minimum(
        tf.reduceSum(
            tf.squeeze(mask, org.tensorflow.op.core.Squeeze.axis(List.of(2L))),
            tf.array(2),
            ReduceSum.keepDims(true)),
        tf.constant(1f)); // [M, B, 1]
    List<Operand<TFloat32>> apart = List.copyOf(tf.unstack(weights, (long) m).output());
    for (int i = 0; i < m; i++) {
      attention.put(names.get(i), apart.get(i));
    }
    return List.copyOf(tf.unstack(tf.math.mul(output, any), (long) m).output());
  }

  /** Queries, keys and values of all pairs, by heads [M, M-1, B, h, w]. */
  private List<Operand<TFloat32>> projections(Map<String, Operand<TFloat32>> vectors) {
    List<Integer> inputs = new ArrayList<>();
    List<Net> layers = new ArrayList<>();
    for (String role : ROLES) {
      eachPair((query, key) -> {
        inputs.add(names.indexOf(role.equals("query") ? query : key));
        layers.add(net.scope(query).scope("over").scope(key).scope(role));
      });
    }
    // each vector is an input once: TensorFlow adds up the gradients of what a wide operation has
    // several times in an order of its own
    Operand<TFloat32> given = tf.gather(
        tf.stack(names.stream().map(vectors::get).toList()),
        tf.array(inputs.stream().mapToInt(i -> i).toArray()),
        tf.constant(0));
    Operand<TFloat32> all = tf.math.add(
        net.einsum("pbd,pde->pbe", given, kernels(layers)), biases(layers)); // [3 M (M-1), B, d]
    int m = names.size();
    List<Operand<TFloat32>> byRole = new ArrayList<>();
    tf.split(tf.constant(0), all, (long) ROLES.size())
        .output()
        .forEach(one -> byRole.add(tf.reshape(one, tf.array(m, m - 1, -1, heads, width))));
    return byRole;
  }

  private interface Pair {
    void of(String query, String key);
  }

  /** In the order of the queries, and of the others for each. */
  private void eachPair(Pair told) {
    for (String query : names) {
      for (String key : names) {
        if (!key.equals(query)) {
          told.of(query, key);
        }
      }
    }
  }

  /** [M, M-1, B, x] to [M, B, x, M-1]. */
  private Operand<TFloat32> last(Operand<TFloat32> x) {
    return tf.linalg.transpose(x, tf.array(0, 2, 3, 1));
  }

  private List<Net> outputs() {
    return names.stream().map(name -> net.scope(name).scope("output")).toList();
  }

  /** The kernels of dense layers from d to d: [layers, d, d]. */
  private Operand<TFloat32> kernels(List<Net> layers) {
    List<Operand<TFloat32>> kernels = new ArrayList<>();
    layers.forEach(layer -> kernels.add(layer
        .variable("kernel")
        .shape(d, d)
        .initializer(Initializer.GLOROT_UNIFORM)
        .decay(true)
        .create()));
    return tf.stack(kernels);
  }

  /** Their biases: [layers, 1, d]. */
  private Operand<TFloat32> biases(List<Net> layers) {
    List<Operand<TFloat32>> biases = new ArrayList<>();
    layers.forEach(layer -> biases.add(
        layer.variable("bias").shape(d).initializer(Initializer.ZEROS).create()));
    return tf.expandDims(tf.stack(biases), tf.constant(1));
  }
}
