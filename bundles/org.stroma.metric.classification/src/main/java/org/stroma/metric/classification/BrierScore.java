/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

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
import org.stroma.api.TargetKind;
import org.stroma.statistics.ClassProbabilities;

/**
 * The mean squared difference of probabilities and classes (Brier 1950), see {@link ClassProbabilities#brier}; of labels that of each and
 * their mean.
 */
@Component(configurationPid = BrierScore.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BrierScore.Settings.class, factory = true)
@MetricPart("brier")
public final class BrierScore implements Metric {
  static final String PID = "org.stroma.metric.classification.brier";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Brier score",
      description = "The mean squared difference of predicted probabilities and classes")
  public @interface Settings {}

  @Activate
  public BrierScore(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "brier";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.judged(input, ClassProbabilities::brier);
  }
}
