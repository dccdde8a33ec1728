/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.Fold;
import org.stroma.dataset.Dataset;
import org.stroma.runtime.Examined;

/** An experiment as the subject of an audit. */
final class ExperimentSubject {
  private ExperimentSubject() {}

  static Subject of(Path file, Examined examined) {
    List<Sides> folds = examined.folds().stream()
        .map(f -> new Sides(f.repeat(), f.fold(), f.training(), f.validation(), f.test()))
        .toList();
    return new Subject(
        file,
        examined.experiment().resolved(),
        folds,
        examined.cohort().targets(),
        lacking(examined.cohort()),
        examined.permitted(),
        examined.cohort(),
        "",
        examined.summary(),
        inputs(examined),
        null);
  }

  /** Who lacks a modality in all visits. */
  static SortedMap<String, Set<String>> lacking(Cohort cohort) {
    SortedMap<String, Set<String>> lacking = new TreeMap<>();
    cohort.modalities().forEach((name, data) -> {
      Set<String> without = new HashSet<>(cohort.patients());
      without.removeIf(patient -> cohort.has(patient, data));
      lacking.put(name, without);
    });
    return lacking;
  }

  /** Of the first fold; what others learn differs little. */
  private static @Nullable Inputs inputs(Examined examined) {
    if (examined.folds().isEmpty()) {
      return null;
    }
    Fold first = examined.folds().get(0);
    Dataset prepared = examined.prepare(first);
    SortedMap<String, Inputs.Width> widths = new TreeMap<>();
    prepared.inputs().forEach((name, input) -> widths.put(name, input.accept(new Kinds())));
    return new Inputs(widths, examined.parameters(first, prepared));
  }

  private static final class Kinds implements Dataset.Kinds<Inputs.Width> {
    @Override
    public Inputs.Width vectors(Dataset.Vectors input) {
      return new Inputs.Width(Inputs.FEATURES, input.width());
    }

    @Override
    public Inputs.Width tokens(Dataset.Tokens input) {
      return new Inputs.Width(Inputs.WORDS, input.vocabularySize());
    }

    @Override
    public Inputs.Width bags(Dataset.Bags input) {
      return new Inputs.Width(Inputs.PATCHES, input.width());
    }
  }
}
