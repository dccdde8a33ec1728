/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.util.Set;
import java.util.stream.IntStream;
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
import org.stroma.statistics.LogRank;

/**
 * The log-rank test of patients at high and low predicted risk, cut at the median of the training patients, see {@link LogRank}: the value is
 * the probability of a difference as large as theirs between groups that do not differ; the chi-squared statistic is beside it. Where other
 * events compete with the event, it is the test of its hazard (cause-specific). It takes the groups as given: predictions of one
 * cross-validation depend on each other a little. Intervals and means over folds of a probability say nothing.
 */
@Component(configurationPid = LogRankTest.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LogRankTest.Settings.class, factory = true)
@MetricPart("log-rank")
public final class LogRankTest implements Metric {
  static final String PID = "org.stroma.metric.survival.log-rank";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Log-rank test",
      description =
          "The probability of survival as different as that of high and low predicted risk, if there is no difference")
  public @interface Settings {}

  @Activate
  public LogRankTest(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.SURVIVAL);
  }

  @Override
  public String name(TargetKind target) {
    return "log_rank";
  }

  @Override
  public boolean higherIsBetter() {
    return false;
  }

  @Override
  public boolean hasInterval() {
    return false;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    RiskGroups groups = RiskGroups.of(input);
    if (!groups.reason().isEmpty()) {
      return MetricValue.undefined(groups.reason());
    }
    boolean[] high = groups.high();
    LogRank test = LogRank.of(
        groups.time(),
        groups.event(),
        IntStream.range(0, high.length).map(i -> high[i] ? 1 : 0).toArray());
    return test.probability().defined()
        ? groups.counted(Values.of(test.probability())
            .withDetail("chi_squared", test.chiSquared().value()))
        : Values.of(test.probability());
  }
}
