/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Pre-norm transformer layers and a final layer norm (Vaswani et al. 2017; Xiong et al. 2020 for the order), from {@link
 * Net#transformer(String)}:
 *
 * <pre>{@code
 * net.transformer("layers").layers(2).heads(8).feedForward(4 * d).dropout(0.1).apply(x, mask)
 * }</pre>
 */
public final class Transformer {
  private final Net net;
  private int layers = 1;
  private int heads = 1;
  private int feedForward;
  private double dropout;
  private Activation activation = Activation.gelu;

  Transformer(Net net) {
    this.net = net;
  }

  /** Sets the number of layers; default 1. */
  public Transformer layers(int number) {
    this.layers = atLeast("layers", number, 0);
    return this;
  }

  /** Sets the number of attention heads, a divisor of the width; default 1. */
  public Transformer heads(int number) {
    this.heads = atLeast("heads", number, 1);
    return this;
  }

  /** Sets the units of the feed-forward layers; default 0, which means four times the width. */
  public Transformer feedForward(int units) {
    this.feedForward = atLeast("units of the feed-forward layers", units, 0);
    return this;
  }

  /**
   * Sets the dropout rate after attention and inside and after the feed-forward layers; default 0.
   */
  public Transformer dropout(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "the dropout of " + net.path() + " is " + rate + "; it has to be at least 0 and below 1");
    }
    this.dropout = rate;
    return this;
  }

  /** Sets the activation between the two feed-forward layers; default GELU. */
  public Transformer activation(Activation between) {
    this.activation = between;
    return this;
  }

  /**
   * Builds the layers. Padding receives no attention.
   *
   * @param x [B, N, d]
   * @param mask [B, N]
   * @return [B, N, d]
   */
  public Operand<TFloat32> apply(Operand<TFloat32> x, Operand<TFloat32> mask) {
    for (int i = 0; i < layers; i++) {
      x = layer(net.scope("layer" + i), x, mask);
    }
    return net.layerNorm("norm", x);
  }

  private Operand<TFloat32> layer(Net scope, Operand<TFloat32> x, Operand<TFloat32> mask) {
    Ops tf = scope.tf();
    int d = Net.lastDimension(x);
    Operand<TFloat32> attended = Attention.self(scope, scope.layerNorm("norm1", x), mask, heads);
    // sums of many have a gradient that looks at no shapes
    x = tf.math.addN(List.of(x, scope.dropout("drop1", attended, dropout)));
    int units = feedForward == 0 ? 4 * d : feedForward;
    Operand<TFloat32> hidden =
        scope.activation(activation, scope.dense("ff1", scope.layerNorm("norm2", x), units));
    Operand<TFloat32> update = scope.dense("ff2", scope.dropout("drop2", hidden, dropout), d);
    return tf.math.addN(List.of(x, scope.dropout("drop3", update, dropout)));
  }

  private int atLeast(String what, int number, int least) {
    if (number < least) {
      throw new IllegalArgumentException("the number of " + what + " of " + net.path() + " is "
          + number + "; it has to be at least " + least);
    }
    return number;
  }
}
