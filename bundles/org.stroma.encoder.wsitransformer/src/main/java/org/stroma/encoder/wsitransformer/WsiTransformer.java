/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.wsitransformer;

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
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A transformer over the patches of a slide [B, N, D], with learned positions and attention pooling
 * (Ilse et al. 2018). Positions are a table for rows plus a table for columns of the patch grid;
 * patches without coordinates are laid out row by row in their order. Coordinates beyond the grid
 * wrap around.
 */
@Component(configurationPid = WsiTransformer.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WsiTransformer.Settings.class, factory = true)
@EncoderPart("wsi-transformer")
@PartFacts(
    paper = "Vaswani et al. 2017; pooling of Ilse et al. 2018",
    parameters = "D d + d + 2 grid d + layers (12 d² + 13 d) + 2 d + d² / 2 + d + 1",
    cost = "layers (12 N d² + 2 N² d) time, layers N d memory")
public final class WsiTransformer implements Encoder {
  static final String PID = "org.stroma.encoder.wsitransformer";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Whole-slide transformer",
      description = "Transformer over the patches of a slide")
  public @interface Settings {
    @AttributeDefinition(description = "transformer layers", min = "1", max = "48")
    int layers() default 2;

    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(
        description = "units of the feed-forward layers; 0 for 4 x embedDim",
        min = "0",
        max = "65536")
    int feedForward() default 0;

    @AttributeDefinition(description = "activation of the feed-forward layers")
    Activation activation() default Activation.gelu;

    @AttributeDefinition(description = "dropout", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(
        description = "rows and columns of the grid that have positions of their own",
        min = "1",
        max = "65536")
    int grid() default 256;

    @AttributeDefinition(
        description = "units of the attention pooling; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int poolingUnits() default 0;
  }

  private final Settings settings;

  @Activate
  public WsiTransformer(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    int d = net.embedDim();
    Operand<TFloat32> x = net.dense("projection", bags.values(), d); // [B, N, d]
    x = net.tf().math.add(x, positions(net, bags));
    Operand<TFloat32> tokens = net.transformer("transformer")
        .layers(settings.layers())
        .heads(settings.heads())
        .feedForward(settings.feedForward())
        .dropout(settings.dropout())
        .activation(settings.activation())
        .apply(x, bags.mask());
    int units = settings.poolingUnits() == 0 ? d / 2 : settings.poolingUnits();
    Net.Pooled pooled = net.attentionPool("pooling", tokens, bags.mask(), units);
    return Encoding.of(pooled.embedding())
        .withTokens(tokens, bags.mask())
        .withAttention(pooled.weights());
  }

  /** As measured with 8,192 and 32,768 patches: 28 activations of a patch a layer, and 20 before and behind the layers. */
  @Override
  public long stepMemory(long elements, int embedDim) {
    return (28L * settings.layers() + 20) * Float.BYTES * embedDim * elements;
  }

  /** Position encodings [B, N, d], or [N, d] without coordinates. */
  private Operand<TFloat32> positions(Net net, ModalityInput.Bags bags) {
    Ops tf = net.tf();
    Operand<TInt32> grid = tf.constant(settings.grid());
    Operand<TInt32> row;
    Operand<TInt32> column;
    if (bags.coordinates().isEmpty()) {
      Operand<TInt32> n = tf.reshape(
          tf.slice(tf.shape(bags.values()), tf.array(1), tf.array(1)), tf.array(new int[0]));
      Operand<TInt32> index = tf.range(tf.constant(0), n, tf.constant(1));
      row = tf.math.floorDiv(index, grid);
      column = index;
    } else {
      Operand<TInt32> coordinates = bags.coordinates().get();
      Operand<TInt32> places = tf.slice(tf.shape(coordinates), tf.array(0), tf.array(2)); // [B, N]
      column = tf.reshape(tf.slice(coordinates, tf.array(0, 0, 0), tf.array(-1, -1, 1)), places);
      row = tf.reshape(tf.slice(coordinates, tf.array(0, 0, 1), tf.array(-1, -1, 1)), places);
    }
    return tf.math.add(
        net.embedding("rows", tf.math.floorMod(row, grid), settings.grid(), net.embedDim()),
        net.embedding("columns", tf.math.floorMod(column, grid), settings.grid(), net.embedDim()));
  }
}
