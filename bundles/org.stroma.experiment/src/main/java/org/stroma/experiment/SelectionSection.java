/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.api.TargetKind;
import org.stroma.cohort.CohortSettings;
import org.stroma.parts.Faults;
import org.stroma.parts.JsonSection;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartSettings;
import org.stroma.parts.PartUse;

/** The keys {@code inner}, {@code select} and {@code candidates} of the section {@code evaluation}. */
final class SelectionSection {
  static final String INNER = "inner";
  static final String SELECT = "select";
  static final String CANDIDATES = "candidates";
  static final String WHEN = "when";

  /** What an inner split takes over from the outer one, unless it says otherwise: sites that stay together do so inside too. */
  private static final List<String> INHERITED = List.of("stratify", "group", "groupPattern");

  /** What a candidate may change: all that is read or split stays the same for all of them. */
  private static final List<String> CHANGEABLE =
      List.of("model", "losses", "training", "modalities");

  private final Faults faults;

  SelectionSection(Faults faults) {
    this.faults = faults;
  }

  /** The metric by which a target is judged where the experiment does not say. */
  static String usualMetric(TargetKind kind) {
    return switch (kind) {
      case SURVIVAL -> "c_index";
      case CLASS, LABELS -> "auc";
      case NUMBER, COUNT -> "rmse";
      case PATCHES -> "dice";
    };
  }

  /** Writes what an inner split takes over from the outer one into the file as it was read. */
  static void inherit(ObjectNode root, PartCatalog catalog) {
    if (Experiment.STACKED.equals(root.at("/model/fusion/type").asText())
        && root.path("evaluation").isObject()
        && !root.path("evaluation").has(INNER)
        && !root.path("evaluation").has(SELECT)) {
      // its weights are learned on inner folds, whatever else is chosen there
      ((ObjectNode) root.get("evaluation")).putObject(INNER).put("type", "k-fold");
    }
    if (!(root.path("evaluation").path(INNER) instanceof ObjectNode inner)) {
      return;
    }
    var split = root.path("evaluation").path("split");
    var part = catalog.part(PartKind.SPLIT, inner.path("type").asText("k-fold"));
    for (String key : INHERITED) {
      if (split.has(key)
          && !inner.has(key)
          && part.isPresent()
          && part.get().setting(key).isPresent()) {
        inner.set(key, split.get(key));
      }
    }
  }

  /**
   * Reads the keys.
   *
   * @return null where none of them is there; its candidates have no experiments yet
   */
  @Nullable
  Selection read(
      JsonSection s,
      PartSettings parts,
      CohortSettings cohort,
      Map<String, Experiment.HeadUse> heads,
      int ensemble) {
    if (!s.has(INNER) && !s.has(SELECT) && !s.has(CANDIDATES)) {
      return null;
    }
    PartUse inner = s.has(INNER) ? parts.part(s, INNER, PartKind.SPLIT, "k-fold", List.of()) : null;
    JsonSection select = s.section(SELECT, false);
    String head = head(select, heads);
    String metric = select.text("metric", usual(head, cohort, heads));
    Selection.Rule rule = rule(select);
    int patience = select.integer("patience", 0, 0, 100_000);
    int members = select.integer("members", ensemble, 1, ensemble);
    select.close();
    List<Selection.Candidate> candidates =
        s.has(CANDIDATES) ? candidates(s.list(CANDIDATES, true)) : List.of();
    if (rule == Selection.Rule.LAST && candidates.size() < 2 && !s.has(CANDIDATES)) {
      faults.add(
          select.pointer() + "/rule",
          "is \"last\", and there are no candidates in " + s.pointer() + "/" + CANDIDATES
              + ", so that there is nothing to choose");
    }
    if (rule == Selection.Rule.LAST && patience > 0) {
      faults.add(
          select.pointer() + "/patience",
          "is " + patience + "; the rule \"last\" takes all epochs and ends none early");
    }
    return new Selection(inner, head, metric, rule, patience, members, candidates);
  }

  private String head(JsonSection select, Map<String, Experiment.HeadUse> heads) {
    String head =
        select.text("head", heads.size() == 1 ? heads.keySet().iterator().next() : "");
    if (head != null && !heads.containsKey(head)) {
      faults.add(
          select.pointer() + "/head",
          (select.has("head") ? "is \"" + head + "\"" : "is missing") + "; the model's heads are "
              + heads.keySet());
    }
    return head;
  }

  private static String usual(
      @Nullable String head, CohortSettings cohort, Map<String, Experiment.HeadUse> heads) {
    Experiment.HeadUse use = head == null ? null : heads.get(head);
    CohortSettings.TargetSettings target =
        use == null ? null : cohort.targets().get(String.valueOf(use.target()));
    return target == null ? "" : usualMetric(target.kind());
  }

  private static Selection.Rule rule(JsonSection select) {
    List<String> labels =
        Arrays.stream(Selection.Rule.values()).map(Selection.Rule::label).toList();
    String label = select.option("rule", Selection.Rule.BEST_EPOCH.label(), labels);
    return Arrays.stream(Selection.Rule.values())
        .filter(rule -> rule.label().equals(label))
        .findFirst()
        .orElse(Selection.Rule.BEST_EPOCH);
  }

  private List<Selection.Candidate> candidates(List<JsonSection> sections) {
    List<Selection.Candidate> candidates = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonSection section : sections) {
      List<JsonSection.Entry> entries = section.entries("set", List.of("name", WHEN));
      Map<String, String> places = new LinkedHashMap<>();
      Map<String, JsonNode> set = new LinkedHashMap<>();
      for (JsonSection.Entry entry : entries) {
        places.put(Overrides.pointer(entry.key()), entry.pointer());
        set.put(entry.key(), entry.value());
        check(entry);
      }
      String name = section.text(
          "name",
          entries.isEmpty()
              ? "as it is"
              : entries.stream()
                  .map(entry -> entry.key() + "=" + entry.value())
                  .collect(Collectors.joining(" ")));
      Condition when =
          section.has(WHEN) ? Condition.read(section.section(WHEN, true), faults) : Condition.NONE;
      if (section.has("set")) {
        section.close();
      }
      if (name != null && !names.add(name)) {
        faults.add(
            section.pointer() + "/name",
            "is \"" + name + "\", and so is that of another candidate");
      }
      candidates.add(new Selection.Candidate(name, section.pointer(), set, places, when, null));
    }
    return candidates;
  }

  private void check(JsonSection.Entry entry) {
    String[] keys = Overrides.keys(entry.key());
    boolean read = keys[0].equals("modalities")
        && keys.length > 2
        && (keys[2].equals("reader") || keys[2].equals("per"));
    if (entry.key().contains("=")) {
      faults.add(entry.pointer(), "is no path of a setting: it holds '='");
    } else if (!CHANGEABLE.contains(keys[0]) || read) {
      faults.add(
          entry.pointer(),
          "cannot be a candidate's: what is read, split and measured is the same for all; candidates change "
              + String.join(", ", CHANGEABLE) + ", but no readers");
    } else if (String.join(".", keys).equals("training.ensemble")) {
      faults.add(
          entry.pointer(), "cannot be a candidate's: all candidates have as many models a fold");
    }
  }
}
