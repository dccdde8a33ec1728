/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.experiment.DataSize;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/** Which candidates of settings each fold tries, by what its training patients can teach, and why. */
public final class SizeRule {
  private final Selection selection;
  private final Map<Fold, DataSize> sizes = new LinkedHashMap<>();

  private SizeRule(Selection selection) {
    this.selection = selection;
  }

  /**
   * The rule of an experiment.
   *
   * @return null where it does not hang on the size of the data what is tried
   * @throws FaultsException for a fold that no candidate is for
   */
  public static @Nullable SizeRule of(Experiment experiment, Cohort cohort, List<Fold> folds) {
    Selection selection = experiment.selection();
    if (selection == null || !selection.conditional()) {
      return null;
    }
    SizeRule rule = new SizeRule(selection);
    for (Fold fold : folds) {
      DataSize size = DataSize.of(experiment, cohort, fold.training());
      rule.sizes.put(fold, size);
      if (selection.tried(size).isEmpty()) {
        throw new FaultsException(
            List.of(
                new Fault(
                    "/evaluation/candidates",
                    "has none for repeat " + fold.repeat() + " fold " + fold.fold() + ", with "
                        + size.events() + " events among the training patients and "
                        + features(size)
                        + "; {\"when\": {\"otherwise\": true}} makes one for all folds that no other is for")),
            false);
      }
    }
    return rule;
  }

  private static String features(DataSize size) {
    return size.modality().isEmpty()
        ? "no features"
        : size.features() + " features in " + size.modality();
  }

  /** The size of a fold's training patients. */
  DataSize size(Fold fold) {
    return sizes.get(fold);
  }

  /** The candidates that a fold tries. */
  List<Selection.Candidate> candidates(Fold fold) {
    return selection.tried(sizes.get(fold));
  }

  /** Whether some fold tries a candidate. */
  public boolean tries(Selection.Candidate candidate) {
    return sizes.keySet().stream().anyMatch(fold -> candidates(fold).contains(candidate));
  }

  /** The sizes of all folds, and what follows, in a sentence. */
  public String told() {
    Map<Set<String>, Integer> tried = new LinkedHashMap<>();
    sizes
        .keySet()
        .forEach(fold -> tried.merge(
            candidates(fold).stream()
                .map(Selection.Candidate::name)
                .collect(Collectors.toCollection(LinkedHashSet::new)),
            1,
            Integer::sum));
    List<String> what = new ArrayList<>();
    tried.forEach((names, folds) -> what.add(String.join(
            " or ",
            names.stream()
                .map(name -> names.size() == 1 ? name : "\"" + name + "\"")
                .toList())
        + (tried.size() == 1 ? "" : " in " + folds + (folds == 1 ? " fold" : " folds"))));
    Map<String, List<String>> left = new LinkedHashMap<>();
    selection.candidates().stream()
        .filter(candidate -> !tries(candidate))
        .forEach(candidate -> left.computeIfAbsent(candidate.when().told(), w -> new ArrayList<>())
            .add(candidate.name()));
    List<String> others = new ArrayList<>();
    left.forEach((wanted, names) -> others.add("\"" + String.join("\" and \"", names) + "\""
        + (names.size() == 1 ? " is for " : " are for ") + wanted));
    return "by size of data (" + events() + " in the training patients of a fold, "
        + features(sizes.values().iterator().next()) + "): " + String.join("; ", what)
        + (others.isEmpty() ? "" : "; " + String.join("; ", others));
  }

  private String events() {
    IntSummaryStatistics events =
        sizes.values().stream().mapToInt(DataSize::events).summaryStatistics();
    return events.getMin() == events.getMax()
        ? events.getMin() + " events"
        : events.getMin() + " to " + events.getMax() + " events";
  }

  /** For provenance.json: the conditions, and how many folds try each candidate. */
  public ObjectNode toJson() {
    ObjectNode node = Json.MAPPER.createObjectNode().put("in_words", told());
    IntSummaryStatistics events =
        sizes.values().stream().mapToInt(DataSize::events).summaryStatistics();
    DataSize size = sizes.values().iterator().next();
    node.put("fewest_events", events.getMin())
        .put("most_events", events.getMax())
        .put("features", size.features())
        .put("modality", size.modality());
    ArrayNode candidates = node.putArray("candidates");
    selection.candidates().forEach(candidate -> candidates
        .addObject()
        .put("candidate", candidate.name())
        .put("tried_in_folds", (int) sizes.keySet().stream()
            .filter(fold -> candidates(fold).contains(candidate))
            .count())
        .set("when", candidate.when().toJson()));
    return node;
  }
}
