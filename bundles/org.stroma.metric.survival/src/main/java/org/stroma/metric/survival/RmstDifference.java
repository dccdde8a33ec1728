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
import org.stroma.statistics.Estimate;
import org.stroma.statistics.Rmst;

/**
 * How much longer, until tau, patients at low predicted risk live than those at high risk, cut at the median of the training patients: the
 * difference of their restricted mean survival times, see {@link Rmst}, in the unit of the table, with its standard error. tau and both means are
 * told beside it. Not where other events compete with the event.
 */
@Component(configurationPid = RmstDifference.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RmstDifference.Settings.class, factory = true)
@MetricPart("rmst-difference")
public final class RmstDifference implements Metric {
  static final String PID = "org.stroma.metric.survival.rmst-difference";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Difference of restricted mean survival times",
      description =
          "How much longer patients at low predicted risk live until tau than those at high risk")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "until when, in the unit of the table; somebody of each group has to be followed for so long. 0 for the last of the asked times",
        min = "0",
        max = "1e12")
    double tau() default 0;
  }

  private final double tau;

  @Activate
  public RmstDifference(Settings settings) {
    tau = settings.tau();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "rmst_difference" + (tau > 0 ? "_" + Times.label(tau).replace('.', '_') : "");
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    if (Judged.of(input).hasCompeting()) {
      return MetricValue.undefined(Judged.COMPETING);
    }
    RiskGroups groups = RiskGroups.of(input);
    if (!groups.reason().isEmpty()) {
      return MetricValue.undefined(groups.reason());
    }
    double until = tau > 0 ? tau : Arrays.stream(input.times()).max().orElse(0);
    if (!(until > 0)) {
      return MetricValue.undefined("no time is asked for, and no tau is set");
    }
    Estimate low = Rmst.of(groups.time(false), groups.event(false), until);
    Estimate high = Rmst.of(groups.time(true), groups.event(true), until);
    Estimate difference = Rmst.difference(low, high);
    if (!difference.defined()) {
      return MetricValue.undefined(
          (low.defined() ? "high" : "low") + " risk: " + difference.reason());
    }
    return groups.counted(Values.of(difference)
        .withDetail("tau", until)
        .withDetail("low_risk_mean", low.value())
        .withDetail("high_risk_mean", high.value()));
  }
}
