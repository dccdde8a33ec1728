/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.abmil;

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
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;

/**
 * Attention-based multiple instance learning (Ilse, Tomczak and Welling 2018): a bag of patches [B,
 * N, D] becomes the sum of its projected patches h [B, N, d], weighted by softmax(w' (tanh(V h) *
 * sigmoid(U h))) over the patches (section 2.4, eq. 9), or by softmax(w' tanh(V h)) where
 * {@code gated} is false (eq. 8). Unlike the paper's, the layers have biases. Gives the patches h
 * as tokens and the weights as attention. A bag without patches becomes zero.
 */
@Component(configurationPid = Abmil.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Abmil.Settings.class, factory = true)
@EncoderPart("abmil")
@PartFacts(
    paper = "Ilse et al. 2018",
    parameters =
        "D d + d + 2 (d + 1) units + units + 1; without the gate D d + d + (d + 1) units + units + 1",
    cost = "linear in N")
public final class Abmil implements Encoder {
  static final String PID = "org.stroma.encoder.abmil";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Attention-based multiple instance learning",
      description = "Gated attention over a bag of patches")
  public @interface Settings {
    @AttributeDefinition(description = "whether the attention has its sigmoid gate")
    boolean gated() default true;

    @AttributeDefinition(
        description = "hidden units of the attention; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int units() default 0;

    @AttributeDefinition(description = "dropout on the projected patches", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(description = "activation of the projected patches")
    Activation activation() default Activation.relu;
  }

  private final Settings settings;

  @Activate
  public Abmil(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    int d = net.embedDim();
    Operand<TFloat32> h = net.activation(
        settings.activation(), net.dense("projection", bags.values(), d)); // [B, N, d]
    h = net.dropout("drop", h, settings.dropout());
    Operand<TFloat32> weights =
        net.maskedSoftmax(scores(net.scope("attention"), h), bags.mask()); // [B, N]
    Operand<TFloat32> pooled = net.einsum("bn,bnd->bd", weights, h);
    return Encoding.of(net.tf().reshape(pooled, net.tf().array(-1, d)))
        .withTokens(h, bags.mask())
        .withAttention(weights);
  }

  /** Attention scores before the softmax, [B, N]. */
  private Operand<TFloat32> scores(Net net, Operand<TFloat32> h) {
    Ops tf = net.tf();
    int units = settings.units() == 0 ? Math.max(1, net.embedDim() / 2) : settings.units();
    Operand<TFloat32> hidden = tf.math.tanh(net.dense("tanh", h, units)); // [B, N, units]
    if (settings.gated()) {
      hidden = tf.math.mul(hidden, tf.math.sigmoid(net.dense("gate", h, units)));
    }
    return tf.squeeze(net.dense("score", hidden, 1), Squeeze.axis(List.of(-1L)));
  }
}
