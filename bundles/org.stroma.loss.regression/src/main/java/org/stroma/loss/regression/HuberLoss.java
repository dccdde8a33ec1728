/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.loss.regression;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
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
 * The Huber loss of numbers (Huber 1964): e^2 / 2 for errors of at most delta, else delta (|e| - delta / 2), so that single
 * numbers far off pull no harder than those delta away. The error e is that of what the head returns [B, 1] against (value -
 * mean) / scale; the mean is over patients whose number is known. 0 where none is.
 */
@Component(configurationPid = HuberLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HuberLoss.Settings.class, factory = true)
@LossPart("huber")
@PartFacts(paper = "Huber 1964", parameters = "none", cost = "O(1) a patient")
public final class HuberLoss implements Loss {
  static final String PID = "org.stroma.loss.huber";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Huber",
      description = "Squared error near zero, absolute error beyond delta, of standardised numbers")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "from which error on it is the absolute error, in standard deviations of the training patients",
        min = "1e-6",
        max = "1e6")
    double delta() default 1;
  }

  private final double delta;

  @Activate
  public HuberLoss(Settings settings) {
    delta = settings.delta();
  }

  @Override
  public Operand<TFloat32> loss(Net net, LossInput input) {
    return NumberLoss.mean(
        net,
        input,
        (tf, labels, predictions) -> Losses.huber(tf, labels, predictions, (float) delta));
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER);
  }
}
