/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.metric.survival;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetValues;
import org.stroma.statistics.BrierScore;
import org.stroma.statistics.CensoringDistribution;
import org.stroma.statistics.Estimate;
import org.stroma.statistics.KaplanMeier;

/** Patients who are judged, with the censoring and the survival of the training patients, or of their own where these are not known. */
final class Judged {
  /** Why there are no probabilities. */
  static final String NO_CURVES = "the model gives no probabilities of survival";

  /** Why there are none where other events compete. */
  static final String COMPETING =
      "other events compete with the event, and the hazard of one cause alone does not give the probability of it";

  private final MetricInput input;
  private final double[] time;
  private final boolean[] event;
  private final TargetValues.Survival target;
  private final TargetValues.Survival source;
  private final CensoringDistribution censoring;
  private final double[] curve;
  private final double last;
  private double[][] rows = {};

  private Judged(MetricInput input, TargetValues.Survival target, TargetValues.Survival source) {
    this.input = input;
    this.target = target;
    this.time = target.time();
    this.event = target.event();
    this.source = source;
    this.censoring = CensoringDistribution.of(source.time(), any(source));
    this.curve = input.survivalTimes();
    this.last = Arrays.stream(time).max().orElse(0);
  }

  static Judged of(MetricInput input) {
    TargetValues.Survival target = input.target().requireSurvival();
    return new Judged(
        input, target, input.training().map(TargetValues::requireSurvival).orElse(target));
  }

  /** Who had any event: those with a competing one are not censored. */
  private static boolean[] any(TargetValues.Survival of) {
    boolean[] any = of.event();
    boolean[] competing = of.competing();
    for (int i = 0; i < any.length; i++) {
      any[i] |= competing[i];
    }
    return any;
  }

  double[] time() {
    return time;
  }

  /** Whether other events compete with the event, in those who are judged or in the training patients. */
  boolean hasCompeting() {
    return target.hasCompeting() || source.hasCompeting();
  }

  /** The event for functions of several: see {@link #status}. */
  static final int CAUSE = 1;

  /** 1 for the event, 2 for one that competes with it, 0 where the patient was censored. */
  int[] status() {
    boolean[] competing = target.competing();
    return IntStream.range(0, event.length)
        .map(i -> event[i] ? CAUSE : competing[i] ? 2 : 0)
        .toArray();
  }

  boolean[] event() {
    return event;
  }

  /** Events weigh by G(t-). */
  CensoringDistribution censoring() {
    return censoring;
  }

  /** The last follow-up of the patients whose censoring it is; infinite where there are none. */
  double followUp() {
    return Arrays.stream(source.time()).max().orElse(Double.POSITIVE_INFINITY);
  }

  /** Before it the survival of all can be told: some are followed for longer, and not all are censored. */
  private boolean within(double t) {
    return t < last && censoring.at(t) > 0;
  }

  /** Times of events by which survival can be told, at most so many, evenly over the events. */
  double[] eventTimes(int most) {
    double[] all = IntStream.range(0, time.length)
        .filter(i -> event[i] && within(time[i]))
        .mapToDouble(i -> time[i])
        .sorted()
        .toArray();
    return IntStream.rangeClosed(1, Math.min(most, all.length))
        .mapToDouble(k -> all[(int) ((long) k * all.length / Math.min(most, all.length)) - 1])
        .distinct()
        .toArray();
  }

  /** Why there are no probabilities of survival; empty where there are. */
  String withoutCurves() {
    if (hasCompeting()) {
      return COMPETING;
    }
    return curve.length == 0 || !input.predictions().contains(Prediction.SURVIVAL) ? NO_CURVES : "";
  }

  /** What the model's curves say [n][times], read once and by those alone who use it. */
  private double[][] rows() {
    if (rows.length == 0) {
      rows = input.rows(Prediction.SURVIVAL);
    }
    return rows;
  }

  /** The times of the model's curves by which survival can be told, and which the model tells of everybody. */
  double[] curveTimes() {
    boolean[] unknown = new boolean[curve.length];
    for (double[] row : rows()) {
      for (int k = 0; k < unknown.length; k++) {
        unknown[k] |= Double.isNaN(row[k]);
      }
    }
    return IntStream.range(0, curve.length)
        .filter(k -> !unknown[k] && within(curve[k]))
        .mapToDouble(k -> curve[k])
        .toArray();
  }

  /** The predicted survival beyond times of the curves: [n][times]. */
  private double[][] survival(double[] times) {
    int[] columns =
        Arrays.stream(times).mapToInt(t -> Arrays.binarySearch(curve, t)).toArray();
    return Arrays.stream(rows())
        .map(row -> Arrays.stream(columns).mapToDouble(k -> row[k]).toArray())
        .toArray(double[][]::new);
  }

  /** The Brier scores of the model at times of its curves. */
  BrierScore score(double[] times) {
    return BrierScore.of(time, event, survival(times), times, censoring);
  }

  /** The Brier score of the model at one time, or why there is none. */
  Estimate score(double t) {
    String reason = unknown(t);
    return reason.isEmpty() ? score(new double[] {t}).at()[0] : Estimate.undefined(reason);
  }

  /** The Brier scores of the Kaplan-Meier curve of the patients whose censoring it is. */
  BrierScore reference(double[] times) {
    KaplanMeier alike = KaplanMeier.of(source.time(), source.event());
    return BrierScore.of(time, event, alike, times, censoring);
  }

  /** Why the survival beyond a time cannot be judged; empty where it can. */
  private String unknown(double t) {
    int column = Arrays.binarySearch(curve, t);
    if (column < 0) {
      return NO_CURVES;
    }
    if (time.length == 0) {
      return "there are no patients";
    }
    if (Arrays.stream(rows()).anyMatch(row -> Double.isNaN(row[column]))) {
      return "no training patient was followed for longer than " + Times.label(t);
    }
    return within(t) ? "" : "nobody was followed for longer than " + Times.label(t);
  }

  /** What is computed of predicted survival beyond a time. */
  interface AtTime {
    MetricValue of(double t, double[] survival);
  }

  /** The mean over times of what is defined, beside each. */
  MetricValue overTimes(double[] times, AtTime value) {
    if (!withoutCurves().isEmpty()) {
      return MetricValue.undefined(withoutCurves());
    }
    Map<String, MetricValue> each = new TreeMap<>();
    String why = "no time is asked for";
    for (double t : times) {
      String reason = unknown(t);
      MetricValue its = reason.isEmpty()
          ? value.of(
              t,
              Arrays.stream(survival(new double[] {t}))
                  .mapToDouble(row -> row[0])
                  .toArray())
          : MetricValue.undefined(reason);
      why = its.defined() ? why : its.reason();
      each.put(Times.label(t), its);
    }
    OptionalDouble mean = each.values().stream()
        .filter(MetricValue::defined)
        .mapToDouble(MetricValue::value)
        .average();
    return (mean.isPresent() ? MetricValue.of(mean.getAsDouble()) : MetricValue.undefined(why))
        .withEach(each);
  }
}
