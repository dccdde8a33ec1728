/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.parts.Json;
import org.stroma.run.UnfinishedRun;

/**
 * Where the training of one model stands between two steps. With the variables, among which are the optimizer's and what losses
 * remember, all that follows is as it would have been: the order of patients and whatever is drawn follow from seeds.
 *
 * @param place how far it is
 * @param variables of the model, by name
 * @param kept weights of earlier epochs that are still wanted, by the variable's name
 */
record TrainingState(Place place, Map<String, float[]> variables, Map<String, float[]> kept) {
  private static final String KEPT = "kept/";

  /**
   * How far a training is.
   *
   * @param epochs those that have ended
   * @param number of the last step that was made, from 1
   * @param steps of the epoch that goes on which have been made
   * @param sums of these steps
   */
  record Place(List<Epoch> epochs, int number, int steps, Sums sums) {
    /** Nothing is trained yet. */
    static Place start(int terms) {
      return new Place(List.of(), 0, 0, Sums.none(terms));
    }
  }

  /**
   * What the steps of an epoch add up to.
   *
   * @param loss the objective
   * @param norms of the gradients
   * @param terms of the objective
   * @param seconds that they took
   */
  record Sums(double loss, double norms, double[] terms, double seconds) {
    static Sums none(int terms) {
      return new Sums(0, 0, new double[terms], 0);
    }
  }

  /**
   * As a file keeps it: the variables by their own names, so that another experiment can start from them.
   *
   * @param shapes of the variables, by name
   */
  UnfinishedRun.State stored(Map<String, long[]> shapes) {
    Map<String, float[]> numbers = new LinkedHashMap<>(variables);
    kept.forEach((name, values) -> numbers.put(KEPT + name, values));
    return new UnfinishedRun.State(Json.MAPPER.valueToTree(place), numbers, shapes);
  }

  /** What {@link #stored} made. */
  static TrainingState of(UnfinishedRun.State stored) {
    Map<String, float[]> variables = new LinkedHashMap<>();
    Map<String, float[]> kept = new LinkedHashMap<>();
    stored.numbers().forEach((name, values) -> {
      if (name.startsWith(KEPT)) {
        kept.put(name.substring(KEPT.length()), values);
      } else {
        variables.put(name, values);
      }
    });
    return new TrainingState(Json.MAPPER.convertValue(stored.told(), Place.class), variables, kept);
  }
}
