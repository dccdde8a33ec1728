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

/** Matthews' correlation coefficient (1975), of several classes as Gorodkin (2004) has it. */
@Component(
    configurationPid = MatthewsCorrelation.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MatthewsCorrelation.Settings.class, factory = true)
@MetricPart("mcc")
public final class MatthewsCorrelation implements Metric {
  static final String PID = "org.stroma.metric.classification.mcc";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Matthews' correlation coefficient",
      description = "The correlation of true and predicted classes")
  public @interface Settings {}

  @Activate
  public MatthewsCorrelation(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return target == TargetKind.PATCHES ? "patch_mcc" : "mcc";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Classes.matrix(input).matthews());
  }
}
