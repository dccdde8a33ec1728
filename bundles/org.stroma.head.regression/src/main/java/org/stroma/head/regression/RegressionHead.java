/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.regression;

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
 * A number a patient: layer norm, linear, ReLU, dropout, linear. What it gives to losses, [B, 1], is in standard deviations
 * from the mean of the training patients; it predicts {@code value} [B] in the unit of the table.
 */
@Component(configurationPid = RegressionHead.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RegressionHead.Settings.class, factory = true)
@HeadPart("regression")
@PartFacts(parameters = "d² / 2 + 3d + 1", cost = "time and memory d²")
public final class RegressionHead implements Head {
  static final String PID = "org.stroma.head.regression";

  /** What can be set. */
  @ObjectClassDefinition(name = "Regression head", description = "A number a patient")
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
  public RegressionHead(Settings settings) {
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
    TargetInfo.Real number = info.requireNumber();
    Operand<TFloat32> standardised = tf.reshape(raw, tf.array(-1)); // [B]
    return Map.of(
        Prediction.VALUE,
        tf.math.add(
            tf.math.mul(standardised, tf.constant(number.scale())), tf.constant(number.mean())));
  }

  @Override
  public TargetKind target() {
    return TargetKind.NUMBER;
  }
}
