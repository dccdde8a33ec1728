/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.transmil;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Activation;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * TransMIL (Shao et al. 2021, algorithm 2) over patches [B, N, D]: a linear layer and ReLU to d;
 * each bag filled up to a square of s * s tokens with its own first patches, s = ceil(sqrt(n)); a
 * class token in front; a layer of Nystrom attention; positions from depthwise convolutions over
 * the square (PPEG, section 3.3); a second layer; layer norm. The embedding is the class token's
 * state.
 *
 * <p>A layer is x + W (attention(norm x) + convolution of the values along the bag). Attention is
 * that of Xiong et al. 2021: m landmarks, the means of queries and keys over runs of a bag's
 * tokens, and the pseudo-inverse of their attention by iteration. Unlike the published code's, runs
 * are cut from each bag's own tokens, the iteration starts from each matrix' own norm, and the
 * square is each bag's own: a bag gives the same in any batch, and padding leaves no trace. A
 * patch's place in the square is that of its order in the bag, as in the paper; coordinates are not
 * used.
 *
 * <p>Gives the patches' states as tokens, zero on padding. The attention is the class token's in
 * the second layer, mean over heads: what a fill-in receives counts for its patch, what the
 * approximation makes negative is cut to zero, and the patches of a bag sum to 1. A bag without
 * patches becomes the class token's own state.
 */
@Component(configurationPid = Transmil.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Transmil.Settings.class, factory = true)
@EncoderPart("transmil")
@PartFacts(
    paper = "Shao et al. 2021; attention of Xiong et al. 2021",
    parameters = "D d + d + d + 2 (4 d d + 3 d + heads kernel) + 86 d + 2 d",
    cost = "linear in N, times landmarks; landmarks^3 beside it")
public final class Transmil implements Encoder {
  static final String PID = "org.stroma.encoder.transmil";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "TransMIL",
      description = "Nystrom transformer over a bag of patches")
  public @interface Settings {
    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(
        description = "landmarks of the attention; 0 for embedDim / 2",
        min = "0",
        max = "4096")
    int landmarks() default 0;

    @AttributeDefinition(description = "iterations of the pseudo-inverse", min = "1", max = "64")
    int iterations() default 6;

    @AttributeDefinition(
        description = "width of the convolution along the bag, an odd number",
        min = "1",
        max = "1023")
    int kernel() default 33;

    @AttributeDefinition(description = "dropout on what each layer adds", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(description = "activation of the projected patches")
    Activation activation() default Activation.relu;
  }

  private final Settings settings;

  @Activate
  public Transmil(Settings settings) {
    if (settings.kernel() % 2 == 0) {
      throw new IllegalArgumentException(
          "kernel is " + settings.kernel() + "; it has to be an odd number");
    }
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    Ops tf = net.tf();
    int d = net.embedDim();
    Net.headWidth(d, settings.heads());
    Operand<TFloat32> h = net.activation(
        settings.activation(), net.dense("projection", bags.values(), d)); // [B, N, d]
    TokenSquare square = new TokenSquare(tf, bags.mask());
    Operand<TFloat32> token = net.scope("class")
        .variable("embeddings")
        .shape(1, d)
        .initializer(Initializer.normal(0.02))
        .create();
    Operand<TFloat32> tokens = tf.broadcastTo(
        token,
        tf.concat(
            List.<Operand<TInt32>>of(square.bags(), tf.array(1, d)), tf.constant(0))); // [B, 1, d]
    Operand<TFloat32> x =
        tf.concat(List.of(tokens, square.layOut(h)), tf.constant(1)); // [B, L, d], L = 1 + S S
    Nystrom nystrom = new Nystrom(settings, square.mask(), square.count());
    x = nystrom.layer(net.scope("layer1"), x).x();
    x = positions(net.scope("positions"), x, square);
    Nystrom.Result last = nystrom.layer(net.scope("layer2"), x);
    x = net.layerNorm("norm", last.x());
    Operand<TFloat32> embedding =
        tf.reshape(tf.slice(x, tf.array(0, 0, 0), tf.array(-1, 1, -1)), tf.array(-1, d));
    Operand<TFloat32> states =
        tf.math.mul(square.patches(x), net.expand(bags.mask(), 2)); // [B, N, d]
    Operand<TFloat32> attention = net.relu(square.sums(last.attention())); // [B, N]
    return Encoding.of(embedding)
        .withTokens(states, bags.mask())
        .withAttention(tf.math.divNoNan(attention, net.sum(attention, 1, true)));
  }

  /**
   * PPEG: the square plus its depthwise convolutions of sizes 7, 5 and 3, with biases; the class
   * token is unchanged. As convolutions are linear, the kernels are added and applied as one.
   */
  private static Operand<TFloat32> positions(Net net, Operand<TFloat32> x, TokenSquare square) {
    Ops tf = net.tf();
    int d = net.embedDim();
    Operand<TFloat32> kernel = null;
    Operand<TFloat32> bias = null;
    for (int width : new int[] {7, 5, 3}) {
      Net layer = net.scope("convolution" + width);
      Operand<TFloat32> k = layer
          .variable("kernel")
          .shape(width, width, d)
          .initializer(Initializer.uniform(Math.sqrt(6.0 / (width + d))))
          .decay(true)
          .create();
      Operand<TFloat32> b =
          layer.variable("bias").shape(d).initializer(Initializer.ZEROS).create();
      int rim = (7 - width) / 2;
      Operand<TInt32> rims = tf.reshape(tf.array(rim, rim, rim, rim, 0, 0), tf.array(3, 2));
      k = tf.pad(k, rims, tf.constant(0f));
      kernel = kernel == null ? k : tf.math.add(kernel, k);
      bias = bias == null ? b : tf.math.add(bias, b);
    }
    Operand<TFloat32> grid = square.grid(x); // [B, S, S, d], zero outside of each bag's square
    Operand<TFloat32> moved = tf.nn.biasAdd(
        tf.nn.depthwiseConv2dNative(
            grid, tf.expandDims(kernel, tf.constant(3)), List.of(1L, 1L, 1L, 1L), "SAME"),
        bias);
    return tf.math.add(x, square.ungrid(moved, d));
  }
}
