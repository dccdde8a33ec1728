/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.stroma.api.TargetKind;
import org.stroma.parts.Fault;
import org.stroma.parts.PartUse;

/**
 * What is chosen inside of each fold, and by what: the number of epochs, and one of several candidates of settings. Only training
 * patients of the fold, or its validation patients, decide; nobody who is tested does.
 *
 * @param inner how the training patients of a fold are split again; null where the fold's own validation patients decide
 * @param head whose metric decides
 * @param metric its name, as in metrics.json
 * @param rule how a choice is made of the metric's values
 * @param patience epochs without a better value after which an inner training ends; 0 for never
 * @param members how many models of the ensemble are trained on each inner fold
 * @param candidates in the order of the file; empty where the experiment's own settings are the only ones
 */
public record Selection(
    @Nullable PartUse inner,
    String head,
    String metric,
    Rule rule,
    int patience,
    int members,
    List<Candidate> candidates) {

  /** How a candidate and its number of epochs are chosen. */
  public enum Rule {
    /** The best mean over the inner folds; of equals the candidate named first, then the fewest epochs. */
    BEST_EPOCH(
        "best-epoch",
        "the candidate and the epoch with the best mean over the inner folds; of equals the candidate named first, then the fewest epochs"),
    /** All epochs; the candidate that is best then. */
    LAST(
        "last",
        "all epochs; the candidate with the best mean over the inner folds then, of equals the one named first"),
    /** The first candidate, and its fewest epochs, that come within a standard error of the best mean (Breiman et al. 1984). */
    ONE_STANDARD_ERROR(
        "one-standard-error",
        "the candidate named first, and its fewest epochs, with a mean over the inner folds within one standard error of the best"),
    /** The first candidate whose best mean comes within a standard error of the best of all, and the epochs of its own best. */
    FIRST_CANDIDATE(
        "first-candidate",
        "the candidate named first whose best mean over the inner folds is within one standard error of the best of all, and the epochs of that mean");

    private final String label;
    private final String description;

    Rule(String label, String description) {
      this.label = label;
      this.description = description;
    }

    /** Whether it asks how far means may be from each other by chance, which takes two inner folds or more. */
    public boolean byStandardError() {
      return this == ONE_STANDARD_ERROR || this == FIRST_CANDIDATE;
    }

    /** As experiments write it. */
    public String label() {
      return label;
    }

    /** In words, for whoever reads the result. */
    public String description() {
      return description;
    }
  }

  /**
   * A candidate of settings.
   *
   * @param name for files and messages
   * @param pointer JSON pointer of the candidate
   * @param set values by path, as of {@code --set}
   * @param places JSON pointer of each value in the candidate, by the pointer of the value that it changes
   * @param when in which folds it is tried
   * @param experiment with these settings; it selects nothing itself
   */
  public record Candidate(
      String name,
      String pointer,
      Map<String, JsonNode> set,
      Map<String, String> places,
      Condition when,
      Experiment experiment) {

    public Candidate {
      set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }

    /** The values, each {@code path=value}. */
    public List<String> overrides() {
      return set.entrySet().stream()
          .map(value -> value.getKey() + "=" + value.getValue())
          .toList();
    }

    /** A fault of the candidate's experiment, told at the place in the file that it comes from. */
    public Fault at(Fault fault) {
      return at(pointer, places, fault);
    }

    static Fault at(String pointer, Map<String, String> places, Fault fault) {
      return places.entrySet().stream()
          .filter(place -> (fault.pointer() + "/").startsWith(place.getKey() + "/"))
          .findFirst()
          .map(place -> new Fault(
              place.getValue(),
              (fault.pointer().equals(place.getKey()) ? "" : "with it, " + fault.pointer() + ": ")
                  + fault.message(),
              fault.wanted()))
          .orElseGet(() -> new Fault(pointer, "does not fit: " + fault, fault.wanted()));
    }
  }

  /** The name of the metric that stands for a target. */
  public static String usualMetric(TargetKind kind) {
    return SelectionSection.usualMetric(kind);
  }

  /** The same with candidates that have been read. */
  Selection with(List<Candidate> read) {
    return new Selection(inner, head, metric, rule, patience, members, read);
  }

  /** Whether it hangs on the training patients of a fold which candidates are tried there. */
  public boolean conditional() {
    return candidates.stream().anyMatch(candidate -> !candidate.when().equals(Condition.NONE));
  }

  /** The candidates that are tried where training patients are such; empty where none is for them. */
  public List<Candidate> tried(DataSize size) {
    List<Candidate> tried =
        candidates.stream().filter(candidate -> candidate.when().holds(size)).toList();
    return tried.isEmpty()
        ? candidates.stream().filter(candidate -> candidate.when().otherwise()).toList()
        : tried;
  }

  /** The candidate of that name. */
  public Optional<Candidate> candidate(String name) {
    return candidates.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst();
  }
}
