/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.segmentation;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Encoding;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Activation;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A class of each element of a bag, such as the tissue of each patch: logits [R, N, C] from the encoder's tokens [R, N, d]
 * and the fused vector of the visit [R, d]. Layer norm of the tokens; conditioning; linear, ReLU, dropout; linear. It
 * predicts {@code probability} [R, N, C]. What comes out for padding has no meaning.
 *
 * <p>Conditioning {@code film} scales and shifts each feature of the tokens by linear functions of the normalised fused
 * vector (Perez et al. 2018, eq. 2, as 1 + gamma); they start at zero, so that training starts from the tokens alone.
 * {@code concat} puts the fused vector beside each token, which is the same as adding a linear function of it in the hidden
 * layer and is built so. {@code none} looks at the tokens alone.
 */
@Component(
    configurationPid = SegmentationHead.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SegmentationHead.Settings.class, factory = true)
@HeadPart("segmentation")
@PartFacts(
    paper = "Perez et al. 2018 (film)",
    parameters = "3d² + 7d + (d + 1) classes with film, 2d² + 5d + (d + 1) classes with concat",
    cost = "time N d², memory N d")
public final class SegmentationHead implements Head {
  static final String PID = "org.stroma.head.segmentation";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Segmentation head",
      description = "A class of each patch, conditioned on the whole patient")
  public @interface Settings {
    @AttributeDefinition(description = "dropout before the last layer", min = "0", max = "0.99")
    double dropout() default 0.3;

    @AttributeDefinition(
        description = "units of the hidden layer; 0 for embedDim",
        min = "0",
        max = "65536")
    int hidden() default 0;

    @AttributeDefinition(description = "activation of the hidden layer")
    Activation activation() default Activation.relu;

    @AttributeDefinition(
        description = "how the fused vector enters",
        options = {
          @Option(label = "scales and shifts the tokens", value = "film"),
          @Option(label = "stands beside each token", value = "concat"),
          @Option(label = "not at all", value = "none")
        })
    String conditioning() default "film";
  }

  private final Settings settings;

  @Activate
  public SegmentationHead(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    Ops tf = net.tf();
    int units = settings.hidden() == 0 ? net.embedDim() : settings.hidden();
    Operand<TFloat32> x = net.layerNorm("norm", tokens(input)); // [R, N, d]
    if (settings.conditioning().equals("film")) {
      int d = Net.lastDimension(x);
      Operand<TFloat32> fused = net.layerNorm("fusedNorm", input.visits());
      Operand<TFloat32> scale =
          tf.math.add(tf.constant(1f), fromZero(net.scope("scale"), fused, d));
      x = tf.math.add(
          tf.math.mul(x, net.expand(scale, 1)),
          net.expand(fromZero(net.scope("shift"), fused, d), 1));
    }
    x = net.dense("hidden", x, units); // [R, N, units]
    if (settings.conditioning().equals("concat")) {
      Operand<TFloat32> fused = net.layerNorm("fusedNorm", input.visits());
      Operand<TFloat32> kernel = net.variable("hidden/fused")
          .shape(Net.lastDimension(fused), units)
          .initializer(Initializer.GLOROT_UNIFORM)
          .decay(true)
          .create();
      x = tf.math.add(x, net.expand(net.matMul(fused, kernel), 1));
    }
    return net.dense(
        "output",
        net.dropout("drop", net.activation(settings.activation(), x), settings.dropout()),
        input.info().requirePatches().count()); // [R, N, C]
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    return Map.of(Prediction.PROBABILITY, net.tf().nn.softmax(raw));
  }

  @Override
  public TargetKind target() {
    return TargetKind.PATCHES;
  }

  private static Operand<TFloat32> tokens(HeadInput input) {
    String modality = input.info().requirePatches().modality();
    Encoding encoding = input.encodings().get(modality);
    if (encoding == null) {
      throw new IllegalArgumentException(
          "the target's classes belong to the elements of modality " + modality
              + ", which the model does not have; it has " + input.encodings().keySet());
    }
    return encoding
        .tokens()
        .orElseThrow(() -> new IllegalArgumentException("the encoder of modality " + modality
            + " gives one vector a patient and no tokens; segmentation needs an encoder that has a token for each patch,"
            + " such as wsi-transformer"))
        .values();
  }

  /** A linear layer that starts at zero: [R, d] to [R, units]. */
  private static Operand<TFloat32> fromZero(Net layer, Operand<TFloat32> x, int units) {
    Operand<TFloat32> kernel = layer
        .variable("kernel")
        .shape(Net.lastDimension(x), units)
        .initializer(Initializer.ZEROS)
        .decay(true)
        .create();
    Operand<TFloat32> bias =
        layer.variable("bias").shape(units).initializer(Initializer.ZEROS).create();
    return layer.tf().nn.biasAdd(layer.matMul(x, kernel), bias);
  }
}
