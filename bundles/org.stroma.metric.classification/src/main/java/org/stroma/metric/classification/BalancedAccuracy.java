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

/** The mean over the classes that occur of the share of their patients, or labelled patches, that is recognised. */
@Component(
    configurationPid = BalancedAccuracy.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BalancedAccuracy.Settings.class, factory = true)
@MetricPart("balanced-accuracy")
public final class BalancedAccuracy implements Metric {
  static final String PID = "org.stroma.metric.classification.balanced-accuracy";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Balanced accuracy",
      description = "The mean over the classes of the share that is recognised")
  public @interface Settings {}

  @Activate
  public BalancedAccuracy(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return target == TargetKind.PATCHES ? "patch_balanced_accuracy" : "balanced_accuracy";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Classes.matrix(input).balancedAccuracy());
  }
}
