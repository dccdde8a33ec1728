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
import org.stroma.statistics.ClassProbabilities;
import org.stroma.statistics.ReliabilityDiagram;

/**
 * The expected calibration error in bins of equal width: how far the highest probability is from how often it is right (Guo et al.
 * 2017); of labels how far the probability of each is from how often it is there, and their mean.
 */
@Component(
    configurationPid = CalibrationError.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CalibrationError.Settings.class, factory = true)
@MetricPart("ece")
public final class CalibrationError implements Metric {
  static final String PID = "org.stroma.metric.classification.ece";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Expected calibration error",
      description = "The mean distance of predicted probabilities and how often they are right")
  public @interface Settings {
    @AttributeDefinition(description = "how many bins", min = "2", max = "100")
    int bins() default 10;
  }

  private final int bins;

  @Activate
  public CalibrationError(Settings settings) {
    bins = settings.bins();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return bins == 10 ? "ece" : "ece_" + bins;
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.judged(
        input,
        (label, probability) -> input.target().kind() == TargetKind.LABELS
            ? ReliabilityDiagram.of(
                    ClassProbabilities.column(probability, 1),
                    ClassProbabilities.isOf(label, 1),
                    bins)
                .expectedError()
            : ClassProbabilities.topLabel(label, probability, bins).expectedError());
  }
}
