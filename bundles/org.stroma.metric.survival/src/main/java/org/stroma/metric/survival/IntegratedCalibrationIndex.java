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
import org.stroma.statistics.CalibrationCurve;

/**
 * The integrated calibration index (Austin, Harrell and van Klaveren 2020): the mean distance of the predicted probability of the event by
 * t and the observed one, which a Cox model of its restricted cubic spline smooths, see {@link CalibrationCurve}. The value is the mean
 * over the times that were asked for, beside it that of each, with the median (e50) and the 90th percentile (e90) of the distance.
 */
@Component(
    configurationPid = IntegratedCalibrationIndex.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IntegratedCalibrationIndex.Settings.class, factory = true)
@MetricPart("ici")
public final class IntegratedCalibrationIndex implements Metric {
  static final String PID = "org.stroma.metric.survival.ici";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Integrated calibration index",
      description = "The mean distance of predicted and observed risk at the asked times")
  public @interface Settings {}

  @Activate
  public IntegratedCalibrationIndex(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "ici";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    Judged judged = Judged.of(input);
    return judged.overTimes(input.times(), (t, survival) -> {
      CalibrationCurve curve = CalibrationCurve.of(judged.time(), judged.event(), survival, t);
      return curve.defined()
          ? Values.of(curve.ici())
              .withDetail("e50", curve.e50().value())
              .withDetail("e90", curve.e90().value())
          : MetricValue.undefined(curve.reason());
    });
  }
}
