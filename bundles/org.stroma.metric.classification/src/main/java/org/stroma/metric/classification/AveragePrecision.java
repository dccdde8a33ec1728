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
import org.stroma.statistics.PrecisionRecall;

/**
 * The area under the curve of precision and recall, as {@link PrecisionRecall#averagePrecision} sums it: of two classes that of class
 * 1, of more the mean over those that occur, beside that of each; of labels that of each and their mean. By chance it is the share of
 * patients of the class.
 */
@Component(
    configurationPid = AveragePrecision.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AveragePrecision.Settings.class, factory = true)
@MetricPart("average-precision")
public final class AveragePrecision implements Metric {
  static final String PID = "org.stroma.metric.classification.average-precision";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Average precision",
      description = "The mean precision over the patients of the class, by rank")
  public @interface Settings {}

  @Activate
  public AveragePrecision(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "average_precision";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Classes.ranked(
        input, (score, positive) -> PrecisionRecall.of(score, positive).averagePrecision());
  }
}
