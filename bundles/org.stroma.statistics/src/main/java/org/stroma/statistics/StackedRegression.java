/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.statistics;

import java.util.Arrays;

/**
 * Stacked regression (Wolpert 1992; Breiman 1996): how much each of several predictions counts in their weighted sum. Predictions are
 * those of patients whom the predicting models were not trained with. Weights are not negative, which is what makes stacking work
 * (Breiman 1996, section 3), and a ridge draws them towards equal ones: with few patients they stay near the plain mean.
 *
 * <p>Weights w of M predictions maximise log L(w) - ridge / 2 sum (w_m - 1/M)², where L is the likelihood of the weighted sum: Cox'
 * partial likelihood, the multinomial or the normal one. All are concave, so that there is one maximum.
 */
public final class StackedRegression {
  private static final int ITERATIONS = 200;
  private static final double PRECISION = 1e-10;

  /** Intercepts of all classes are known up to what is common to them: so little a ridge settles it. */
  private static final double SETTLED = 1e-8;

  private StackedRegression() {}

  /**
   * What predictions count, and what is added to their weighted sum.
   *
   * @param weights [M], none negative
   * @param base [k] of the outputs: nothing for survival, an intercept for each class, the mean of the numbers
   * @param likelihood its logarithm, without the ridge
   */
  public record Fit(double[] weights, double[] base, double likelihood) {}

  /** A concave function with its derivatives. */
  private interface Likelihood {
    void at(double[] parameters);

    double value();

    double[] score();

    /** The negative second derivatives. */
    double[][] information();
  }

  /** A ridge and a bound for each parameter. */
  private record Prior(double[] centre, double[] ridge, double[] least) {
    double penalty(double[] at) {
      double penalty = 0;
      for (int j = 0; j < at.length; j++) {
        penalty += ridge[j] * (at[j] - centre[j]) * (at[j] - centre[j]) / 2;
      }
      return penalty;
    }
  }

  /**
   * Of log hazards, ties after Efron.
   *
   * @param risks [n][M]; 0 is the mean of a prediction, and stands where a patient has none
   * @param ridge above 0
   */
  public static Fit survival(double[] time, boolean[] event, double[][] risks, double ridge) {
    PartialLikelihood partial = new PartialLikelihood(time, event, risks, CoxFit.Ties.EFRON);
    Likelihood likelihood = new Likelihood() {
      @Override
      public void at(double[] parameters) {
        partial.evaluate(parameters);
      }

      @Override
      public double value() {
        return partial.value();
      }

      @Override
      public double[] score() {
        return partial.score();
      }

      @Override
      public double[][] information() {
        return partial.information();
      }
    };
    int m = risks[0].length;
    double[] weights = maximum(likelihood, prior(m, 0, ridge));
    likelihood.at(weights);
    return new Fit(weights, new double[1], likelihood.value());
  }

  /**
   * Of logits.
   *
   * @param label [n] from 0
   * @param logits [n][M][classes]; 0 is the mean of a prediction, and stands where a patient has none
   * @param ridge above 0
   */
  public static Fit classes(int[] label, double[][][] logits, double ridge) {
    int m = logits[0].length;
    int classes = logits[0][0].length;
    Multinomial likelihood = new Multinomial(label, logits, m, classes);
    double[] found = maximum(likelihood, prior(m, classes, ridge));
    likelihood.at(found);
    double[] base = Arrays.copyOfRange(found, m, m + classes);
    double mean = Arrays.stream(base).average().orElse(0);
    Arrays.setAll(base, c -> base[c] - mean);
    return new Fit(Arrays.copyOf(found, m), base, likelihood.value());
  }

  /**
   * Of numbers. The variance is that of what an equally weighted mean leaves.
   *
   * @param value [n]
   * @param predictions [n][M]; 0 is the mean of a prediction, and stands where a patient has none
   * @param ridge above 0
   */
  public static Fit numbers(double[] value, double[][] predictions, double ridge) {
    int m = predictions[0].length;
    double mean = Arrays.stream(value).average().orElse(0);
    double rest = 0;
    for (int i = 0; i < value.length; i++) {
      double left = value[i] - mean - Arrays.stream(predictions[i]).average().orElse(0);
      rest += left * left / value.length;
    }
    Normal likelihood = new Normal(value, predictions, Math.max(rest, Double.MIN_NORMAL));
    Prior prior = prior(m, 1, ridge);
    prior.centre()[m] = mean;
    double[] found = maximum(likelihood, prior);
    likelihood.at(found);
    return new Fit(Arrays.copyOf(found, m), new double[] {found[m]}, likelihood.value());
  }

  /** Cox' log partial likelihood of log hazards, ties after Efron; 0 where there is no event. */
  public static double partialLikelihood(double[] time, boolean[] event, double[] risk) {
    double[][] x = Arrays.stream(risk).mapToObj(r -> new double[] {r}).toArray(double[][]::new);
    if (x.length == 0) {
      return 0;
    }
    PartialLikelihood partial = new PartialLikelihood(time, event, x, CoxFit.Ties.EFRON);
    partial.evaluate(new double[] {1});
    return partial.value();
  }

  /** The log likelihood of classes by softmax of logits [n][classes]. */
  public static double likelihoodOfClasses(int[] label, double[][] logits) {
    double sum = 0;
    for (int i = 0; i < label.length; i++) {
      double most = Arrays.stream(logits[i]).max().orElse(0);
      double all = Arrays.stream(logits[i]).map(x -> Math.exp(x - most)).sum();
      sum += logits[i][label[i]] - most - Math.log(all);
    }
    return sum;
  }

  /** Of M weights, and behind them intercepts that are free. */
  private static Prior prior(int weights, int intercepts, double ridge) {
    if (!(ridge > 0)) {
      throw new IllegalArgumentException("the ridge is " + ridge + "; it has to be above 0");
    }
    double[] centre = new double[weights + intercepts];
    double[] ridges = new double[weights + intercepts];
    double[] least = new double[weights + intercepts];
    Arrays.fill(centre, 0, weights, 1.0 / weights);
    Arrays.fill(ridges, 0, weights, ridge);
    Arrays.fill(ridges, weights, ridges.length, SETTLED);
    Arrays.fill(least, weights, least.length, Double.NEGATIVE_INFINITY);
    return new Prior(centre, ridges, least);
  }

  /** Newton's method; each step is the best one within the bounds for the quadratic approximation, halved until it gains. */
  private static double[] maximum(Likelihood likelihood, Prior prior) {
    double[] at = prior.centre().clone();
    likelihood.at(at);
    double best = likelihood.value() - prior.penalty(at);
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] step = step(likelihood.score(), likelihood.information(), prior, at);
      double size = 1;
      double[] next = at;
      double value = Double.NEGATIVE_INFINITY;
      while (size > PRECISION && !(value >= best)) {
        next = new double[at.length];
        for (int j = 0; j < at.length; j++) {
          next[j] = Math.max(prior.least()[j], at[j] + size * step[j]);
        }
        likelihood.at(next);
        value = likelihood.value() - prior.penalty(next);
        size /= 2;
      }
      if (!(value >= best)) {
        return at;
      }
      double moved = 0;
      for (int j = 0; j < at.length; j++) {
        moved = Math.max(moved, Math.abs(next[j] - at[j]));
      }
      at = next;
      best = value;
      if (moved < PRECISION) {
        break;
      }
    }
    return at;
  }

  /** Minimises d'Hd / 2 - g'd within the bounds, one parameter after the other. */
  private static double[] step(double[] score, double[][] information, Prior prior, double[] at) {
    double[] d = new double[at.length];
    for (int sweep = 0; sweep < ITERATIONS * 10; sweep++) {
      double moved = 0;
      for (int j = 0; j < d.length; j++) {
        double slope = score[j] - prior.ridge()[j] * (at[j] + d[j] - prior.centre()[j]);
        for (int k = 0; k < d.length; k++) {
          slope -= information[j][k] * d[k];
        }
        double curve = information[j][j] + prior.ridge()[j];
        double to = Math.max(prior.least()[j] - at[j], d[j] + slope / curve);
        moved = Math.max(moved, Math.abs(to - d[j]));
        d[j] = to;
      }
      if (moved < PRECISION / 10) {
        break;
      }
    }
    return d;
  }

  /** The log likelihood of classes by softmax of an intercept a class and weighted logits. */
  private static final class Multinomial implements Likelihood {
    private final int[] label;
    private final double[][][] logits;
    private final int m;
    private final int classes;
    private double value;
    private double[] score = {};
    private double[][] information = {};

    Multinomial(int[] label, double[][][] logits, int m, int classes) {
      this.label = label;
      this.logits = logits;
      this.m = m;
      this.classes = classes;
    }

    @Override
    public void at(double[] parameters) {
      int p = m + classes;
      value = 0;
      score = new double[p];
      information = new double[p][p];
      for (int i = 0; i < label.length; i++) {
        double[] share = shares(i, parameters);
        value += Math.log(Math.max(share[label[i]], Double.MIN_NORMAL));
        double[] mean = new double[p];
        for (int c = 0; c < classes; c++) {
          for (int j = 0; j < p; j++) {
            mean[j] += share[c] * x(i, c, j);
          }
        }
        for (int j = 0; j < p; j++) {
          score[j] += x(i, label[i], j) - mean[j];
          for (int k = 0; k <= j; k++) {
            double second = -mean[j] * mean[k];
            for (int c = 0; c < classes; c++) {
              second += share[c] * x(i, c, j) * x(i, c, k);
            }
            information[j][k] += second;
          }
        }
      }
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < j; k++) {
          information[k][j] = information[j][k];
        }
      }
    }

    private double[] shares(int i, double[] parameters) {
      double[] eta = new double[classes];
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        eta[c] = parameters[m + c];
        for (int j = 0; j < m; j++) {
          eta[c] += parameters[j] * logits[i][j][c];
        }
        most = Math.max(most, eta[c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        eta[c] = Math.exp(eta[c] - most);
        sum += eta[c];
      }
      for (int c = 0; c < classes; c++) {
        eta[c] /= sum;
      }
      return eta;
    }

    private double x(int i, int c, int parameter) {
      return parameter < m ? logits[i][parameter][c] : parameter - m == c ? 1 : 0;
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public double[] score() {
      return score;
    }

    @Override
    public double[][] information() {
      return information;
    }
  }

  /** The log likelihood of numbers about an intercept and weighted predictions, up to a constant. */
  private static final class Normal implements Likelihood {
    private final double[] y;
    private final double[][] x;
    private final double variance;
    private final double[][] information;
    private double value;
    private double[] score = {};

    Normal(double[] y, double[][] x, double variance) {
      this.y = y;
      this.x = x;
      this.variance = variance;
      int p = x[0].length + 1;
      information = new double[p][p];
      for (int i = 0; i < y.length; i++) {
        for (int j = 0; j < p; j++) {
          for (int k = 0; k < p; k++) {
            information[j][k] += x(i, j) * x(i, k) / variance;
          }
        }
      }
    }

    private double x(int i, int parameter) {
      return parameter < x[i].length ? x[i][parameter] : 1;
    }

    @Override
    public void at(double[] parameters) {
      value = 0;
      score = new double[parameters.length];
      for (int i = 0; i < y.length; i++) {
        double left = y[i];
        for (int j = 0; j < parameters.length; j++) {
          left -= parameters[j] * x(i, j);
        }
        value -= left * left / (2 * variance);
        for (int j = 0; j < parameters.length; j++) {
          score[j] += left * x(i, j) / variance;
        }
      }
    }

    @Override
    public double value() {
      return value;
    }

    @Override
    public double[] score() {
      return score;
    }

    @Override
    public double[][] information() {
      return information;
    }
  }
}
