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
import org.stroma.statistics.DeLong;

/**
 * Area under the receiver operating characteristic, with the standard error of DeLong et al. (1988); with more than two classes the
 * mean over those that occur, each against the rest, beside that of each; of labels that of each and their mean.
 */
@Component(configurationPid = AreaUnderCurve.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AreaUnderCurve.Settings.class, factory = true)
@MetricPart("auc")
public final class AreaUnderCurve implements Metric {
  static final String PID = "org.stroma.metric.classification.auc";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Area under the ROC curve",
      description = "The probability that a patient of the class is ranked above one of the others")
  public @interface Settings {}

  @Activate
  public AreaUnderCurve(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "auc";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.ranked(input, DeLong::area);
  }
}
