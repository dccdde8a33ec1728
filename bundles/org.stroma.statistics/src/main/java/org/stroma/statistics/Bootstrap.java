/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bootstrap by patient (Efron 1979): a statistic of as many patients as there are, drawn with replacement, many times. All rows of a
 * patient are drawn together. The draws follow from the seed and from the patients' ids, whatever their order; the k-th draw is the
 * same however many there are.
 */
@ProviderType
public final class Bootstrap {
  /** Fewer defined replicates give no interval. */
  private static final int ENOUGH = 20;

  /** With a larger share of draws without a value, the others are not drawn as patients are. */
  private static final double MISSING = 0.05;

  private final int[][] rows;
  private final int replicates;
  private final long start;

  private Bootstrap(int[][] rows, int replicates, long seed) {
    if (replicates < 1) {
      throw new IllegalArgumentException("there cannot be " + replicates + " replicates");
    }
    this.rows = rows;
    this.replicates = replicates;
    start = new SplittableRandom(seed).nextLong();
  }

  /**
   * One of rows that belong to patients.
   *
   * @param patients the patient's id of each row
   * @param replicates how many draws, such as 2000
   */
  public static Bootstrap of(List<String> patients, int replicates, long seed) {
    TreeMap<String, List<Integer>> byPatient = new TreeMap<>();
    for (int i = 0; i < patients.size(); i++) {
      byPatient.computeIfAbsent(patients.get(i), p -> new ArrayList<>()).add(i);
    }
    return new Bootstrap(
        byPatient.values().stream()
            .map(its -> its.stream().mapToInt(i -> i).toArray())
            .toArray(int[][]::new),
        replicates,
        seed);
  }

  /** One of patients with a row each, who are told apart by their places. */
  public static Bootstrap of(int patients, int replicates, long seed) {
    return new Bootstrap(
        IntStream.range(0, patients).mapToObj(i -> new int[] {i}).toArray(int[][]::new),
        replicates,
        seed);
  }

  /**
   * Computes a statistic of all patients and of each draw.
   *
   * @param statistic from indices of rows, in which a row may stand several times, to its value. It is asked on this thread
   */
  public Result of(Function<int[], Estimate> statistic) {
    Estimate estimate = statistic.apply(all(-1));
    double[] values = new double[replicates];
    for (int k = 0; k < replicates; k++) {
      values[k] = rows.length == 0 ? Double.NaN : statistic.apply(draw(k)).value();
    }
    return new Result(estimate, values, () -> IntStream.range(0, rows.length)
        .mapToDouble(i -> statistic.apply(all(i)).value())
        .toArray());
  }

  /**
   * The same for statistics that are computed together, by name.
   *
   * @param statistics from indices of rows to values by name; what is not there is not defined
   */
  public SortedMap<String, Result> ofEach(Function<int[], Map<String, Estimate>> statistics) {
    Map<String, Estimate> estimates = statistics.apply(all(-1));
    Map<String, double[]> values = each(estimates.keySet(), replicates, k -> draw(k), statistics);
    Supplier<Map<String, double[]>> left =
        once(() -> each(estimates.keySet(), rows.length, this::all, statistics));
    SortedMap<String, Result> results = new TreeMap<>();
    estimates.forEach((name, estimate) -> results.put(
        name, new Result(estimate, values.get(name), () -> left.get().get(name))));
    return results;
  }

  private Map<String, double[]> each(
      Set<String> names,
      int count,
      IntFunction<int[]> chosen,
      Function<int[], Map<String, Estimate>> statistics) {
    Map<String, double[]> values = new TreeMap<>();
    names.forEach(name -> {
      double[] none = new double[count];
      Arrays.fill(none, Double.NaN);
      values.put(name, none);
    });
    for (int k = 0; k < count && rows.length > 0; k++) {
      int place = k;
      statistics.apply(chosen.apply(k)).forEach((name, estimate) -> {
        double[] its = values.get(name);
        if (its != null) {
          its[place] = estimate.value();
        }
      });
    }
    return values;
  }

  private static <T> Supplier<T> once(Supplier<T> code) {
    List<T> made = new ArrayList<>(1);
    return () -> {
      if (made.isEmpty()) {
        made.add(code.get());
      }
      return made.get(0);
    };
  }

  /** The rows of a draw. */
  int[] draw(int replicate) {
    SplittableRandom random = new SplittableRandom(start + replicate);
    return IntStream.range(0, rows.length)
        .map(i -> random.nextInt(rows.length))
        .flatMap(patient -> Arrays.stream(rows[patient]))
        .toArray();
  }

  /** The rows of all patients but one. */
  private int[] all(int without) {
    return IntStream.range(0, rows.length)
        .filter(patient -> patient != without)
        .flatMap(patient -> Arrays.stream(rows[patient]))
        .sorted()
        .toArray();
  }

  /** The values of a statistic. */
  @ProviderType
  public static final class Result {
    private final Estimate estimate;
    private final Supplier<double[]> leftOut;
    private final int replicates;
    private final double[] sorted;

    /** @param leftOut the statistic without each of the patients */
    private Result(Estimate estimate, double[] values, Supplier<double[]> leftOut) {
      this.estimate = estimate;
      this.leftOut = leftOut;
      replicates = values.length;
      sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    }

    /** The statistic of all patients; its standard error is that of the draws. */
    public Estimate estimate() {
      return estimate.defined() && sorted.length >= ENOUGH
          ? Estimate.of(estimate.value(), deviation())
          : estimate;
    }

    private double deviation() {
      double mean = Arrays.stream(sorted).average().orElseThrow();
      return Math.sqrt(
          Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum() / (sorted.length - 1));
    }

    /** The values of the draws in which it is defined, ascending. */
    public double[] values() {
      return sorted.clone();
    }

    /** In how many draws it is not defined. */
    public int undefined() {
      return replicates - sorted.length;
    }

    /**
     * The percentile interval: the quantiles of the draws.
     *
     * @param level such as 0.95
     */
    public Interval percentile(double level) {
      Distributions.twoSided(level);
      String reason = reason();
      return reason.isEmpty()
          ? Interval.of(
              Arguments.quantile(sorted, (1 - level) / 2),
              Arguments.quantile(sorted, (1 + level) / 2),
              level,
              "percentile bootstrap")
          : Interval.undefined(reason);
    }

    /**
     * The interval with correction of bias and acceleration (Efron 1987), whose acceleration is that of the jackknife, which leaves
     * out each patient once: the statistic is asked as many times more.
     *
     * @param level such as 0.95
     */
    public Interval bca(double level) {
      double z = Distributions.twoSided(level);
      String reason = reason();
      if (!reason.isEmpty()) {
        return Interval.undefined(reason);
      }
      double value = estimate.value();
      int below = Arguments.below(sorted, value);
      double share = (below + (Arguments.atMost(sorted, value) - below) / 2.0) / sorted.length;
      if (sorted[0] == sorted[sorted.length - 1]) {
        return Interval.undefined("it is the same in all draws");
      }
      if (share == 0 || share == 1) {
        return Interval.undefined("all draws are on one side of it");
      }
      double[] left = leftOut.get();
      if (Arrays.stream(left).anyMatch(Double::isNaN)) {
        return Interval.undefined("it is not defined without one of the patients");
      }
      double bias = Distributions.normalQuantile(share);
      double acceleration = acceleration(left);
      double lower = adjusted(bias, acceleration, -z);
      double upper = adjusted(bias, acceleration, z);
      return Interval.of(
          Arguments.quantile(sorted, lower),
          Arguments.quantile(sorted, upper),
          level,
          "BCa bootstrap");
    }

    private static double acceleration(double[] left) {
      double mean = Arrays.stream(left).average().orElseThrow();
      double squares = 0;
      double cubes = 0;
      for (double value : left) {
        double difference = mean - value;
        squares += difference * difference;
        cubes += difference * difference * difference;
      }
      return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
    }

    private static double adjusted(double bias, double acceleration, double z) {
      double sum = bias + z;
      return Distributions.normalCumulative(bias + sum / (1 - acceleration * sum));
    }

    private String reason() {
      if (!estimate.defined()) {
        return estimate.reason();
      }
      return sorted.length >= ENOUGH && undefined() <= MISSING * replicates
          ? ""
          : "it is defined in " + sorted.length + " of " + replicates + " draws";
    }
  }
}
