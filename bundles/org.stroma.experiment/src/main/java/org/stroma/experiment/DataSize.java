/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.api.data.ModalityData;
import org.stroma.cohort.Cohort;

/**
 * How much training patients can teach, and how much there is to learn from: by these a model is chosen where the experiment leaves that
 * open.
 *
 * @param events the limiting sample size (Harrell 2015, section 4.4) of the target that has the least: the events of a survival target,
 *     the patients of the rarest class, the patients who have a number
 * @param features of the modality that has the most; bags count the numbers of an element, words are not counted
 * @param modality which that is; empty where none is counted
 */
public record DataSize(int events, int features, String modality) {
  /** Of the training patients of a fold. */
  public static DataSize of(Experiment experiment, Cohort cohort, List<String> training) {
    int events = experiment.heads().values().stream()
        .map(head -> cohort.targets().get(head.target()))
        .mapToInt(target -> events(target, training))
        .min()
        .orElse(0);
    int features = 0;
    String widest = "";
    for (Map.Entry<String, ModalityData> modality : cohort.modalities().entrySet()) {
      int width = width(modality.getValue());
      if (width > features) {
        features = width;
        widest = modality.getKey();
      }
    }
    return new DataSize(events, features, widest);
  }

  private static int events(Cohort.Target target, List<String> training) {
    if (target instanceof Cohort.SurvivalTarget survival) {
      return (int) training.stream()
          .map(survival.values()::get)
          .filter(value -> value != null && value.event())
          .count();
    }
    if (target instanceof Cohort.ClassTarget classes) {
      Map<Integer, Integer> counts = new TreeMap<>();
      training.stream()
          .map(classes.values()::get)
          .filter(value -> value != null)
          .forEach(value -> counts.merge(value.index(), 1, Integer::sum));
      return counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }
    return (int) training.stream().filter(target.values()::containsKey).count();
  }

  private static int width(ModalityData data) {
    return data instanceof ModalityData.Matrix matrix
        ? matrix.features().size()
        : data instanceof ModalityData.Bags bags ? bags.width() : 0;
  }
}
