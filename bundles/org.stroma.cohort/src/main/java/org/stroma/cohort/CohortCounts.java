/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.data.Bag;
import org.stroma.api.data.ModalityData;

/** Counts a cohort and its folds for the {@link CohortSummary}. */
public final class CohortCounts {
  /** Modalities with more features are told by their number alone. */
  static final int FEW_FEATURES = 30;

  private final Cohort cohort;

  /** Labelled elements of each class, by target and sample: bags may read them from files, which is done once. */
  private final Map<String, Map<String, int[]>> labels = new HashMap<>();

  private CohortCounts(Cohort cohort) {
    this.cohort = cohort;
    cohort.targets().forEach((name, target) -> {
      if (target instanceof Cohort.PatchTarget patches) {
        labels.put(name, labels(patches));
      }
    });
  }

  /**
   * Counts.
   *
   * @param reader that read the cohort
   * @param folds none in a pretraining
   */
  public static CohortSummary of(CohortReader reader, Cohort cohort, List<Fold> folds) {
    CohortCounts counts = new CohortCounts(cohort);
    SortedMap<String, CohortSummary.Modality> modalities = new TreeMap<>();
    cohort.modalities().forEach((name, data) -> modalities.put(name, counts.modality(data)));
    return new CohortSummary(
        String.valueOf(reader.cohort().file().getFileName()),
        reader.cohort().rows().size(),
        reader.patients(),
        reader.excluded(),
        modalities,
        counts.group(cohort.patients()),
        folds.stream()
            .map(fold -> new CohortSummary.FoldGroups(
                fold.repeat(),
                fold.fold(),
                counts.group(fold.training()),
                fold.validation().isEmpty() ? null : counts.group(fold.validation()),
                counts.group(fold.test())))
            .toList());
  }

  private CohortSummary.Modality modality(ModalityData data) {
    List<String> lacking =
        cohort.patients().stream().filter(patient -> !cohort.has(patient, data)).toList();
    if (data instanceof ModalityData.Matrix matrix) {
      return new CohortSummary.Modality("matrix", matrix.features().size(), lacking);
    } else if (data instanceof ModalityData.Bags bags) {
      return new CohortSummary.Modality("bags", bags.width(), lacking);
    }
    return new CohortSummary.Modality(
        data instanceof ModalityData.Texts ? "texts" : "tokens", 0, lacking);
  }

  private CohortSummary.Group group(List<String> patients) {
    SortedMap<String, CohortSummary.TargetSummary> targets = new TreeMap<>();
    cohort
        .targets()
        .forEach((name, target) -> targets.put(
            name,
            target instanceof Cohort.PatchTarget patches
                ? patches(name, patches, patients)
                : target(target, patients)));
    SortedMap<String, Integer> having = new TreeMap<>();
    SortedMap<String, Map<String, CohortSummary.Quartiles>> features = new TreeMap<>();
    cohort.modalities().forEach((name, data) -> {
      having.put(name, (int) patients.stream().filter(p -> cohort.has(p, data)).count());
      if (data instanceof ModalityData.Matrix matrix && matrix.features().size() <= FEW_FEATURES) {
        features.put(name, features(matrix, patients));
      }
    });
    int complete = (int) patients.stream()
        .filter(p -> cohort.modalities().values().stream().allMatch(data -> cohort.has(p, data)))
        .count();
    return new CohortSummary.Group(
        patients.size(), cohort.samples(patients).size(), targets, having, complete, features);
  }

  /** Of several visits each counts. */
  private Map<String, CohortSummary.Quartiles> features(
      ModalityData.Matrix matrix, List<String> patients) {
    List<float[]> rows = cohort.samples(patients).stream()
        .map(matrix.rows()::get)
        .filter(row -> row != null)
        .toList();
    Map<String, CohortSummary.Quartiles> features = new LinkedHashMap<>();
    for (int i = 0; i < matrix.features().size(); i++) {
      int column = i;
      CohortSummary.Quartiles quartiles = CohortSummary.Quartiles.of(rows.stream()
          .mapToDouble(row -> row[column])
          .filter(value -> !Double.isNaN(value))
          .toArray());
      if (quartiles != null) {
        features.put(matrix.features().get(i), quartiles);
      }
    }
    return features;
  }

  private static CohortSummary.TargetSummary target(Cohort.Target target, List<String> patients) {
    List<String> known = patients.stream().filter(target.values()::containsKey).toList();
    Integer events = null;
    if (target instanceof Cohort.SurvivalTarget survival) {
      events =
          (int) known.stream().filter(p -> survival.values().get(p).event()).count();
    }
    CohortSummary.Quartiles values = target.measured()
        ? CohortSummary.Quartiles.of(known.stream()
            .mapToDouble(p -> target.values().get(p).measurement())
            .toArray())
        : null;
    Map<String, Integer> classes = null;
    if (!target.classes().isEmpty()) {
      int[] counts = new int[target.classes().size()];
      for (String patient : known) {
        Cohort.Value value = target.values().get(patient);
        if (value instanceof Cohort.ClassLabel label) {
          counts[label.index()]++;
        } else if (value instanceof Cohort.LabelSet set) {
          for (int i = 0; i < counts.length; i++) {
            counts[i] += set.labels().get(i) == Cohort.Label.PRESENT ? 1 : 0;
          }
        }
      }
      classes = named(target.classes(), counts);
    }
    return new CohortSummary.TargetSummary(
        target.kind().label(), known.size(), events, values, classes);
  }

  private static Map<String, Integer> named(List<String> classes, int[] counts) {
    Map<String, Integer> named = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      named.put(classes.get(i), counts[i]);
    }
    return named;
  }

  private Map<String, int[]> labels(Cohort.PatchTarget target) {
    Map<String, int[]> bySample = new HashMap<>();
    if (cohort.modalities().get(target.modality()) instanceof ModalityData.Bags bags) {
      for (String sample : cohort.samples(cohort.patients())) {
        Bag bag = bags.bags().get(sample);
        int[] its = bag == null ? null : bag.labels();
        if (its != null) {
          int[] counts = new int[target.classes().size()];
          for (int label : its) {
            if (label >= 0) {
              counts[label]++;
            }
          }
          bySample.put(sample, counts);
        }
      }
    }
    return bySample;
  }

  private CohortSummary.TargetSummary patches(
      String name, Cohort.PatchTarget target, List<String> patients) {
    int[] sum = new int[target.classes().size()];
    Set<String> labelled = new HashSet<>();
    for (String patient : patients) {
      for (String sample : cohort.samples(List.of(patient))) {
        int[] counts = labels.get(name).get(sample);
        if (counts != null) {
          labelled.add(patient);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += counts[i];
          }
        }
      }
    }
    return new CohortSummary.TargetSummary(
        target.kind().label(), labelled.size(), null, null, named(target.classes(), sum));
  }
}
