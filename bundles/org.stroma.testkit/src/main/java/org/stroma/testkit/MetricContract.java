/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;

/**
 * The contract of a metric, for each kind of target that it takes. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code names}: it takes some kind of target, and its names are lower case, digits and _;
 * <li>{@code best}: perfect predictions give a value that no others surpass, and random ones do not reach;
 * <li>{@code order}: the order of the patients changes nothing;
 * <li>{@code undefined}: without patients, with one, with one class, without events or with equal predictions it gives a finite
 *     number or says why there is none;
 * <li>{@code determinism}: it follows from the input alone.
 * </ul>
 *
 * <p>Inputs hold what every head of the kind predicts, and of survival {@link Prediction#SURVIVAL} at {@value #BINS} times
 * and {@link Prediction#SURVIVAL_AT_FOLLOW_UP} and {@link Prediction#RISK_ABOVE_MEDIAN}, too.
 */
@ProviderType
public final class MetricContract extends PartContract<Metric, MetricContract> {
  private static final int BINS = 5;
  private static final double BIN = 20;
  private static final int PATIENTS = 60;
  private static final double MEDIAN = 50;

  MetricContract(Made<Metric> made) {
    super("metric", Metric.class, made);
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check("names", "it takes some kind of target, and has names", this::checkNames));
    checks.add(new Check("best", "no predictions surpass perfect ones", this::checkBest));
    checks.add(new Check("order", "the order of the patients changes nothing", this::checkOrder));
    checks.add(new Check(
        "undefined", "what cannot be computed is undefined, with a reason", this::checkUndefined));
    checks.add(new Check("determinism", "it follows from the input alone", this::checkDeterminism));
  }

  @Override
  void use(Metric part) {
    for (TargetKind kind : part.targets()) {
      Truth truth = Truth.of(kind, PATIENTS, 3, new Random(1));
      value(part, truth.input(truth.noise(new Random(2))));
    }
  }

  /** A value is finite, or has a reason. */
  private static MetricValue value(Metric part, MetricInput input) {
    MetricValue value = part.compute(input);
    check(value != null, "it gives null; what cannot be computed is MetricValue.undefined(...)");
    check(
        !value.defined() || Double.isFinite(value.value()),
        "the value is " + value + "; it has to be finite, or undefined with a reason");
    return value;
  }

  private static double number(Metric part, MetricInput input) {
    MetricValue value = value(part, input);
    check(value.defined(), "it is undefined where it should not be: " + value.reason());
    return value.value();
  }

  private void checkNames() {
    Metric part = part();
    check(!part.targets().isEmpty(), "it takes no kind of target");
    for (TargetKind kind : part.targets()) {
      String name = part.name(kind);
      check(
          name != null && name.matches("[a-z][a-z0-9_]*"),
          "its name for targets of kind " + kind.label() + " is \"" + name
              + "\"; it has to be lower case, digits and _, such as c_index");
    }
  }

  private void checkBest() {
    Metric part = part();
    double sign = part.higherIsBetter() ? 1 : -1;
    for (TargetKind kind : part.targets()) {
      for (int classes = 2; classes <= 3; classes++) {
        Truth truth = Truth.of(kind, PATIENTS, classes, new Random(classes));
        double perfect = sign * number(part, truth.input(truth.perfect()));
        String of = "of targets of kind " + kind.label();
        for (int trial = 0; trial < 20; trial++) {
          double noise = sign * number(part, truth.input(truth.noise(new Random(trial))));
          check(
              noise < perfect,
              "random predictions " + of + " get " + sign * noise + ", and perfect ones "
                  + sign * perfect + "; higherIsBetter is " + part.higherIsBetter());
        }
      }
    }
  }

  private void checkOrder() {
    Metric part = part();
    for (TargetKind kind : part.targets()) {
      Truth truth = Truth.of(kind, PATIENTS, 3, new Random(4));
      Map<Prediction, double[][]> noise = truth.noise(new Random(5));
      double first = number(part, truth.input(noise));
      for (int trial = 0; trial < 5; trial++) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < PATIENTS; i++) {
          order.add(i);
        }
        Collections.shuffle(order, new Random(trial));
        double other = number(part, truth.at(order).input(Truth.at(noise, order)));
        check(
            Math.abs(other - first) <= 1e-9 * Math.max(1, Math.abs(first)),
            "with the patients in another order the value is " + other + " and not " + first);
      }
    }
  }

  private void checkUndefined() {
    Metric part = part();
    for (TargetKind kind : part.targets()) {
      for (int count : new int[] {0, 1, 2}) {
        Truth truth = Truth.of(kind, count, 2, new Random(6));
        value(part, truth.input(truth.noise(new Random(7))));
      }
      Truth one = Truth.of(kind, 9, 2, new Random(8)).alike();
      value(part, one.input(one.noise(new Random(9))));
      value(part, one.input(one.perfect()));
      Truth truth = Truth.of(kind, 9, 2, new Random(10));
      value(part, truth.input(truth.flat()));
      value(part, truth.input(truth.noise(new Random(1))).withTraining(one.target()));
      value(part, truth.input(truth.noise(new Random(1))).withTraining(truth.target()));
    }
  }

  private void checkDeterminism() {
    Metric part = part();
    for (TargetKind kind : part.targets()) {
      Truth truth = Truth.of(kind, PATIENTS, 3, new Random(11));
      MetricInput input = truth.input(truth.noise(new Random(12)));
      MetricValue first = value(part, input);
      check(first.equals(value(part, input)), "asked again, the value is another");
      check(first.equals(value(part(), input)), "another object gives another value");
    }
  }

  /** What is true of patients: times and events, or classes, or numbers, whichever the kind takes. */
  private record Truth(
      TargetKind kind, int classes, double[] time, boolean[] event, int[] label, double[] number) {

    static Truth of(TargetKind kind, int count, int classes, Random random) {
      double[] time = new double[count];
      boolean[] event = new boolean[count];
      int[] label = new int[count];
      double[] number = new double[count];
      for (int i = 0; i < count; i++) {
        time[i] = 1 + 100 * random.nextDouble();
        event[i] = i % 3 != 0;
        label[i] = i % classes;
        number[i] = 5 + 3 * random.nextGaussian();
      }
      return new Truth(kind, classes, time, event, label, number);
    }

    /** All censored, of one class, with one number. */
    Truth alike() {
      return new Truth(
          kind, classes, time, new boolean[time.length], new int[time.length], filled(2));
    }

    private double[] filled(double value) {
      double[] values = new double[time.length];
      Arrays.fill(values, value);
      return values;
    }

    TargetValues target() {
      List<String> names = List.of("a", "b", "c").subList(0, classes);
      return switch (kind) {
        case SURVIVAL -> TargetValues.survival(time, event);
        case CLASS -> TargetValues.classes(label, names);
        case NUMBER -> TargetValues.number(number);
        case COUNT -> TargetValues.count(number);
        case LABELS -> labels(names);
        case PATCHES -> TargetValues.patches(label, names);
      };
    }

    /** Label c is there in class c, and not known of every fourth patient. */
    private TargetValues labels(List<String> names) {
      boolean[][] observed = new boolean[label.length][classes];
      boolean[][] present = new boolean[label.length][classes];
      for (int i = 0; i < label.length; i++) {
        for (int c = 0; c < classes; c++) {
          observed[i][c] = ((int) time[i] + c) % 4 != 0;
          present[i][c] = observed[i][c] && label[i] == c;
        }
      }
      return TargetValues.labels(observed, present, names);
    }

    MetricInput input(Map<Prediction, double[][]> predictions) {
      List<String> patients = new ArrayList<>();
      for (int i = 0; i < time.length; i++) {
        patients.add("p" + (kind == TargetKind.PATCHES ? i / 4 : i));
      }
      MetricInput input = MetricInput.of(patients, target(), predictions);
      return kind == TargetKind.SURVIVAL
          ? input.withTimes(
              new double[] {BIN, 3 * BIN},
              IntStream.rangeClosed(1, BINS).mapToDouble(bin -> BIN * bin).toArray())
          : input;
    }

    Map<Prediction, double[][]> perfect() {
      return predictions(i -> switch (kind) {
        case SURVIVAL -> -time[i];
        case CLASS, PATCHES, LABELS -> label[i];
        case NUMBER, COUNT -> number[i];
      });
    }

    Map<Prediction, double[][]> noise(Random random) {
      return predictions(i -> switch (kind) {
        case SURVIVAL -> -100 * random.nextDouble();
        case CLASS, PATCHES, LABELS -> random.nextInt(classes);
        case NUMBER, COUNT -> 5 + 3 * random.nextGaussian();
      });
    }

    /** The same of everybody. */
    Map<Prediction, double[][]> flat() {
      return predictions(i -> 1);
    }

    /** What a head predicts that believes in the negative time, the class or the number. */
    private Map<Prediction, double[][]> predictions(IntToDoubleFunction belief) {
      Map<Prediction, double[][]> all = new LinkedHashMap<>();
      double[][] main = new double[time.length][];
      double[][] survival = new double[time.length][BINS];
      double[][] own = new double[time.length][];
      for (int i = 0; i < main.length; i++) {
        double believed = belief.applyAsDouble(i);
        if (kind.prediction().equals(Prediction.PROBABILITY)) {
          main[i] = new double[classes];
          for (int c = 0; c < classes; c++) {
            main[i][c] = c == (int) believed ? 0.9 : 0.1 / (classes - 1);
          }
        } else {
          main[i] = new double[] {believed};
          own[i] = new double[] {survival(-believed, time[i])};
          for (int bin = 0; bin < BINS; bin++) {
            survival[i][bin] = survival(-believed, BIN * (bin + 1));
          }
        }
      }
      all.put(kind.prediction(), main);
      if (kind == TargetKind.SURVIVAL) {
        all.put(Prediction.SURVIVAL, survival);
        all.put(Prediction.SURVIVAL_AT_FOLLOW_UP, own);
        // as if the training patients lived for half of the time
        all.put(
            Prediction.RISK_ABOVE_MEDIAN,
            Arrays.stream(main)
                .map(row -> new double[] {row[0] + MEDIAN})
                .toArray(double[][]::new));
      }
      return all;
    }

    /** Of somebody who is believed to die at about a time. */
    private static double survival(double death, double time) {
      return 1 / (1 + Math.exp((time - death) / (BIN / 2)));
    }

    Truth at(List<Integer> order) {
      Truth other = of(kind, time.length, classes, new Random(0));
      for (int i = 0; i < time.length; i++) {
        other.time[i] = time[order.get(i)];
        other.event[i] = event[order.get(i)];
        other.label[i] = label[order.get(i)];
        other.number[i] = number[order.get(i)];
      }
      return other;
    }

    static Map<Prediction, double[][]> at(
        Map<Prediction, double[][]> predictions, List<Integer> order) {
      Map<Prediction, double[][]> all = new LinkedHashMap<>();
      predictions.forEach((prediction, rows) ->
          all.put(prediction, order.stream().map(i -> rows[i]).toArray(double[][]::new)));
      return all;
    }
  }
}
