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
 * A log hazard [B, 1] that is linear in the fused vector: with linear encoders it is a Cox regression (Cox 1972), trained by the loss cox.
 * It starts at 0, so that few steps of training are a strong penalty.
 */
@Component(configurationPid = LinearSurvival.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LinearSurvival.Settings.class, factory = true)
@HeadPart("linear-survival")
@PartFacts(parameters = "d + 1", cost = "d")
public final class LinearSurvival implements Head {
  static final String PID = "org.stroma.head.linear.survival";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Linear survival head",
      description = "Log hazard that is linear in the fused vector")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    return Layer.of(net, input.embedding(), 1);
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    return Map.of(Prediction.RISK, net.tf().reshape(raw, net.tf().array(-1)));
  }

  @Override
  public TargetKind target() {
    return TargetKind.SURVIVAL;
  }
}
