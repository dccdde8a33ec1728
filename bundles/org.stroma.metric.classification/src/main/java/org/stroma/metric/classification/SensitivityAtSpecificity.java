/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricPart;
import org.stroma.api.MetricValue;
import org.stroma.api.TargetKind;
import org.stroma.statistics.RocCurve;

/**
 * The highest sensitivity of a threshold whose specificity is at least what is set: of two classes that of class 1, of more the mean
 * over those that occur, each against the rest, beside that of each; of labels that of each and their mean. The threshold is chosen
 * on the patients that are judged.
 */
@Component(
    configurationPid = SensitivityAtSpecificity.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SensitivityAtSpecificity.Settings.class, factory = true)
@MetricPart("sensitivity-at-specificity")
public final class SensitivityAtSpecificity implements Metric {
  static final String PID = "org.stroma.metric.classification.sensitivity-at-specificity";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Sensitivity at a specificity",
      description = "The highest sensitivity at no less than this specificity")
  public @interface Settings {
    @AttributeDefinition(
        description = "the least specificity, in hundredths",
        min = "0.01",
        max = "0.99")
    double specificity() default 0.9;
  }

  private final double specificity;

  @Activate
  public SensitivityAtSpecificity(Settings settings) {
    specificity = Math.round(100 * settings.specificity()) / 100.0;
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "sensitivity_at_specificity_" + Math.round(100 * specificity);
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.ranked(
        input, (score, positive) -> RocCurve.of(score, positive).sensitivityAt(specificity));
  }
}
