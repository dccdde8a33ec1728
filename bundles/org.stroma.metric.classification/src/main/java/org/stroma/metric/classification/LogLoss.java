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

/** The mean negative logarithm of the probability of what is true, see {@link ClassProbabilities#logLoss}; of labels that of each and
 * their mean. */
@Component(configurationPid = LogLoss.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LogLoss.Settings.class, factory = true)
@MetricPart("log-loss")
public final class LogLoss implements Metric {
  static final String PID = "org.stroma.metric.classification.log-loss";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Log loss",
      description = "The mean negative logarithm of the probability of what is true")
  public @interface Settings {}

  @Activate
  public LogLoss(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "log_loss";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.judged(input, ClassProbabilities::logLoss);
  }
}
