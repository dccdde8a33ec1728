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
import org.stroma.statistics.Correlation;

/** Pearson's correlation of true and predicted numbers: how near they are to a line, whichever. */
@Component(
    configurationPid = PearsonCorrelation.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = PearsonCorrelation.Settings.class, factory = true)
@MetricPart("pearson")
public final class PearsonCorrelation implements Metric {
  static final String PID = "org.stroma.metric.regression.pearson";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Pearson's correlation",
      description = "How near true and predicted numbers are to a line")
  public @interface Settings {}

  @Activate
  public PearsonCorrelation(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER, TargetKind.COUNT);
  }

  @Override
  public String name(TargetKind target) {
    return "pearson";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Correlation.pearson(
        input.target().requireNumeric().value(), input.numbers(Prediction.VALUE)));
  }
}
