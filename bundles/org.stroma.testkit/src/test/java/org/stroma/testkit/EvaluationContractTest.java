/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.stroma.testkit.ContractTest.fails;
import static org.stroma.testkit.ContractTest.keeps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.stroma.api.Metric;
import org.stroma.api.MetricInput;
import org.stroma.api.MetricValue;
import org.stroma.api.Prediction;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Sides;
import org.stroma.api.data.SplitInput;
import org.stroma.api.data.SplitStrategy;

/** Metrics and splits that are wrong in one way fail one check: that which is for it. */
class EvaluationContractTest {
  /** Settings of toys. */
  @interface Settings {}

  private record Toy(
      String name, boolean higherIsBetter, Function<MetricInput, MetricValue> computation)
      implements Metric {
    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.NUMBER);
    }

    @Override
    public String name(TargetKind target) {
      return name;
    }

    @Override
    public MetricValue compute(MetricInput input) {
      return computation.apply(input);
    }
  }

  private static MetricContract metric(Metric metric) {
    return PartContract.metric((Settings s) -> metric, Settings.class);
  }

  private static MetricValue worst(MetricInput input) {
    double[] value = input.target().requireNumber().value();
    double[] predicted = input.numbers(Prediction.VALUE);
    if (value.length == 0) {
      return MetricValue.undefined("there are no patients");
    }
    double worst = 0;
    for (int i = 0; i < value.length; i++) {
      worst = Math.max(worst, Math.abs(value[i] - predicted[i]));
    }
    return MetricValue.of(worst);
  }

  @Test
  void wrongMetricsAreFound() {
    keeps(metric(new Toy("worst", false, EvaluationContractTest::worst)));
    fails(
        "names",
        "lower case, digits and _",
        metric(new Toy("Worst error", false, EvaluationContractTest::worst)));
    fails(
        "best",
        "higherIsBetter is true",
        metric(new Toy("worst", true, EvaluationContractTest::worst)));
    fails(
        "order",
        "in another order",
        metric(new Toy(
            "worst",
            false,
            input -> input.patients().size() < 2
                ? worst(input)
                : MetricValue.of(worst(input).value()
                    + Math.abs(input.target().requireNumber().value()[0]
                        - input.numbers(Prediction.VALUE)[0])))));
    fails(
        "undefined",
        "failed where it should work",
        metric(new Toy(
            "worst",
            false,
            input -> MetricValue.of(
                input.patients().isEmpty()
                    ? 0 / input.patients().size()
                    : worst(input).value()))));
    fails(
        "undefined",
        "has to be finite",
        metric(new Toy(
            "worst",
            false,
            input -> input.patients().isEmpty()
                ? MetricValue.of(Double.NEGATIVE_INFINITY)
                : worst(input))));
    int[] asked = {0};
    fails(
        "determinism",
        "asked again",
        metric(new Toy(
            "worst",
            false,
            input -> input.patients().size() < 2
                ? worst(input)
                : MetricValue.of(worst(input).value() * (1 + 1e-12 * asked[0]++)))));
  }

  private static SplitContract split(SplitStrategy strategy) {
    return PartContract.split((Settings s) -> strategy, Settings.class);
  }

  private static List<Sides> halves(List<String> patients) {
    int half = patients.size() / 2;
    List<String> one = patients.subList(0, half);
    List<String> other = patients.subList(half, patients.size());
    return List.of(Sides.of(one, other), Sides.of(other, one));
  }

  private static List<String> drawn(SplitInput input) {
    List<String> patients = new ArrayList<>(input.patients().stream().sorted().toList());
    Collections.shuffle(patients, new Random(input.seed()));
    return patients;
  }

  @Test
  void wrongSplitsAreFound() {
    keeps(split(input -> halves(drawn(input))).partition());
    fails(
        "sides",
        "twice",
        split(input -> List.of(Sides.of(drawn(input), drawn(input).subList(0, 1)))));
    fails(
        "sides",
        "no test patients",
        split(input -> List.of(Sides.of(drawn(input).subList(0, 9), List.of()))));
    fails(
        "tested",
        "tested in 0 folds",
        split(input -> halves(drawn(input)).subList(0, 1)).partition());
    fails("order", "sort the patients", split(input -> {
      List<String> patients = new ArrayList<>(input.patients());
      Collections.shuffle(patients, new Random(input.seed()));
      return halves(patients);
    }));
    fails(
        "seed",
        "all repeats give the same folds",
        split(input -> halves(input.patients().stream().sorted().toList())));
    int[] asked = {0};
    fails("determinism", "asked again", split(new SplitStrategy() {
      @Override
      public List<Sides> split(SplitInput input) {
        // the orders of the rows, the repeats, and then once more
        List<String> patients = drawn(input);
        return halves(asked[0]++ < 15 ? patients : patients.subList(asked[0] % 7, 50));
      }
    }));
  }
}
