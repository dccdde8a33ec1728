/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.count;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * An expected count a patient: layer norm, linear, ReLU, dropout, linear. What it gives to losses, [B, 1], is the logarithm of
 * the rate over the mean of the training patients; it predicts {@code value} [B], the rate mean exp(z), which is above 0 and
 * in the unit of the table. Logarithms above 20 count as 20.
 */
@Component(configurationPid = CountHead.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CountHead.Settings.class, factory = true)
@HeadPart("count")
@PartFacts(parameters = "d² / 2 + 3d + 1", cost = "time and memory d²")
public final class CountHead implements Head {
  static final String PID = "org.stroma.head.count";

  /** exp(20) times the mean is beyond any count; more would not be finite. */
  private static final float LARGEST = 20;

  /** What can be set. */
  @ObjectClassDefinition(name = "Count head", description = "An expected count a patient, above 0")
  public @interface Settings {
    @AttributeDefinition(description = "dropout before the last layer", min = "0", max = "0.99")
    double dropout() default 0.3;

    @AttributeDefinition(
        description = "units of the hidden layer; 0 for embedDim / 2",
        min = "0",
        max = "65536")
    int hidden() default 0;

    @AttributeDefinition(description = "activation of the hidden layer")
    Activation activation() default Activation.relu;

    @AttributeDefinition(
        description =
            "whether the fused vector is normalised first; without, its length counts too")
    boolean norm() default true;
  }

  private final Settings settings;

  @Activate
  public CountHead(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    int units = settings.hidden() == 0 ? Math.max(1, net.embedDim() / 2) : settings.hidden();
    Operand<TFloat32> fused =
        settings.norm() ? net.layerNorm("norm", input.embedding()) : input.embedding();
    Operand<TFloat32> x = net.activation(settings.activation(), net.dense("hidden", fused, units));
    return net.dense("output", net.dropout("drop", x, settings.dropout()), 1); // [B, 1]
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    Ops tf = net.tf();
    Operand<TFloat32> logarithm = tf.reshape(raw, tf.array(-1)); // [B]
    return Map.of(
        Prediction.VALUE,
        tf.math.mul(
            tf.constant(info.requireCount().mean()),
            tf.math.exp(tf.math.minimum(logarithm, tf.constant(LARGEST)))));
  }

  @Override
  public TargetKind target() {
    return TargetKind.COUNT;
  }
}
