/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import org.stroma.api.Prediction;
import org.stroma.api.TargetValues;
import org.stroma.api.data.DataException;
import org.stroma.statistics.BaselineHazard;

/**
 * How the probability of surviving follows from what a model's head predicts of a patient. It is learned from the training patients
 * and kept beside the model's weights, so that whoever applies the model can tell survival at any time.
 */
public sealed interface SurvivalFunction {
  /** What of the head's predictions it is computed from. */
  Prediction source();

  /**
   * The probability of surviving beyond a time.
   *
   * @param predicted the numbers of {@link #source} for the patient
   * @return NaN after the last follow-up of the training patients, which nothing is known of
   */
  double at(float[] predicted, double time);

  /** The last follow-up of the training patients. */
  double end();

  /** As {@link #read} reads it. */
  void write(ObjectNode to);

  /**
   * A proportional-hazards model: S(t | x) = exp(-H0(t) exp(risk - centre)), where H0 is Breslow's cumulative baseline hazard of the
   * training patients at the mean of their risks (Breslow 1972).
   *
   * @param hazard Breslow's estimate
   * @param centre the mean risk of the training patients
   * @param end the last follow-up of the training patients
   */
  record Baseline(BaselineHazard hazard, double centre, double end) implements SurvivalFunction {
    /** @param risk of the training patients, as the model predicts it */
    static Baseline fit(TargetValues.Survival training, double[] risk) {
      double centre = Arrays.stream(risk).average().orElse(0);
      double[] centred = Arrays.stream(risk).map(r -> r - centre).toArray();
      return new Baseline(
          BaselineHazard.breslow(training.time(), training.event(), centred),
          centre,
          Arrays.stream(training.time()).max().orElse(0));
    }

    @Override
    public Prediction source() {
      return Prediction.RISK;
    }

    @Override
    public double at(float[] predicted, double time) {
      return time > end ? Double.NaN : hazard.survival(time, predicted[0] - centre);
    }

    @Override
    public void write(ObjectNode to) {
      to.put("kind", "baseline-hazard").put("centre", centre).put("end", end);
      numbers(to.putArray("time"), hazard.times());
      numbers(to.putArray("cumulative_hazard"), hazard.cumulative());
    }
  }

  /**
   * A model of time bins, which predicts survival at their ends; the hazard is constant within a bin, so that the logarithm of
   * survival is linear between them. The last bin, which has no end, is taken to end with the last follow-up of the training patients.
   *
   * @param cuts between the bins, ascending
   * @param end the last follow-up of the training patients
   */
  record Bins(double[] cuts, double end) implements SurvivalFunction {
    @Override
    public Prediction source() {
      return Prediction.SURVIVAL;
    }

    @Override
    public double at(float[] predicted, double when) {
      if (when > end) {
        return Double.NaN;
      }
      int bin = 0;
      while (bin < cuts.length && when > cuts[bin]) {
        bin++;
      }
      double from = bin == 0 ? 0 : cuts[bin - 1];
      double to = bin == cuts.length ? end : cuts[bin];
      double before = bin == 0 ? 1 : predicted[bin - 1];
      double share = to > from ? Math.max(0, (when - from) / (to - from)) : 1;
      if (before <= 0) {
        return 0;
      }
      return before * Math.pow(predicted[bin] / before, share);
    }

    @Override
    public void write(ObjectNode to) {
      to.put("kind", "time-bins").put("end", end);
      numbers(to.putArray("cuts"), cuts);
    }
  }

  /**
   * What {@link #write} wrote; empty where there is nothing of the kind.
   *
   * @throws DataException for anything else
   */
  static Optional<SurvivalFunction> read(JsonNode json) {
    String kind = json.path("kind").asText();
    try {
      return switch (kind) {
        case "baseline-hazard" -> Optional.of(new Baseline(
            BaselineHazard.of(numbers(json, "time"), numbers(json, "cumulative_hazard")),
            number(json.path("centre"), "centre"),
            number(json.path("end"), "end")));
        case "time-bins" -> Optional.of(
            new Bins(ascending(numbers(json, "cuts")), number(json.path("end"), "end")));
        case "" -> Optional.empty();
        default -> throw new IllegalArgumentException("its kind is \"" + kind + "\"");
      };
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "the survival function that was kept with a model of the run cannot be: " + e.getMessage()
              + "; the run's files are damaged",
          e);
    }
  }

  private static void numbers(ArrayNode to, double[] values) {
    for (double value : values) {
      to.add(value);
    }
  }

  private static double[] numbers(JsonNode json, String name) {
    JsonNode list = json.path(name);
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(list.path(i), name + " " + i);
    }
    return values;
  }

  private static double number(JsonNode json, String name) {
    double value = json.isNumber() ? json.doubleValue() : Double.NaN;
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          name + " is " + (json.isMissingNode() ? "not there" : json) + "; it has to be a number");
    }
    return value;
  }

  private static double[] ascending(double[] cuts) {
    for (int i = 1; i < cuts.length; i++) {
      if (!(cuts[i] > cuts[i - 1])) {
        throw new IllegalArgumentException(
            "cuts have to ascend: " + cuts[i] + " comes after " + cuts[i - 1]);
      }
    }
    return cuts;
  }
}
