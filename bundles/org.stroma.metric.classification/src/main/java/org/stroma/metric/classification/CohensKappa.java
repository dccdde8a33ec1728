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

/** Cohen's kappa (1960): the agreement of true and predicted classes beyond that of chance. */
@Component(configurationPid = CohensKappa.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CohensKappa.Settings.class, factory = true)
@MetricPart("kappa")
public final class CohensKappa implements Metric {
  static final String PID = "org.stroma.metric.classification.kappa";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Cohen's kappa",
      description = "The agreement beyond that of chance")
  public @interface Settings {}

  @Activate
  public CohensKappa(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.PATCHES);
  }

  @Override
  public String name(TargetKind target) {
    return target == TargetKind.PATCHES ? "patch_kappa" : "kappa";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return Values.of(Classes.matrix(input).kappa());
  }
}
