/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.util.Arrays;
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
import org.stroma.api.TargetKind;
import org.stroma.statistics.DecisionCurve;
import org.stroma.statistics.Estimate;

/**
 * The net benefit of treating those whose predicted risk of the event by t is at least a threshold (Vickers et al. 2008), see {@link
 * DecisionCurve}: true positives a patient, less false positives weighed by the odds of the threshold. The value is the mean over the times
 * that were asked for, beside it that of each, with those of treating all ({@code treat_all}) and none (which is 0), how much the model
 * adds to the better of these two, and the decision curve: {@code at_0_1} and {@code treat_all_at_0_1} for a threshold of 0.1, and so on. Not
 * where other events compete with the event.
 */
@Component(configurationPid = NetBenefit.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NetBenefit.Settings.class, factory = true)
@MetricPart("net-benefit")
public final class NetBenefit implements Metric {
  static final String PID = "org.stroma.metric.survival.net-benefit";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Net benefit",
      description =
          "What treating those at or above a threshold of predicted risk is worth at the asked times")
  public @interface Settings {
    @AttributeDefinition(
        description = "the predicted risk from which on one would treat",
        min = "0.001",
        max = "0.999")
    double threshold() default 0.2;
  }

  private static final double USUAL = 0.2;

  private static final double[] CURVE = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};

  private final double threshold;

  @Activate
  public NetBenefit(Settings settings) {
    threshold = settings.threshold();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "net_benefit"
        + (threshold == USUAL ? "" : "_" + Times.label(threshold).replace('.', '_'));
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    return judged.overTimes(input.times(), (t, survival) -> at(judged, t, survival));
  }

  private MetricValue at(Judged judged, double t, double[] survival) {
    double[] risk = Arrays.stream(survival).map(s -> 1 - s).toArray();
    DecisionCurve own =
        DecisionCurve.of(judged.time(), judged.event(), risk, t, new double[] {threshold});
    Estimate benefit = own.netBenefit()[0];
    Estimate all = own.treatAll()[0];
    if (!benefit.defined() || !all.defined()) {
      return Values.of(benefit.defined() ? all : benefit);
    }
    MetricValue value = MetricValue.of(benefit.value())
        .withDetail("threshold", threshold)
        .withDetail("treat_all", all.value())
        .withDetail("treat_none", 0)
        .withDetail("gain", benefit.value() - Math.max(0, all.value()));
    DecisionCurve curve = DecisionCurve.of(judged.time(), judged.event(), risk, t, CURVE);
    for (int k = 0; k < CURVE.length; k++) {
      String at = "at_" + Times.label(CURVE[k]).replace('.', '_');
      if (curve.netBenefit()[k].defined()) {
        value = value.withDetail(at, curve.netBenefit()[k].value());
      }
      if (curve.treatAll()[k].defined()) {
        value = value.withDetail("treat_all_" + at, curve.treatAll()[k].value());
      }
    }
    return value;
  }
}
