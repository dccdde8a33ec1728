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

/** One less the squared error over that of the values' own mean. */
@Component(configurationPid = RSquared.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RSquared.Settings.class, factory = true)
@MetricPart("r2")
public final class RSquared implements Metric {
  static final String PID = "org.stroma.metric.regression.r2";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "R squared",
      description = "The share of the variance that is explained")
  public @interface Settings {}

  @Activate
  public RSquared(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER, TargetKind.COUNT);
  }

  @Override
  public String name(TargetKind target) {
    return "r2";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(
        NumberErrors.r2(input.target().requireNumeric().value(), input.numbers(Prediction.VALUE)));
  }
}
