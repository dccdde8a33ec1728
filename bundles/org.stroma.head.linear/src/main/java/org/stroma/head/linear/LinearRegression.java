/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.linear;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A number [B, 1], in standard deviations from the mean of the training patients, that is linear in the fused vector. It starts at their mean.
 */
@Component(
    configurationPid = LinearRegression.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LinearRegression.Settings.class, factory = true)
@HeadPart("linear-regression")
@PartFacts(parameters = "d + 1", cost = "d")
public final class LinearRegression implements Head {
  static final String PID = "org.stroma.head.linear.number";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Linear regression head",
      description = "A number that is linear in the fused vector")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    return Layer.of(net, input.embedding(), 1);
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
