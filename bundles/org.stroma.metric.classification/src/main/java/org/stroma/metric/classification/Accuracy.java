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

/** The share of patients, or of labelled patches, whose most probable class is theirs. */
@Component(configurationPid = Accuracy.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Accuracy.Settings.class, factory = true)
@MetricPart("accuracy")
public final class Accuracy implements Metric {
  static final String PID = "org.stroma.metric.classification.accuracy";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Accuracy",
      description = "The share whose most probable class is theirs")
  public @interface Settings {}

  @Activate
  public Accuracy(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return target == TargetKind.PATCHES ? "patch_accuracy" : "accuracy";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Classes.matrix(input).accuracy());
  }
}
