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

/** The Dice coefficient of labelled patches, averaged over the classes that occur or are predicted. */
@Component(configurationPid = Dice.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Dice.Settings.class, factory = true)
@MetricPart("dice")
public final class Dice implements Metric {
  static final String PID = "org.stroma.metric.classification.dice";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Dice coefficient",
      description = "Overlap of true and predicted patches, averaged over the classes")
  public @interface Settings {}

  @Activate
  public Dice(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return "dice";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    ConfusionMatrix matrix = Classes.matrix(input);
    return Values.of(matrix.macroF1()).withEach(Classes.each(input, matrix::f1));
  }
}
