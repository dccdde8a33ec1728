/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

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
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.statistics.CompetingRisks;
import org.stroma.statistics.Concordance;

/**
 * Harrell's concordance index (Harrell et al. 1982) with its jackknife standard error, see {@link Concordance#harrell}. Patients who
 * had a competing event stay comparable to everybody with the event (Wolbers et al. 2009), see {@link CompetingRisks#concordance}.
 */
@Component(
    configurationPid = ConcordanceIndex.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConcordanceIndex.Settings.class, factory = true)
@MetricPart("c-index")
public final class ConcordanceIndex implements Metric {
  static final String PID = "org.stroma.metric.survival.c-index";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Harrell's c-index",
      description =
          "The share of comparable pairs of patients whose risks are in the order of their events")
  public @interface Settings {}

  @Activate
  public ConcordanceIndex(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "c_index";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    return Values.of(CompetingRisks.concordance(
            judged.time(), judged.status(), Judged.CAUSE, input.numbers(Prediction.RISK))
        .index());
  }
}
