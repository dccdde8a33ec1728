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
import org.tensorflow.types.TFloat32;

/**
 * Logits [B, C] that are linear in the fused vector: with linear encoders it is a multinomial logistic regression. They start at 0.
 */
@Component(
    configurationPid = LinearClassification.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LinearClassification.Settings.class, factory = true)
@HeadPart("linear-classification")
@PartFacts(parameters = "C d + C", cost = "d")
public final class LinearClassification implements Head {
  static final String PID = "org.stroma.head.linear.class";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Linear classification head",
      description = "Logits of classes that exclude each other, linear in the fused vector")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    return Layer.of(net, input.embedding(), input.info().requireClasses().count());
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    return Map.of(Prediction.PROBABILITY, net.tf().nn.softmax(raw));
  }

  @Override
  public TargetKind target() {
    return TargetKind.CLASS;
  }
}
