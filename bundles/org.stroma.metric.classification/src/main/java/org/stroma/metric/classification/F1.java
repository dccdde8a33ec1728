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
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricPart;
import org.stroma.api.MetricValue;
import org.stroma.api.TargetKind;
import org.stroma.statistics.ConfusionMatrix;

/** The harmonic mean of precision and recall, averaged over the classes (see {@link ConfusionMatrix#macroF1} and {@link
 * ConfusionMatrix#weightedF1}), beside that of each class. */
@Component(configurationPid = F1.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = F1.Settings.class, factory = true)
@MetricPart("f1")
public final class F1 implements Metric {
  static final String PID = "org.stroma.metric.classification.f1";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "F1",
      description = "The harmonic mean of precision and recall, averaged over the classes")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "how classes count: macro, each the same; or weighted, by how often they occur",
        options = {
          @Option(label = "macro", value = "macro"),
          @Option(label = "weighted", value = "weighted")
        })
    String average() default "macro";
  }

  private final boolean weighted;

  @Activate
  public F1(Settings settings) {
    weighted = settings.average().equals("weighted");
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return (target == TargetKind.PATCHES ? "patch_" : "") + (weighted ? "weighted_f1" : "f1");
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    ConfusionMatrix matrix = Classes.matrix(input);
    return Values.of(weighted ? matrix.weightedF1() : matrix.macroF1())
        .withEach(Classes.each(input, matrix::f1));
  }
}
