/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.regression;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricPart;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.statistics.NumberErrors;

/** The mean absolute error, in the unit of the target. */
@Component(
    configurationPid = MeanAbsoluteError.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MeanAbsoluteError.Settings.class, factory = true)
@MetricPart("mae")
public final class MeanAbsoluteError implements Metric {
  static final String PID = "org.stroma.metric.regression.mae";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Mean absolute error",
      description = "The mean absolute error, in the unit of the target")
  public @interface Settings {}

  @Activate
  public MeanAbsoluteError(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER, TargetKind.COUNT);
  }

  @Override
  public String name(TargetKind target) {
    return "mae";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(NumberErrors.meanAbsolute(
        input.target().requireNumeric().value(), input.numbers(Prediction.VALUE)));
  }
}
