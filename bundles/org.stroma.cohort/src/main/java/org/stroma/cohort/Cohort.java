/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.stroma.api.TargetKind;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Table;

/**
 * A cohort as it was read: nothing is fitted yet.
 *
 * @param patients in the order of the table, those alone who can take part
 * @param visits by patient, in the order of time; one where the cohort has no visits
 * @param targets by name
 * @param modalities by name; each by sample
 * @param table the rows by sample
 */
public record Cohort(
    List<String> patients,
    Map<String, List<Visit>> visits,
    SortedMap<String, Target> targets,
    SortedMap<String, ModalityData> modalities,
    Table table) {

  /**
   * A visit.
   *
   * @param sample the visit's id, or the patient's where the cohort has no visits
   * @param days real days since the patient's first visit
   */
  public record Visit(String sample, float days) {}

  /** A target: what is known of each patient that a model may learn. */
  public sealed interface Target {
    /** What heads and losses call it. */
    TargetKind kind();

    /** The values by patient; patients without one are not in the map. */
    Map<String, ? extends Value> values();

    /** Names of the classes or labels, by their indices; empty where there are none. */
    default List<String> classes() {
      return List.of();
    }

    /** Whether values are measured, times or numbers, so that a patient is known by theirs. */
    boolean measured();

    /** What a side of a fold lacks to learn or to judge the target, such as "no event"; empty for nothing. */
    Optional<String> lack(List<String> patients);

    /** What {@code stratify} calls the strata of a target of this name; empty where it has none. */
    Optional<String> strata(String name);

    /** The target as settings say, of which nobody's value is known. */
    static Target unknown(CohortSettings.TargetSettings settings, List<String> classes) {
      return switch (settings.kind()) {
        case SURVIVAL -> new SurvivalTarget(Map.of());
        case CLASS -> new ClassTarget(classes, Map.of());
        case NUMBER -> new NumberTarget(Map.of());
        case COUNT -> new CountTarget(Map.of());
        case LABELS -> new LabelsTarget(settings.columns(), Map.of());
        case PATCHES -> new PatchTarget(settings.modality(), classes);
      };
    }
  }

  /** Times until an event. */
  public record SurvivalTarget(Map<String, Survival> values) implements Target {
    /** Whether anybody had another event, which competes with this one. */
    public boolean hasCompeting() {
      return values.values().stream().anyMatch(Survival::competing);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.SURVIVAL;
    }

    @Override
    public boolean measured() {
      return true;
    }

    @Override
    public Optional<String> lack(List<String> patients) {
      return patients.stream().map(values::get).anyMatch(v -> v != null && v.event())
          ? Optional.empty()
          : Optional.of("no event");
    }

    @Override
    public Optional<String> strata(String name) {
      return Optional.of(name + ".event");
    }
  }

  /**
   * One class of several.
   *
   * @param classes their names, sorted (by value where all are numbers)
   */
  public record ClassTarget(List<String> classes, Map<String, ClassLabel> values)
      implements Target {
    @Override
    public TargetKind kind() {
      return TargetKind.CLASS;
    }

    @Override
    public boolean measured() {
      return false;
    }

    @Override
    public Optional<String> lack(List<String> patients) {
      return patients.stream().anyMatch(values::containsKey)
          ? Optional.empty()
          : Optional.of("no patient with a class");
    }

    @Override
    public Optional<String> strata(String name) {
      return Optional.of(name);
    }
  }

  /** A target with a number a patient. */
  public sealed interface Numeric extends Target {
    @Override
    Map<String, NumberValue> values();

    @Override
    default boolean measured() {
      return true;
    }

    @Override
    default Optional<String> lack(List<String> patients) {
      return patients.stream().anyMatch(values()::containsKey)
          ? Optional.empty()
          : Optional.of("no patient with a " + kind().label());
    }

    @Override
    default Optional<String> strata(String name) {
      return Optional.empty();
    }
  }

  /** Numbers. */
  public record NumberTarget(Map<String, NumberValue> values) implements Numeric {
    @Override
    public TargetKind kind() {
      return TargetKind.NUMBER;
    }
  }

  /** Counts, 0 or more. */
  public record CountTarget(Map<String, NumberValue> values) implements Numeric {
    @Override
    public TargetKind kind() {
      return TargetKind.COUNT;
    }
  }

  /**
   * Several labels at once.
   *
   * @param classes the names of the labels
   */
  public record LabelsTarget(List<String> classes, Map<String, LabelSet> values) implements Target {
    @Override
    public TargetKind kind() {
      return TargetKind.LABELS;
    }

    @Override
    public boolean measured() {
      return false;
    }

    @Override
    public Optional<String> lack(List<String> patients) {
      return patients.stream().anyMatch(values::containsKey)
          ? Optional.empty()
          : Optional.of("no patient with a label");
    }

    @Override
    public Optional<String> strata(String name) {
      return Optional.empty();
    }
  }

  /**
   * A class of each element of a bag; the bags hold them.
   *
   * @param modality that of the bags
   * @param classes their names
   */
  public record PatchTarget(String modality, List<String> classes) implements Target {
    @Override
    public TargetKind kind() {
      return TargetKind.PATCHES;
    }

    @Override
    public Map<String, Value> values() {
      return Map.of();
    }

    @Override
    public boolean measured() {
      return false;
    }

    @Override
    public Optional<String> lack(List<String> patients) {
      return Optional.empty();
    }

    @Override
    public Optional<String> strata(String name) {
      return Optional.empty();
    }
  }

  /** What is known of a patient. */
  public sealed interface Value {
    /** The name of the stratum that the patient belongs to. */
    String stratum();

    /** The time or number as it stands in the table; NaN for classes and labels. */
    double measurement();
  }

  /**
   * A time of follow-up.
   *
   * @param time as it stands in the table
   * @param trained the same in the precision that models compute in. Times that differ differ here too, and are in the
   *     same order: rounding must not make ties
   * @param event whether the event was seen then; else the patient is censored, or had another event
   * @param competing whether another event was seen then, after which this one cannot come
   */
  public record Survival(double time, float trained, boolean event, boolean competing)
      implements Value {
    public Survival(double time, boolean event) {
      this(time, event, false);
    }

    public Survival(double time, boolean event, boolean competing) {
      this(time, (float) time, event, competing);
    }

    public Survival(double time, float trained, boolean event) {
      this(time, trained, event, false);
    }

    @Override
    public String stratum() {
      return Boolean.toString(event);
    }

    @Override
    public double measurement() {
      return time;
    }
  }

  /** The index of a class. */
  public record ClassLabel(int index) implements Value {
    @Override
    public String stratum() {
      return Integer.toString(index);
    }

    @Override
    public double measurement() {
      return Double.NaN;
    }
  }

  /** A number as it stands in the table. */
  public record NumberValue(double number) implements Value {
    @Override
    public String stratum() {
      return "";
    }

    @Override
    public double measurement() {
      return number;
    }
  }

  /** What is known of one label of a patient. */
  public enum Label {
    ABSENT,
    PRESENT,
    UNKNOWN
  }

  /** What is known of each label, in their order; at least one is known. */
  public record LabelSet(List<Label> labels) implements Value {
    public LabelSet {
      labels = List.copyOf(labels);
    }

    @Override
    public String stratum() {
      return "";
    }

    @Override
    public double measurement() {
      return Double.NaN;
    }
  }

  /** A cohort with a row a patient. */
  public static Map<String, List<Visit>> single(List<String> patients) {
    Map<String, List<Visit>> visits = new java.util.LinkedHashMap<>();
    patients.forEach(patient -> visits.put(patient, List.of(new Visit(patient, 0))));
    return visits;
  }

  /** The samples of patients. */
  public List<String> samples(List<String> of) {
    return of.stream()
        .flatMap(patient -> visits.get(patient).stream())
        .map(Visit::sample)
        .toList();
  }

  /** Whether any of a patient's visits has the modality. */
  public boolean has(String patient, ModalityData data) {
    return visits.get(patient).stream().anyMatch(visit -> data.patients().contains(visit.sample()));
  }
}
