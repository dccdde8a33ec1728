/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Json;

/**
 * A simpler model that a run's own is compared with: the same settings with one modality alone, or with late fusion of all.
 *
 * @param kind what is simpler
 * @param modalities what it is trained with
 */
public record ComparisonModel(Kind kind, List<String> modalities) {
  private static final String LATE_FUSION = "late";

  /** What is simpler. */
  public enum Kind {
    /** One modality, its encoder, and nothing to fuse. */
    ALONE,
    /** The same encoders, each with heads of its own, whose outputs are averaged. */
    LATE
  }

  public ComparisonModel {
    modalities = List.copyOf(modalities);
  }

  /**
   * All that a run can be compared with: none where it has one modality; no late fusion where that is what it has.
   *
   * @param run its experiment
   */
  public static List<ComparisonModel> of(Experiment run) {
    List<String> all = List.copyOf(run.modalities().keySet());
    List<ComparisonModel> models = new ArrayList<>();
    if (all.size() > 1) {
      all.forEach(modality -> models.add(new ComparisonModel(Kind.ALONE, List.of(modality))));
      if (!isLate(run)) {
        models.add(new ComparisonModel(Kind.LATE, all));
      }
    }
    return models;
  }

  /** Whether a run fuses late itself, in all folds. */
  public static boolean isLate(Experiment run) {
    Selection selection = run.selection();
    List<Selection.Candidate> candidates = selection == null ? List.of() : selection.candidates();
    return candidates.isEmpty()
        ? run.fusion().type().equals(LATE_FUSION)
        : candidates.stream()
            .allMatch(candidate -> candidate.experiment().fusion().type().equals(LATE_FUSION));
  }

  /** In words. */
  public String words() {
    return kind == Kind.ALONE
        ? "trained with " + modalities.get(0) + " alone"
        : "late fusion of all, trained anew";
  }

  /**
   * What of a run's experiment is changed to train this model. What is chosen in inner folds is chosen anew, by the same rule; what
   * candidates of settings say of the fusion, and of modalities that are taken out, is left away, and those that are alike then are one.
   *
   * @param run its experiment
   * @param initialize its section {@code initialize}; missing where encoders start anew
   * @param folder where the relative path in that section starts
   * @param withoutLosses numbers of losses that are left out
   * @return each {@code path=value}
   */
  public List<String> overrides(
      Experiment run, JsonNode initialize, Path folder, Set<Integer> withoutLosses) {
    List<String> overrides = new ArrayList<>(List.of(
        "sweep=null",
        "evaluation.explain=false",
        "evaluation.baselines=[]",
        "evaluation.intervals.resamples=0"));
    run.modalities().keySet().stream()
        .filter(modality -> !modalities.contains(modality))
        .forEach(modality -> overrides.add("/modalities/" + modality + "=null"));
    overrides.add("model.fusion=" + fusion(run.resolved().at("/model/fusion")));
    overrides.add("model." + Experiment.JOINT + "=null");
    losses(run.resolved().path("losses"), withoutLosses, overrides);
    initialize(initialize, folder, overrides);
    candidates(run.selection(), overrides);
    return overrides;
  }

  private ObjectNode fusion(JsonNode own) {
    ObjectNode fusion = Json.MAPPER.createObjectNode();
    if (kind == Kind.ALONE) {
      // the mean of one is itself; one that is stacked keeps its losses and its choice of epochs
      boolean stacked = own.path("type").asText().equals(Experiment.STACKED);
      return fusion.put("type", stacked ? Experiment.STACKED : "mean");
    }
    fusion.put("type", LATE_FUSION);
    // how much a modality counts is known before, whatever fuses
    if (own.path("weights").isArray() && !own.path("weights").isEmpty()) {
      fusion.set("weights", own.path("weights"));
    }
    return fusion;
  }

  /** Losses of another modality's encoder have nothing to look at. */
  private void losses(JsonNode losses, Set<Integer> without, List<String> overrides) {
    ArrayNode kept = Json.MAPPER.createArrayNode();
    for (int i = 0; i < losses.size(); i++) {
      String of = losses.get(i).path("modality").asText("");
      if (!without.contains(i) && (of.isEmpty() || modalities.contains(of))) {
        kept.add(losses.get(i));
      }
    }
    if (kept.size() < losses.size()) {
      overrides.add("losses=" + kept);
    }
  }

  private void initialize(JsonNode initialize, Path folder, List<String> overrides) {
    if (!initialize.isObject()) {
      return;
    }
    ArrayNode started = Json.MAPPER.createArrayNode();
    for (String modality : modalities) {
      boolean named = !initialize.has("modalities");
      for (JsonNode one : initialize.path("modalities")) {
        named |= one.asText().equals(modality);
      }
      if (named) {
        started.add(modality);
      }
    }
    if (started.isEmpty()) {
      overrides.add("initialize=null");
    } else {
      overrides.add("initialize.modalities=" + started);
      overrides.add("initialize.from="
          + Json.MAPPER
              .getNodeFactory()
              .textNode(folder.resolve(initialize.path("from").asText()).toString()));
    }
  }

  private void candidates(Selection selection, List<String> overrides) {
    if (selection == null || selection.candidates().isEmpty()) {
      return;
    }
    Set<Map<String, JsonNode>> seen = new LinkedHashSet<>();
    ArrayNode kept = Json.MAPPER.createArrayNode();
    for (Selection.Candidate candidate : selection.candidates()) {
      Map<String, JsonNode> set = new LinkedHashMap<>();
      candidate.set().forEach((path, value) -> {
        if (applies(path)) {
          set.put(path, applying(path, value));
        }
      });
      if (seen.add(set)) {
        ObjectNode one = kept.addObject().put("name", candidate.name());
        set.forEach(one::set);
      }
    }
    if (kept.size() > 1) {
      overrides.add("evaluation.candidates=" + kept);
      return;
    }
    overrides.add("evaluation.candidates=null");
    if (selection.rule() == Selection.Rule.LAST) {
      // all epochs of the only candidate: nothing is left to choose
      overrides.add("evaluation.select=null");
      overrides.add("evaluation.inner=null");
    }
    seen.iterator().next().forEach((path, value) -> overrides.add(path + "=" + value));
  }

  private static String[] keys(String path) {
    return (path.startsWith("/") ? path.substring(1) : path)
        .split(path.startsWith("/") ? "/" : "\\.");
  }

  /** Whether a setting of a candidate is one of this model. */
  private boolean applies(String path) {
    String[] keys = keys(path);
    return keys.length < 2
        || !(keys[0].equals("model")
                && (keys[1].equals("fusion") || keys[1].equals(Experiment.JOINT)))
            && !(keys[0].equals("modalities") && !modalities.contains(keys[1]));
  }

  /** Of a setting that replaces a whole section what is of this model. */
  private JsonNode applying(String path, JsonNode value) {
    if (keys(path).length > 1 || !(value instanceof ObjectNode section)) {
      return value;
    }
    ObjectNode own = section.deepCopy();
    if (keys(path)[0].equals("modalities")) {
      own.retain(modalities);
    } else if (keys(path)[0].equals("model")) {
      own.set("fusion", fusion(section.path("fusion")));
      own.remove(Experiment.JOINT);
    }
    return own;
  }
}
