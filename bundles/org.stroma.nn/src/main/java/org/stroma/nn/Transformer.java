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
    return net.layerNorm("norm", layers(x, mask, layers));
  }

  /**
   * What the layers make of a sequence, up to rounding and dropout the same twice.
   *
   * @param all of all elements [B, N, d]
   * @param first of the first element [B, d]; of the last layer it needs no other element's queries and feed-forward layers
   */
  public record States(Operand<TFloat32> all, Operand<TFloat32> first) {}

  /**
   * Builds the layers for a sequence of which one element, such as a class token, may be all that is wanted: what is not used is not
   * computed, which then is most of the last layer.
   *
   * @param x [B, N, d] with the element in front
   * @param mask [B, N]
   */
  public States applyWithFirst(Operand<TFloat32> x, Operand<TFloat32> mask) {
    if (layers == 0) {
      Operand<TFloat32> all = apply(x, mask);
      return new States(all, first(net.tf(), all));
    }
    Net last = net.scope("layer" + (layers - 1));
    Operand<TFloat32> before = layers(x, mask, layers - 1);
    Operand<TFloat32> normed = last.layerNorm("norm1", before);
    Operand<TFloat32> all = feedForward(last, before, Attention.self(last, normed, mask, heads));
    Operand<TFloat32> first = feedForward(
        last.view("first"), first(net.tf(), before), Attention.first(last, normed, mask, heads));
    return new States(net.layerNorm("norm", all), net.layerNorm("norm", first));
  }

  /** The first element of sequences [B, N, d]: [B, d]. */
  static Operand<TFloat32> first(Ops tf, Operand<TFloat32> x) {
    int d = Net.lastDimension(x);
    return tf.reshape(tf.slice(x, tf.array(0, 0, 0), tf.array(-1, 1, d)), tf.array(-1, d));
  }

  private Operand<TFloat32> layers(Operand<TFloat32> x, Operand<TFloat32> mask, int count) {
    for (int i = 0; i < count; i++) {
      Net scope = net.scope("layer" + i);
      x = feedForward(scope, x, Attention.self(scope, scope.layerNorm("norm1", x), mask, heads));
    }
    return x;
  }

  /** What follows attention in a layer. */
  private Operand<TFloat32> feedForward(
      Net scope, Operand<TFloat32> x, Operand<TFloat32> attended) {
    Ops tf = scope.tf();
    int d = Net.lastDimension(x);
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
