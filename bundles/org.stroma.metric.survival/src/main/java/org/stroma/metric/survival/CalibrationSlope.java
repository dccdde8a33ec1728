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
import org.stroma.api.TargetKind;
import org.stroma.statistics.SurvivalCalibration;

/**
 * The calibration slope of predicted survival: the coefficient of log(-log S(t | x)), which is the linear predictor of a proportional
 * hazards model and a constant, in a Cox model (van Houwelingen 2000), see {@link SurvivalCalibration#slope}. 1 is right, below 1 the
 * predictions are too extreme, above 1 too timid, 0 they tell nothing. The value is the mean over the times that were asked for, beside it that of
 * each, with its standard error; those of proportional hazards are all the same.
 */
@Component(
    configurationPid = CalibrationSlope.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CalibrationSlope.Settings.class, factory = true)
@MetricPart("calibration-slope")
public final class CalibrationSlope implements Metric {
  static final String PID = "org.stroma.metric.survival.calibration-slope";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Calibration slope",
      description = "Whether predicted survival is too extreme (below 1) or too timid (above 1)")
  public @interface Settings {}

  /** Survival of 0 and 1, whose logarithms are infinite, is kept so far from them; the highest is what a float can hold. */
  private static final double LEAST = 1e-45;

  private static final double MOST = 1 - 0x1p-24;

  @Activate
  public CalibrationSlope(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "calibration_slope";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    return judged.overTimes(
        input.times(),
        (t, survival) -> Values.of(SurvivalCalibration.slope(
            judged.time(),
            judged.event(),
            Arrays.stream(survival)
                .map(s -> Math.log(-Math.log(Math.max(LEAST, Math.min(MOST, s)))))
                .toArray())));
  }
}
