/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

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
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.statistics.CompetingRisks;
import org.stroma.statistics.Concordance;

/**
 * Uno's concordance index (Uno et al. 2011), in which pairs weigh by the inverse of the probability of not being censored, see {@link
 * Concordance#uno}. The censoring is that of the training patients, or, where these are not known, of those who are judged; an event
 * weighs by G(t-). Events at tau or later do not count; tau is told beside the value. Patients who had a competing event stay comparable
 * (Wolbers et al. 2014), see {@link CompetingRisks#uno}.
 */
@Component(
    configurationPid = UnoConcordanceIndex.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = UnoConcordanceIndex.Settings.class, factory = true)
@MetricPart("uno-c-index")
public final class UnoConcordanceIndex implements Metric {
  static final String PID = "org.stroma.metric.survival.uno-c-index";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Uno's c-index",
      description =
          "The share of comparable pairs in the right order, weighted so that it does not depend on the censoring")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "events from this time on do not count; 0 for the last follow-up of the patients whose censoring is taken",
        min = "0",
        max = "1e12")
    double tau() default 0;
  }

  private final double tau;

  @Activate
  public UnoConcordanceIndex(Settings settings) {
    tau = settings.tau();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "uno_c_index" + (tau > 0 ? "_" + Times.label(tau).replace('.', '_') : "");
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    double until = tau > 0 ? tau : judged.followUp();
    double[] risk = input.numbers(Prediction.RISK);
    MetricValue value = Values.of(
        judged.hasCompeting()
            ? CompetingRisks.uno(
                judged.time(), judged.status(), Judged.CAUSE, risk, judged.censoring(), until)
            : Concordance.uno(judged.time(), judged.event(), risk, judged.censoring(), until)
                .index());
    return Double.isFinite(until) ? value.withDetail("tau", until) : value;
  }
}
