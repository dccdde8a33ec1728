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
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Max pooling of projected patches: [B, N, D] through a linear layer and ReLU to tokens [B, N, d],
 * then the maximum of each feature over the patches [B, d]. The attention of a patch is the
 * fraction of positive features whose maximum it attains. An empty bag gives zero.
 */
@Component(configurationPid = MaxPool.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MaxPool.Settings.class, factory = true)
@EncoderPart("max-pool")
@PartFacts(parameters = "D d + d", cost = "linear in N")
public final class MaxPool implements Encoder {
  static final String PID = "org.stroma.encoder.pool.max";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Maximum of a bag",
      description = "Linear layer, ReLU, maximum over the patches")
  public @interface Settings {
    @AttributeDefinition(description = "dropout on the projected patches", min = "0", max = "0.99")
    double dropout() default 0.1;
  }

  private final Settings settings;

  @Activate
  public MaxPool(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Bags bags = input.bags();
    Ops tf = net.tf();
    Operand<TFloat32> h =
        net.relu(net.dense("projection", bags.values(), net.embedDim())); // [B, N, d]
    h = net.dropout("drop", h, settings.dropout());
    h = tf.math.mul(
        h, net.expand(bags.mask(), 2)); // ReLU output is not negative, so zero padding never wins
    Operand<TFloat32> highest = tf.reduceMax(h, tf.array(1), ReduceMax.keepDims(true)); // [B, 1, d]
    Operand<TFloat32> pooled = tf.reshape(highest, tf.array(-1, net.embedDim()));
    return Encoding.of(pooled).withTokens(h, bags.mask()).withAttention(shares(net, h, highest));
  }

  /** Attention [B, N]. */
  private static Operand<TFloat32> shares(Net net, Operand<TFloat32> h, Operand<TFloat32> highest) {
    Ops tf = net.tf();
    Operand<TBool> holds =
        tf.math.logicalAnd(tf.math.equal(h, highest), tf.math.greater(h, tf.constant(0f)));
    Operand<TFloat32> count = net.sum(tf.dtypes.cast(holds, TFloat32.class), 2, false);
    return tf.math.divNoNan(count, net.sum(count, 1, true));
  }
}
