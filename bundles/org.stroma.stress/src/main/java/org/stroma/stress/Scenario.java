/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.stress;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.stroma.dataset.DatasetVariant;
import org.stroma.training.ComparisonModel;

/**
 * What is done to the data of the patients that are tested, or to the model.
 *
 * @param kind what is done
 * @param modalities those that are kept or trained with, or the one that is permuted; empty where all may be missing
 * @param share of the modalities that are taken away; 0 where none is at random
 * @param draws each another random one; one where nothing is random
 */
record Scenario(Kind kind, List<String> modalities, double share, List<DatasetVariant> draws) {
  /** More subsets than this are not tried one by one. */
  static final int SUBSETS = 64;

  private static final List<Double> SHARES = List.of(0.25, 0.5, 0.75);

  /** What is done. */
  enum Kind {
    /** Other modalities are taken away. */
    KEPT("kept"),
    /** Modalities are taken away at random, never all of a patient. */
    MISSING("missing"),
    /** A modality is handed round between patients. */
    PERMUTED("permuted"),
    /** A model of one modality is trained in place of the run's. */
    TRAINED_ALONE("trained-alone"),
    /** A model with late fusion is trained in place of the run's. */
    TRAINED_LATE("trained-late-fusion");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** In words, for a table. */
  String words() {
    return switch (kind) {
      case KEPT -> String.join(" + ", modalities);
      case MISSING -> Math.round(100 * share) + " % missing at random";
      case PERMUTED -> modalities.get(0) + " permuted";
      case TRAINED_ALONE -> new ComparisonModel(ComparisonModel.Kind.ALONE, modalities).words();
      case TRAINED_LATE -> new ComparisonModel(ComparisonModel.Kind.LATE, modalities).words();
    };
  }

  /**
   * All that is tried: every subset of the modalities where they are {@value #SUBSETS} at most, else each alone and all but each;
   * modalities missing at random; each permuted.
   *
   * @param draws of each random scenario
   */
  static List<Scenario> of(List<String> modalities, int draws, long seed) {
    List<Scenario> all = new ArrayList<>();
    subsets(modalities)
        .forEach(subset -> all.add(new Scenario(
            Kind.KEPT, subset, 0, List.of(DatasetVariant.keeping(Set.copyOf(subset))))));
    if (modalities.size() > 1) {
      for (double share : SHARES) {
        List<DatasetVariant> variants = new ArrayList<>();
        for (int draw = 0; draw < draws; draw++) {
          variants.add(DatasetVariant.hiding(share, seed + 1_000_003L * draw));
        }
        all.add(new Scenario(Kind.MISSING, List.of(), share, variants));
      }
    }
    for (String modality : modalities) {
      List<DatasetVariant> variants = new ArrayList<>();
      for (int draw = 0; draw < draws; draw++) {
        variants.add(DatasetVariant.permuting(modality, seed + 1_000_003L * draw));
      }
      all.add(new Scenario(Kind.PERMUTED, List.of(modality), 0, variants));
    }
    return all;
  }

  /** From all to single ones. */
  static List<List<String>> subsets(List<String> modalities) {
    int count = modalities.size();
    Set<List<String>> subsets = new LinkedHashSet<>();
    if (count < 31 && (1L << count) <= SUBSETS) {
      List<List<String>> every = new ArrayList<>();
      for (int bits = 1; bits < 1 << count; bits++) {
        List<String> subset = new ArrayList<>();
        for (int m = 0; m < count; m++) {
          if ((bits >> m & 1) == 1) {
            subset.add(modalities.get(m));
          }
        }
        every.add(subset);
      }
      every.sort((a, b) -> a.size() == b.size()
          ? modalities.indexOf(a.get(0)) - modalities.indexOf(b.get(0))
          : b.size() - a.size());
      subsets.addAll(every);
    } else {
      subsets.add(modalities);
      for (String left : modalities) {
        Set<String> others = new TreeSet<>(modalities);
        others.remove(left);
        subsets.add(List.copyOf(others));
      }
      modalities.forEach(alone -> subsets.add(List.of(alone)));
    }
    return List.copyOf(subsets);
  }
}
