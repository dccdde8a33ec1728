/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.stroma.model.MainOutput;

/**
 * Which class of each patient is explained: the one that is predicted by all models together.
 *
 * @param names of the classes, by head; of heads whose targets are classes alone
 * @param indices of the class, by head and patient
 */
public record AskedClasses(
    Map<String, List<String>> names, Map<String, Map<String, Integer>> indices) {
  /**
   * The surest ones.
   *
   * @param names of the classes, by head
   * @param probabilities by head and patient
   */
  public static AskedClasses surest(
      Map<String, List<String>> names, Map<String, Map<String, double[]>> probabilities) {
    Map<String, Map<String, Integer>> indices = new TreeMap<>();
    names.keySet().forEach(head -> {
      Map<String, Integer> own = new LinkedHashMap<>();
      probabilities.getOrDefault(head, Map.of()).forEach((patient, p) -> {
        int best = 0;
        for (int i = 1; i < p.length; i++) {
          best = p[i] > p[best] ? i : best;
        }
        own.put(patient, best);
      });
      indices.put(head, own);
    });
    return new AskedClasses(names, Collections.unmodifiableMap(indices));
  }

  /** The class of each of some patients, by head. */
  Map<String, int[]> of(List<String> patients) {
    Map<String, int[]> of = new TreeMap<>();
    names
        .keySet()
        .forEach(head -> of.put(
            head, patients.stream().mapToInt(patient -> index(head, patient)).toArray()));
    return of;
  }

  int index(String head, String patient) {
    return indices.getOrDefault(head, Map.of()).getOrDefault(patient, 0);
  }

  /** The name of the class that an output of a patient is about; empty where it is about none. */
  String name(MainOutput output, String patient) {
    List<String> own = names.get(output.head());
    int index = index(output.head(), patient);
    return own == null ? "" : index < own.size() ? own.get(index) : "" + index;
  }
}
