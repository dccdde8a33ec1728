/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
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
import org.stroma.statistics.DCalibration;

/**
 * Whether predicted survival is calibrated at all times at once (Haider et al. 2020), see {@link DCalibration}: the value is the
 * probability of bins as uneven as those of the patients if it is; a small one speaks against it. Patients who were followed for longer than
 * any training patient are left out. A test of few patients finds little, and one of many finds trifles: see the chi-squared statistic beside it.
 */
@Component(
    configurationPid = DCalibrationTest.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = DCalibrationTest.Settings.class, factory = true)
@MetricPart("d-calibration")
public final class DCalibrationTest implements Metric {
  static final String PID = "org.stroma.metric.survival.d-calibration";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "D-calibration",
      description =
          "The probability of predicted survival at the follow-up as uneven as this, if it is calibrated")
  public @interface Settings {
    @AttributeDefinition(
        description = "how many bins, of 5 patients or more",
        min = "2",
        max = "100")
    int bins() default 10;
  }

  /** A chi-squared distribution takes about as many in each bin. */
  private static final int EXPECTED = 5;

  private final int bins;

  @Activate
  public DCalibrationTest(Settings settings) {
    bins = settings.bins();
  }

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return bins == 10 ? "d_calibration" : "d_calibration_" + bins;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public boolean hasInterval() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    if (Judged.of(input).hasCompeting()) {
      return MetricValue.undefined(Judged.COMPETING);
    }
    if (!input.predictions().contains(Prediction.SURVIVAL_AT_FOLLOW_UP)) {
      return MetricValue.undefined(Judged.NO_CURVES);
    }
    boolean[] event = input.target().requireSurvival().event();
    double[] survival = input.numbers(Prediction.SURVIVAL_AT_FOLLOW_UP);
    int[] known =
        IntStream.range(0, event.length).filter(i -> !Double.isNaN(survival[i])).toArray();
    if (known.length < EXPECTED * bins) {
      return MetricValue.undefined("it takes " + EXPECTED * bins + " patients for " + bins
          + " bins, and there are " + known.length);
    }
    boolean[] seen = new boolean[known.length];
    for (int k = 0; k < seen.length; k++) {
      seen[k] = event[known[k]];
    }
    DCalibration test =
        DCalibration.of(Arrays.stream(known).mapToDouble(i -> survival[i]).toArray(), seen, bins);
    return Values.of(test.probability())
        .withDetail("chi_squared", test.chiSquared().value());
  }
}
