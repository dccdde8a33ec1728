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
 * The mean absolute error of numbers, in standard deviations of the training patients: |z - (value - mean) / scale| of what
 * the head returns z [B, 1], over patients whose number is known. Its best answer is the median: single numbers far off pull
 * no harder than others. 0 where none is known.
 */
@Component(
    configurationPid = AbsoluteErrorLoss.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AbsoluteErrorLoss.Settings.class, factory = true)
@LossPart("mae")
@PartFacts(parameters = "none", cost = "O(1) a patient")
public final class AbsoluteErrorLoss implements Loss {
  static final String PID = "org.stroma.loss.mae";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Mean absolute error",
      description = "Mean absolute error of standardised numbers, whose best answer is the median")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return NumberLoss.mean(net, input, Losses::meanAbsoluteError);
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER);
  }
}
