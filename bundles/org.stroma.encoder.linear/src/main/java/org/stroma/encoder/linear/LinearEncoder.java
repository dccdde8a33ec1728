/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.linear;

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
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A linear map of the features, [B, G] to [B, d], without anything that is not linear: with a linear head behind it the model is a
 * regression. Of a bag it is the map of the mean over its elements, [B, N, D] to [B, d], with attention 1 / n; an empty bag gives the
 * intercept. Of a text it is the mean of its words' vectors, [B, L] to [B, d], a linear map of the words' shares: words that are known to
 * nobody count 0.
 */
@Component(configurationPid = LinearEncoder.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LinearEncoder.Settings.class, factory = true)
@EncoderPart("linear")
@PartFacts(
    parameters = "G d + d, or none where features pass through; of texts vocabulary d",
    cost = "constant; of a bag or a text linear in N")
public final class LinearEncoder implements Encoder {
  static final String PID = "org.stroma.encoder.linear";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Linear encoder",
      description =
          "Linear map of one vector a patient, of the mean of a bag, or of the words of a text")
  public @interface Settings {
    @AttributeDefinition(description = "dropout of input features", min = "0", max = "0.99")
    double inputDropout() default 0;

    @AttributeDefinition(
        description =
            "where a patient has no more features than embedDim, they are the vector as they are, with zeros behind them; the head behind it is then all of the regression")
    boolean passThrough() default false;
  }

  private final double dropout;
  private final boolean passThrough;

  @Activate
  public LinearEncoder(Settings settings) {
    dropout = settings.inputDropout();
    passThrough = settings.passThrough();
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    if (input instanceof ModalityInput.Texts texts) {
      return words(net, texts);
    }
    if (!(input instanceof ModalityInput.Bags bags)) {
      Operand<TFloat32> values = input.vectors().values();
      return Encoding.of(
          passThrough && Net.lastDimension(values) <= net.embedDim()
              ? padded(net, values)
              : map(net, values));
    }
    Operand<TFloat32> weights =
        net.tf().math.divNoNan(bags.mask(), net.sum(bags.mask(), 1, true)); // [B, N]
    Operand<TFloat32> mean = net.einsum("bn,bnd->bd", weights, bags.values());
    return Encoding.of(map(net, mean)).withAttention(weights);
  }

  private Encoding words(Net net, ModalityInput.Texts texts) {
    Operand<TFloat32> weights =
        net.tf().math.divNoNan(texts.mask(), net.sum(texts.mask(), 1, true)); // [B, L]
    Operand<TFloat32> words =
        net.embedding("words", texts.ids(), texts.vocabularySize(), net.embedDim());
    return Encoding.of(net.einsum("bl,bld->bd", net.dropout("drop0", weights, dropout), words));
  }

  /** Two linear layers learn the few directions that they have begun with first; one learns as a regression does. */
  private Operand<TFloat32> padded(Net net, Operand<TFloat32> features) {
    int behind = net.embedDim() - Net.lastDimension(features);
    return net.tf()
        .pad(
            net.dropout("drop0", features, dropout),
            net.tf().constant(new int[][] {{0, 0}, {0, behind}}),
            net.tf().constant(0f));
  }

  private Operand<TFloat32> map(Net net, Operand<TFloat32> features) {
    int in = Net.lastDimension(features);
    Net layer = net.scope("output");
    // small beside what a few steps learn, which is all that few patients can teach
    Operand<TFloat32> kernel = layer
        .variable("kernel")
        .shape(in, net.embedDim())
        .initializer(Initializer.uniform(1 / Math.sqrt(in)))
        .decay(true)
        .create();
    Operand<TFloat32> bias = layer
        .variable("bias")
        .shape(net.embedDim())
        .initializer(Initializer.ZEROS)
        .create();
    return net.tf().math.add(net.matMul(net.dropout("drop0", features, dropout), kernel), bias);
  }
}
