/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.regression;

import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.LossPart;
import org.stroma.api.PartFacts;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.framework.losses.Losses;
import org.tensorflow.types.TFloat32;

/**
 * The mean squared error of numbers, in variances of the training patients: what the head returns [B, 1] against
 * (value - mean) / scale, over patients whose number is known. 0 where none is.
 */
@Component(
    configurationPid = SquaredErrorLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SquaredErrorLoss.Settings.class, factory = true)
@LossPart("mse")
@PartFacts(parameters = "none", cost = "O(1) a patient")
public final class SquaredErrorLoss implements Loss {
  static final String PID = "org.stroma.loss.mse";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Mean squared error",
      description = "Mean squared error of standardised numbers")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return NumberLoss.mean(net, input, Losses::meanSquaredError);
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER);
  }
}
