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
import org.stroma.api.TargetKind;
import org.stroma.statistics.BrierScore;

/**
 * The Brier score of predicted survival (Graf et al. 1999), see {@link BrierScore}: the value is the integrated one, over the times of the
 * model's survival curve within the follow-up; beside it that of each time that was asked for. Patients weigh by the censoring of the
 * training patients, or, where these are not known, of those who are judged.
 */
@Component(
    configurationPid = BrierScoreOverTime.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BrierScoreOverTime.Settings.class, factory = true)
@MetricPart("survival-brier")
public final class BrierScoreOverTime implements Metric {
  static final String PID = "org.stroma.metric.survival.survival-brier";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Brier score of survival",
      description =
          "The mean squared difference of predicted survival and what was seen, over time and at the asked times")
  public @interface Settings {}

  @Activate
  public BrierScoreOverTime(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "brier";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    if (!judged.withoutCurves().isEmpty()) {
      return MetricValue.undefined(judged.withoutCurves());
    }
    BrierScore score = judged.score(judged.curveTimes());
    return Values.of(score.integrated())
        .withEach(Times.each(input.times(), k -> judged.score(input.times()[k])));
  }
}
