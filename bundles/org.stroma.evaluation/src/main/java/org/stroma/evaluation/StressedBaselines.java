/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.cohort.Cohort;
import org.stroma.parts.Json;

/**
 * Baselines of a fold on the same test patients with other data, beside the run's own model. Of each head they are judged by the patients
 * of whom the baseline says something, and so is the model beside it.
 */
public final class StressedBaselines {
  private final Baselines baselines;
  private final Cohort data;
  private final List<String> patients;
  private final List<String> training;

  /**
   * What a baseline comes to in one variant of the data.
   *
   * @param patients of whom some head says something
   * @param metrics by head and name; nothing of a head that says nothing of anybody
   * @param whole those of the same patients with all that they have
   * @param model those of the run's own model, of the same patients in the same variant
   * @param fits by head: how it was fitted, or why it was not as {@code undefined}
   */
  public record Measured(
      List<String> patients, JsonNode metrics, JsonNode whole, JsonNode model, JsonNode fits) {}

  /**
   * Nothing is measured yet.
   *
   * @param data of the test patients
   * @param patients the test patients, in the order of the fold
   * @param training patients of the fold who are among the data
   */
  public StressedBaselines(
      Baselines baselines, Cohort data, List<String> patients, List<String> training) {
    this.baselines = baselines;
    this.data = data;
    this.patients = patients;
    this.training = training;
  }

  /**
   * Measures a baseline.
   *
   * @param fitted with predictions of the test patients as they are, and then in each variant
   * @param model what the run's own model says in each variant
   * @return by variant
   */
  public List<Measured> measure(Baselines.Fitted fitted, List<Predictions> model) {
    Predictions whole = fitted.predictions().get(0);
    // many variants leave the same patients
    Map<List<String>, ObjectNode> wholes = new HashMap<>();
    List<Measured> measured = new ArrayList<>();
    for (int variant = 0; variant < model.size(); variant++) {
      Predictions own = fitted.predictions().get(variant + 1);
      ObjectNode metrics = Json.MAPPER.createObjectNode();
      ObjectNode asTheyAre = Json.MAPPER.createObjectNode();
      ObjectNode beside = Json.MAPPER.createObjectNode();
      Set<String> all = new LinkedHashSet<>();
      for (String head : (Iterable<String>) fitted.fits()::fieldNames) {
        List<String> predicted = own.predicted(head, patients);
        if (predicted.isEmpty()) {
          continue;
        }
        all.addAll(predicted);
        metrics.set(head, of(head, own, predicted));
        List<String> key = new ArrayList<>(predicted);
        key.add(head);
        if (whole.predicted(head, predicted).equals(predicted)) {
          asTheyAre.set(head, wholes.computeIfAbsent(key, k -> of(head, whole, predicted)));
        }
        beside.set(head, of(head, model.get(variant), predicted));
      }
      measured.add(new Measured(List.copyOf(all), metrics, asTheyAre, beside, fitted.fits()));
    }
    return measured;
  }

  private ObjectNode of(String head, Predictions predictions, List<String> of) {
    return baselines.measure(head, predictions, data, of, training);
  }
}
