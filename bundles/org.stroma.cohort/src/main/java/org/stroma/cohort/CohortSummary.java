/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who took part in a run: the way from the table to the patients who were analysed, and what those of each side of each fold are like.
 * It is in a run's {@code cohort.json}.
 *
 * @param table the cohort's file
 * @param rows of the table
 * @param patients of the table
 * @param excluded who was left out, in the order of the looking
 * @param modalities by name
 * @param analysed those who took part
 * @param folds the sides of each fold; none in a pretraining
 */
public record CohortSummary(
    String table,
    int rows,
    int patients,
    List<Exclusion> excluded,
    SortedMap<String, Modality> modalities,
    Group analysed,
    List<FoldGroups> folds) {
  /** Nothing of it is null, and each side of each fold tells of the same targets. */
  public CohortSummary {
    whole(excluded);
    whole(modalities);
    whole(folds);
    Objects.requireNonNull(table);
    Objects.requireNonNull(analysed);
    folds.stream()
        .flatMap(fold -> Stream.of(fold.train(), fold.validation(), fold.test()))
        .filter(Objects::nonNull)
        .forEach(group -> sameTargets(analysed, group));
  }

  private static void sameTargets(Group analysed, Group group) {
    analysed.targets().forEach((name, target) -> {
      TargetSummary there = Objects.requireNonNull(group.targets().get(name));
      if (!there.kind().equals(target.kind())) {
        throw new IllegalArgumentException(name + " is of two kinds");
      }
    });
  }

  /** Another component is no fault of an older program's. */
  private static final JsonMapper MAPPER = JsonMapper.builder()
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .serializationInclusion(JsonInclude.Include.NON_NULL)
      .build();

  /**
   * Patients who were left out for one reason.
   *
   * @param reason such as "no target is known"
   * @param patients their ids
   */
  public record Exclusion(String reason, List<String> patients) {
    /** Nothing of it is null. */
    public Exclusion {
      Objects.requireNonNull(reason);
      whole(patients);
    }
  }

  /**
   * A modality.
   *
   * @param kind {@code matrix}, {@code texts}, {@code tokens} or {@code bags}
   * @param width features of a vector, or of an element of a bag; 0 for texts
   * @param lacking analysed patients without it, by their ids
   */
  public record Modality(String kind, int width, List<String> lacking) {
    /** Nothing of it is null. */
    public Modality {
      Objects.requireNonNull(kind);
      whole(lacking);
    }
  }

  /**
   * The two sides of a fold, or three.
   *
   * @param validation null where there is none
   */
  public record FoldGroups(
      int repeat, int fold, Group train, @Nullable Group validation, Group test) {
    /** The validation alone may be null. */
    public FoldGroups {
      Objects.requireNonNull(train);
      Objects.requireNonNull(test);
    }
  }

  /**
   * What some patients are like.
   *
   * @param visits of theirs with any modality
   * @param targets by name
   * @param modalities how many patients have each
   * @param complete patients with all modalities
   * @param features of modalities with few features: the present values of each, by modality and feature
   */
  public record Group(
      int patients,
      int visits,
      SortedMap<String, TargetSummary> targets,
      SortedMap<String, Integer> modalities,
      int complete,
      SortedMap<String, Map<String, Quartiles>> features) {
    /** Nothing of it is null. */
    public Group {
      whole(targets);
      whole(modalities);
      whole(features);
      features.values().forEach(CohortSummary::whole);
    }
  }

  /**
   * What is known of a target.
   *
   * @param kind as in experiment files
   * @param patients whose value is known
   * @param events seen; null for other targets than survival
   * @param values times of follow-up or numbers; null for classes
   * @param classes patients of each class, or with each label; of patches the labelled patches of each class; null for numbers
   */
  public record TargetSummary(
      String kind,
      int patients,
      @Nullable Integer events,
      @Nullable Quartiles values,
      @Nullable Map<String, Integer> classes) {
    /** No kind and no number of a class is null, and what its kind has is there. */
    public TargetSummary {
      Objects.requireNonNull(kind);
      switch (kind) {
        case "survival" -> Objects.requireNonNull(events);
        case "class", "labels", "patches" -> Objects.requireNonNull(classes);
        default -> {}
      }
      if (classes != null) {
        whole(classes);
      }
    }
  }

  /**
   * Where values lie (quantiles of type 7, as R computes them).
   *
   * @param count of the values
   */
  public record Quartiles(
      int count, double least, double lower, double median, double upper, double most) {
    /** Null where there are no values. */
    static @Nullable Quartiles of(double[] values) {
      if (values.length == 0) {
        return null;
      }
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return new Quartiles(
          sorted.length,
          sorted[0],
          quantile(sorted, 0.25),
          quantile(sorted, 0.5),
          quantile(sorted, 0.75),
          sorted[sorted.length - 1]);
    }

    private static double quantile(double[] sorted, double share) {
      double place = share * (sorted.length - 1);
      int below = (int) place;
      int above = Math.min(below + 1, sorted.length - 1);
      return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
  }

  /** What {@code cohort.json} holds. */
  public JsonNode toJson() {
    return MAPPER.valueToTree(this);
  }

  /**
   * What {@link #toJson} made.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static CohortSummary of(JsonNode json) {
    try {
      return MAPPER.convertValue(json, CohortSummary.class);
    } catch (IllegalArgumentException e) {
      // what Jackson says names our classes
      StringBuilder pointer = new StringBuilder();
      if (e.getCause() instanceof JsonMappingException where) {
        where.getPath().forEach(step -> pointer
            .append('/')
            .append(step.getFieldName() == null ? step.getIndex() : step.getFieldName()));
      }
      throw new IllegalArgumentException(
          (pointer.isEmpty() ? "the whole" : pointer)
              + " is damaged, or something is missing there",
          e);
    }
  }

  private static void whole(Collection<?> values) {
    values.forEach(Objects::requireNonNull);
  }

  private static void whole(Map<?, ?> values) {
    whole(values.values());
  }
}
