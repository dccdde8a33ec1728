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
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricPart;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.statistics.CoxFit;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.HazardRatio;
import org.stroma.statistics.Interval;

/**
 * The hazard of patients at high predicted risk over that of those at low risk, cut at the median of the training patients, see {@link
 * HazardRatio}. With it come Wald's interval and probability, and the ratio for a risk that is higher by a standard deviation of the
 * patients' risks. Where other events compete with the event, it is the ratio of its hazards (cause-specific).
 */
@Component(
    configurationPid = HazardRatioOfGroups.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = HazardRatioOfGroups.Settings.class, factory = true)
@MetricPart("hazard-ratio")
public final class HazardRatioOfGroups implements Metric {
  static final String PID = "org.stroma.metric.survival.hazard-ratio";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Hazard ratio",
      description = "The hazard of patients at high predicted risk over that of the others")
  public @interface Settings {}

  private static final double LEVEL = 0.95;

  @Activate
  public HazardRatioOfGroups(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "hazard_ratio";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    RiskGroups groups = RiskGroups.of(input);
    if (!groups.reason().isEmpty()) {
      return MetricValue.undefined(groups.reason());
    }
    HazardRatio ratio = HazardRatio.of(groups.time(), groups.event(), groups.high());
    Interval interval = ratio.interval(LEVEL);
    if (!interval.defined()) {
      return MetricValue.undefined(interval.reason());
    }
    MetricValue value = groups.counted(MetricValue.of(ratio.ratio().value())
        .withDetail("wald_lower", interval.lower())
        .withDetail("wald_upper", interval.upper())
        .withDetail("wald_level", LEVEL)
        .withDetail("wald_p", ratio.probability().value()));
    Estimate slope = perDeviation(groups, input.numbers(Prediction.RISK));
    if (!slope.defined()) {
      return value;
    }
    Interval around = slope.interval(LEVEL).map(Math::exp);
    return value
        .withDetail("per_standard_deviation", Math.exp(slope.value()))
        .withDetail("per_standard_deviation_lower", around.lower())
        .withDetail("per_standard_deviation_upper", around.upper());
  }

  /** The coefficient of the risk in a Cox model, times the standard deviation of the risk. */
  private static Estimate perDeviation(RiskGroups groups, double[] risk) {
    double mean = Arrays.stream(risk).average().orElse(0);
    double deviation =
        Math.sqrt(Arrays.stream(risk).map(r -> (r - mean) * (r - mean)).sum() / (risk.length - 1));
    if (!(deviation > 0)) {
      return Estimate.undefined("all risks are the same");
    }
    double[][] scaled = Arrays.stream(risk)
        .mapToObj(r -> new double[] {(r - mean) / deviation})
        .toArray(double[][]::new);
    return CoxFit.of(groups.time(), groups.event(), scaled, CoxFit.Ties.EFRON).coefficient(0);
  }
}
