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

/** The root of the mean squared error, in the unit of the target. */
@Component(
    configurationPid = RootMeanSquaredError.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RootMeanSquaredError.Settings.class, factory = true)
@MetricPart("rmse")
public final class RootMeanSquaredError implements Metric {
  static final String PID = "org.stroma.metric.regression.rmse";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Root mean squared error",
      description = "The root of the mean squared error, in the unit of the target")
  public @interface Settings {}

  @Activate
  public RootMeanSquaredError(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER, TargetKind.COUNT);
  }

  @Override
  public String name(TargetKind target) {
    return "rmse";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(NumberErrors.rootMeanSquared(
        input.target().requireNumeric().value(), input.numbers(Prediction.VALUE)));
  }
}
