/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.classification;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
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
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;
import org.stroma.metrics.ClassificationMetrics;

/** Area under the receiver operating characteristic; with more than two classes the mean over those that occur, each
 * against the rest; of labels that of each and their mean. */
@Component(configurationPid = AreaUnderCurve.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AreaUnderCurve.Settings.class, factory = true)
@MetricPart("auc")
public final class AreaUnderCurve implements Metric {
  static final String PID = "org.stroma.metric.classification.auc";

  /** What can be set: nothing. */
  @ObjectClassDefinition(
      name = "Area under the ROC curve",
      description = "The probability that a patient of the class is ranked above one of the others")
  public @interface Settings {}

  @Activate
  public AreaUnderCurve(Settings settings) {}

  @Override
  public Set<TargetKind> targets() {
    return Set.of(TargetKind.CLASS, TargetKind.LABELS);
  }

  @Override
  public String name(TargetKind target) {
    return "auc";
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public MetricValue compute(MetricInput input) {
    return input.target() instanceof TargetValues.Labels labels
        ? ofLabels(labels, input.rows(Prediction.PROBABILITY))
        : ClassificationMetrics.auc(
            input.target().requireClasses().label(), input.rows(Prediction.PROBABILITY));
  }

  /** Each label by the patients of whom it is known; beside them the mean of those that are defined. */
  private static MetricValue ofLabels(TargetValues.Labels target, double[][] probability) {
    boolean[][] observed = target.observed();
    boolean[][] present = target.present();
    Map<String, MetricValue> each = new TreeMap<>();
    for (int i = 0; i < target.names().size(); i++) {
      int label = i;
      int[] known =
          IntStream.range(0, target.size()).filter(p -> observed[p][label]).toArray();
      int[] there = Arrays.stream(known).map(p -> present[p][label] ? 1 : 0).toArray();
      double[][] rows = Arrays.stream(known)
          .mapToObj(p -> new double[] {1 - probability[p][label], probability[p][label]})
          .toArray(double[][]::new);
      each.put(target.names().get(i), ClassificationMetrics.auc(there, rows));
    }
    OptionalDouble mean = each.values().stream()
        .filter(MetricValue::defined)
        .mapToDouble(MetricValue::value)
        .average();
    return (mean.isPresent()
            ? MetricValue.of(mean.getAsDouble())
            : MetricValue.undefined("no label has patients with it and without"))
        .withEach(each);
  }
}
