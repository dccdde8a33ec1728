/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.pool;

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

/**
 * Mean pooling of projected patches: [B, N, D] through a linear layer and ReLU to tokens [B, N, d],
 * then their mean [B, d]. The attention is uniform, 1 / n. An empty bag gives zero.
 */
@Component(configurationPid = MeanPool.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MeanPool.Settings.class, factory = true)
@EncoderPart("mean-pool")
@PartFacts(parameters = "D d + d", cost = "linear in N")
public final class MeanPool implements Encoder {
  static final String PID = "org.stroma.encoder.pool.mean";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Mean of a bag",
      description = "Linear layer, ReLU, mean over the patches")
  public @interface Settings {
    @AttributeDefinition(description = "dropout on the projected patches", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(description = "activation of the projected patches")
    Activation activation() default Activation.relu;
  }

  private final Settings settings;

  @Activate
  public MeanPool(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    Ops tf = net.tf();
    int d = net.embedDim();
    Operand<TFloat32> h = net.activation(
        settings.activation(), net.dense("projection", bags.values(), d)); // [B, N, d]
    h = net.dropout("drop", h, settings.dropout());
    Operand<TFloat32> weights =
        tf.math.divNoNan(bags.mask(), net.sum(bags.mask(), 1, true)); // [B, N]
    Operand<TFloat32> pooled = net.einsum("bn,bnd->bd", weights, h);
    return Encoding.of(tf.reshape(pooled, tf.array(-1, d)))
        .withTokens(h, bags.mask())
        .withAttention(weights);
  }
}
