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
 * The index of prediction accuracy (Kattan and Gerds 2018): 1 less the Brier score over that of the Kaplan-Meier curve of the training
 * patients, or, where these are not known, of those who are judged. The value is that of the integrated scores, beside it that of each
 * time that was asked for. 0 is no better than telling everybody the same, below 0 is worse.
 */
@Component(
    configurationPid = IndexOfPredictionAccuracy.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IndexOfPredictionAccuracy.Settings.class, factory = true)
@MetricPart("ipa")
public final class IndexOfPredictionAccuracy implements Metric {
  static final String PID = "org.stroma.metric.survival.ipa";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Index of prediction accuracy",
      description = "How much better predicted survival is than one curve for everybody")
  public @interface Settings {}

  @Activate
  public IndexOfPredictionAccuracy(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "ipa";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    if (!judged.withoutCurves().isEmpty()) {
      return MetricValue.undefined(judged.withoutCurves());
    }
    double[] times = judged.curveTimes();
    return Values.of(BrierScore.ipa(
            judged.score(times).integrated(), judged.reference(times).integrated()))
        .withEach(Times.each(
            input.times(),
            k -> BrierScore.ipa(
                judged.score(input.times()[k]),
                judged.reference(new double[] {input.times()[k]}).at()[0])));
  }
}
