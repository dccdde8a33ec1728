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
 * The mean of log cosh e of numbers: about e^2 / 2 for small errors and |e| - log 2 for large ones, like Huber's loss without
 * a corner and without a setting. The error e is that of what the head returns [B, 1] against (value - mean) / scale, over
 * patients whose number is known. 0 where none is.
 */
@Component(configurationPid = LogCoshLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LogCoshLoss.Settings.class, factory = true)
@LossPart("log-cosh")
@PartFacts(parameters = "none", cost = "O(1) a patient")
public final class LogCoshLoss implements Loss {
  static final String PID = "org.stroma.loss.logcosh";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Log-cosh",
      description =
          "Logarithm of the hyperbolic cosine of the error of standardised numbers: squared near zero, absolute far off")
  public @interface Settings {}

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return NumberLoss.mean(net, input, Losses::logCosh);
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER);
  }
}
