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
import org.stroma.statistics.CumulativeDynamicAuc;
import org.stroma.statistics.Estimate;

/**
 * The area under the cumulative/dynamic ROC curve (Hung and Chiang 2010), see {@link CumulativeDynamicAuc}: cases have the event by t,
 * controls are followed for longer. The value is the mean over the times of events (at most {@value #TIMES} of them), weighted by the fall of
 * the Kaplan-Meier curve; beside it that of each time that was asked for. Patients with a competing event by t are controls
 * (Blanche et al. 2013), see {@link CumulativeDynamicAuc#competing}.
 */
@Component(
    configurationPid = TimeDependentAuc.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = TimeDependentAuc.Settings.class, factory = true)
@MetricPart("auc-t")
public final class TimeDependentAuc implements Metric {
  static final String PID = "org.stroma.metric.survival.auc-t";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "AUC(t)",
      description =
          "The probability that a patient with the event by t has a higher risk than one without; its mean over t")
  public @interface Settings {}

  private static final int TIMES = 64;

  @Activate
  public TimeDependentAuc(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "auc_t";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    double[] risk = input.numbers(Prediction.RISK);
    CumulativeDynamicAuc asked = at(judged, risk, input.times());
    Estimate integrated = at(judged, risk, judged.eventTimes(TIMES)).integrated();
    return Values.of(integrated).withEach(Times.each(input.times(), k -> asked.at()[k]));
  }

  private static CumulativeDynamicAuc at(Judged judged, double[] risk, double[] times) {
    return judged.hasCompeting()
        ? CumulativeDynamicAuc.competing(
            judged.time(), judged.status(), Judged.CAUSE, risk, times, judged.censoring())
        : CumulativeDynamicAuc.of(judged.time(), judged.event(), risk, times, judged.censoring());
  }
}
