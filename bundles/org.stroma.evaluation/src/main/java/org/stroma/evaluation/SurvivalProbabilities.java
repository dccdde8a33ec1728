/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.stroma.api.Loss;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.model.OutputNames;
import org.stroma.parts.Json;
import org.stroma.parts.PartInvoker.Work;
import org.stroma.parts.WiredParts;

/**
 * Survival probabilities at the times that are asked for, beside what models predict themselves: HEAD.survival of a number for each
 * time. A head trained by a loss of proportional hazards gets them by the baseline hazard of the training patients, one that predicts
 * survival in time bins by these; others have none, and nobody where other events compete with the event. Metrics also get how far a risk is
 * above the median of the training patients.
 */
public final class SurvivalProbabilities {
  private final Experiment experiment;
  private final Set<String> proportional;
  private final SortedMap<String, SurvivalTimes> times = new TreeMap<>();

  private SurvivalProbabilities(Experiment experiment, WiredParts parts) {
    this.experiment = experiment;
    this.proportional = new HashSet<>();
    experiment.losses().forEach(use -> {
      Loss loss = parts.get(use.part().slot(), Loss.class);
      if (parts.code().run(Work.BUILD, use.part(), loss, loss::proportionalHazards)) {
        proportional.add(use.head());
      }
    });
  }

  /** For patients whose follow-up is known, with more times for metrics. */
  public static SurvivalProbabilities of(Experiment experiment, WiredParts parts, Cohort cohort) {
    SurvivalProbabilities all = new SurvivalProbabilities(experiment, parts);
    experiment.heads().forEach((head, use) -> {
      if (cohort.targets().get(use.target()) instanceof Cohort.SurvivalTarget target) {
        all.times.put(head, SurvivalTimes.of(experiment.reporting().times(), target));
      }
    });
    return all;
  }

  /**
   * For trained models.
   *
   * @param kept what {@link #write} wrote beside one of the models
   * @param cohort with the follow-up of its patients, or with no value of the target
   */
  public static SurvivalProbabilities of(
      Experiment experiment, WiredParts parts, JsonNode kept, Cohort cohort, List<Double> asked) {
    SurvivalProbabilities all = new SurvivalProbabilities(experiment, parts);
    experiment.heads().forEach((head, use) -> {
      JsonNode times = kept.path(head).path("times");
      if (times.isArray()) {
        List<Double> wanted = asked.isEmpty() ? numbers(times) : asked;
        all.times.put(
            head,
            cohort.targets().get(use.target()) instanceof Cohort.SurvivalTarget target
                ? SurvivalTimes.of(wanted, target)
                : SurvivalTimes.of(
                    wanted.stream().mapToDouble(t -> t).sorted().distinct().toArray()));
      }
    });
    return all;
  }

  /** The times of each head that has any. */
  public SortedMap<String, SurvivalTimes> times() {
    return times;
  }

  /**
   * By what the predictions of one model are read, by head.
   *
   * @param predicted of the training patients, by HEAD.NAME and patient
   */
  public SortedMap<String, SurvivalScale> fit(
      Map<String, Map<String, float[]>> predicted,
      Cohort cohort,
      Map<String, TargetInfo> infos,
      List<String> training) {
    SortedMap<String, SurvivalScale> scales = new TreeMap<>();
    for (String head : times.keySet()) {
      Cohort.SurvivalTarget target = (Cohort.SurvivalTarget)
          cohort.targets().get(experiment.heads().get(head).target());
      List<String> known =
          training.stream().filter(target.values()::containsKey).toList();
      Map<String, float[]> byPatient = predicted.get(OutputNames.of(head, Prediction.RISK));
      double[] risk = byPatient == null
          ? new double[0]
          : known.stream().mapToDouble(p -> byPatient.get(p)[0]).toArray();
      Optional<SurvivalFunction> function = Optional.empty();
      if (target.hasCompeting()) {
        // the hazard of one cause does not give the probability of it
      } else if (predicted.containsKey(OutputNames.of(head, Prediction.SURVIVAL))) {
        float[] cuts = infos.get(head).requireSurvival().cuts();
        double[] exact = new double[cuts.length];
        Arrays.setAll(exact, i -> cuts[i]);
        double end =
            known.stream().mapToDouble(p -> target.values().get(p).time()).max().orElse(0);
        function = Optional.of(new SurvivalFunction.Bins(exact, end));
      } else if (proportional.contains(head) && byPatient != null) {
        function = Optional.of(
            SurvivalFunction.Baseline.fit(Evaluator.values(target, known).requireSurvival(), risk));
      }
      scales.put(
          head, new SurvivalScale(function, SurvivalScale.median(risk), target.hasCompeting()));
    }
    return scales;
  }

  /**
   * What one model predicts with survival at the times, which replaces survival in time bins, whose ends differ between models; and with
   * how far risks are above the median. Where other events compete with the event there is no survival, in bins neither.
   *
   * @param predicted by HEAD.NAME and patient
   */
  public Map<String, Map<String, float[]>> with(
      Map<String, Map<String, float[]>> predicted,
      Map<String, SurvivalScale> scales,
      Cohort cohort) {
    Map<String, Map<String, float[]>> all = new LinkedHashMap<>(predicted);
    scales.forEach((head, scale) -> {
      Map<String, float[]> risk = predicted.get(OutputNames.of(head, Prediction.RISK));
      if (risk != null && !Double.isNaN(scale.medianRisk())) {
        Map<String, float[]> above = new LinkedHashMap<>();
        risk.forEach((patient, row) ->
            above.put(patient, new float[] {(float) (row[0] - scale.medianRisk())}));
        all.put(OutputNames.of(head, Prediction.RISK_ABOVE_MEDIAN), above);
      }
      if (scale.competing()) {
        all.remove(OutputNames.of(head, Prediction.SURVIVAL));
      }
      scale.survival().ifPresent(function -> addSurvival(all, predicted, head, function, cohort));
    });
    return all;
  }

  private void addSurvival(
      Map<String, Map<String, float[]>> all,
      Map<String, Map<String, float[]>> predicted,
      String head,
      SurvivalFunction function,
      Cohort cohort) {
    Map<String, float[]> source = predicted.get(OutputNames.of(head, function.source()));
    if (source == null || !times.containsKey(head)) {
      return;
    }
    double[] columns = times.get(head).columns();
    Map<String, Cohort.Survival> followUp =
        cohort.targets().get(experiment.heads().get(head).target())
                instanceof Cohort.SurvivalTarget target
            ? target.values()
            : Map.of();
    Map<String, float[]> survival = new LinkedHashMap<>();
    Map<String, float[]> own = new LinkedHashMap<>();
    source.forEach((patient, row) -> {
      float[] values = new float[columns.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) function.at(row, columns[i]);
      }
      survival.put(patient, values);
      if (followUp.containsKey(patient)) {
        own.put(
            patient, new float[] {(float) function.at(row, followUp.get(patient).time())});
      }
    });
    all.put(OutputNames.of(head, Prediction.SURVIVAL), survival);
    if (!own.isEmpty()) {
      all.put(OutputNames.of(head, Prediction.SURVIVAL_AT_FOLLOW_UP), own);
    }
  }

  /** What is kept of a model: by head, the times asked for and the scale. */
  public ObjectNode write(Map<String, SurvivalScale> scales) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    scales.forEach((head, scale) -> {
      ObjectNode its = json.putObject(head);
      ArrayNode asked = its.putArray("times");
      for (double time : times.get(head).asked()) {
        asked.add(time);
      }
      scale.write(its);
    });
    return json;
  }

  /** The scales that {@link #write} wrote, by head. */
  public static SortedMap<String, SurvivalScale> read(JsonNode kept) {
    SortedMap<String, SurvivalScale> scales = new TreeMap<>();
    kept.fields()
        .forEachRemaining(
            entry -> scales.put(entry.getKey(), SurvivalScale.read(entry.getValue())));
    return scales;
  }

  /**
   * Why some heads give no survival at times that a user asks for, a sentence each.
   *
   * @param kept what {@link #write} wrote
   */
  public static List<String> untold(JsonNode kept) {
    List<String> sentences = new ArrayList<>();
    read(kept).forEach((head, scale) -> {
      if (scale.survival().isEmpty()) {
        sentences.add("head " + head + " tells no survival at times: "
            + (scale.competing()
                ? "other events compete with the event, and the hazard of one cause alone does not give the probability of it"
                : "none of its losses gives a hazard"));
      }
    });
    return sentences;
  }

  private static List<Double> numbers(JsonNode json) {
    return StreamSupport.stream(json.spliterator(), false)
        .map(JsonNode::doubleValue)
        .toList();
  }
}
