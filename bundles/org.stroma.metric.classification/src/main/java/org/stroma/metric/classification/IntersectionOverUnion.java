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
import org.stroma.statistics.ConfusionMatrix;

/** The intersection over the union of true and predicted patches (Jaccard's index), averaged over the classes that occur or are
 * predicted, beside that of each class. */
@Component(
    configurationPid = IntersectionOverUnion.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IntersectionOverUnion.Settings.class, factory = true)
@MetricPart("iou")
public final class IntersectionOverUnion implements Metric {
  static final String PID = "org.stroma.metric.classification.iou";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Intersection over union",
      description =
          "Patches that are and are predicted of a class, over those that are or are predicted")
  public @interface Settings {}

  @Activate
  public IntersectionOverUnion(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return "iou";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    ConfusionMatrix matrix = Classes.matrix(input);
    return Values.of(matrix.meanIntersectionOverUnion())
        .withEach(Classes.each(input, matrix::intersectionOverUnion));
  }
}
