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

/** Spearman's correlation of true and predicted numbers: that of their ranks. */
@Component(
    configurationPid = SpearmanCorrelation.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SpearmanCorrelation.Settings.class, factory = true)
@MetricPart("spearman")
public final class SpearmanCorrelation implements Metric {
  static final String PID = "org.stroma.metric.regression.spearman";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Spearman's correlation",
      description = "The correlation of the ranks of true and predicted numbers")
  public @interface Settings {}

  @Activate
  public SpearmanCorrelation(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.NUMBER, TargetKind.COUNT);
  }

  @Override
  public String name(TargetKind target) {
    return "spearman";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Correlation.spearman(
        input.target().requireNumeric().value(), input.numbers(Prediction.VALUE)));
  }
}
