/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.stroma.api.TargetKind;
import org.stroma.dataset.BatchPlan;
import org.stroma.files.AtomicFiles;
import org.stroma.files.Csv;
import org.stroma.model.MainOutput;
import org.stroma.model.ModelProbe;

/**
 * What each modality that a patient has does to the main outputs: the change when it alone is hidden, and its Shapley value over all
 * subsets of those that the patient has. A model of whom nothing is known is {@link NothingKnown}. Means over models.
 */
final class ModalityImportance {
  /** Modalities of an experiment up to which all subsets are asked about: 255 of them. */
  static final int MOST = 8;

  private final List<String> modalities;
  private final AskedClasses classes;
  private final Map<MainOutput, Map<String, Game>> games = new LinkedHashMap<>();

  /** Of a patient: the output by subsets of modalities, less that of nothing known, summed over models. */
  private static final class Game {
    private final long present;
    private final double[] worth;
    private double value;
    private int models;

    Game(long present, int subsets) {
      this.present = present;
      this.worth = new double[subsets];
    }
  }

  /** @param modalities of the experiment, sorted; 62 at most */
  ModalityImportance(List<String> modalities, AskedClasses classes) {
    this.modalities = List.copyOf(modalities);
    this.classes = classes;
  }

  private boolean exact() {
    return modalities.size() <= MOST;
  }

  /** Where the worth of a subset of a patient's modalities is kept; without all subsets, those are that lack one or none. */
  private int place(long subset, long present) {
    if (exact()) {
      return (int) subset;
    }
    return subset == present ? 0 : 1 + Long.numberOfTrailingZeros(present & ~subset);
  }

  /** The modalities that each patient has at any visit, as bits. */
  private long[] present(BatchPlan plan) {
    long[] present = new long[plan.patients().size()];
    int visits = plan.rows().size() / present.length;
    for (int m = 0; m < modalities.size(); m++) {
      for (int row = 0; row < plan.rows().size(); row++) {
        if (has(plan, modalities.get(m), row)) {
          present[row / visits] |= 1L << m;
        }
      }
    }
    return present;
  }

  /** A fold may have been trained without a modality. */
  private static boolean has(BatchPlan plan, String modality, int row) {
    return plan.present().containsKey(modality) && plan.has(modality, row);
  }

  private Set<Long> subsets(long[] present) {
    long any = 0;
    for (long each : present) {
      any |= each;
    }
    Set<Long> subsets = new LinkedHashSet<>();
    subsets.add(any);
    if (exact()) {
      // all of them, from large to small
      for (long subset = any; subset != 0; subset = subset - 1 & any) {
        subsets.add(subset);
      }
    } else {
      for (long rest = any; rest != 0; rest &= rest - 1) {
        subsets.add(any & ~Long.lowestOneBit(rest));
      }
    }
    return subsets;
  }

  /** Asks a model about the patients of a batch. */
  void add(ModelProbe.Encoded encoded, BatchPlan plan, NothingKnown nothing) {
    long[] present = present(plan);
    Map<MainOutput, double[][]> worths = new LinkedHashMap<>();
    for (long subset : subsets(present)) {
      encoded
          .ask(new ModelProbe.Change(shown(plan, subset), Map.of()), false)
          .outputs()
          .forEach((output, values) -> {
            double[][] worth = worths.computeIfAbsent(
                output,
                o -> new double[present.length]
                    [exact() ? 1 << modalities.size() : modalities.size() + 1]);
            for (int i = 0; i < values.length; i++) {
              if ((subset & present[i]) != 0) {
                worth[i][place(subset & present[i], present[i])] = values[i];
              }
            }
          });
    }
    worths.forEach((output, worth) -> {
      for (int i = 0; i < worth.length; i++) {
        add(output, plan.patients().get(i), present[i], worth[i], nothing);
      }
    });
  }

  private void add(
      MainOutput output, String patient, long present, double[] worth, NothingKnown nothing) {
    Game game = games
        .computeIfAbsent(output, o -> new LinkedHashMap<>())
        .computeIfAbsent(patient, p -> new Game(present, worth.length));
    double none = nothing.of(output, classes.index(output.head(), patient));
    double all = worth[place(present, present)];
    game.models++;
    // risks are known up to a constant alone
    game.value += output.kind() == TargetKind.SURVIVAL && !Double.isNaN(none) ? all - none : all;
    for (int i = 0; i < worth.length; i++) {
      game.worth[i] += worth[i] - none;
    }
  }

  private Map<String, float[]> shown(BatchPlan plan, long subset) {
    Map<String, float[]> shown = new TreeMap<>();
    for (int m = 0; m < modalities.size(); m++) {
      float[] own = plan.present().get(modalities.get(m));
      if (own != null) {
        shown.put(modalities.get(m), (subset >> m & 1) == 1 ? own : new float[own.length]);
      }
    }
    return shown;
  }

  /** What one modality does. */
  private record Effect(double drop, double shapley) {}

  private Map<String, Effect> effects(Game game) {
    Map<String, Effect> effects = new LinkedHashMap<>();
    double[] shapley = exact()
        ? Shapley.values(
            game.present, subset -> subset == 0 ? 0 : game.worth[(int) subset] / game.models)
        : new double[0];
    int player = 0;
    double all = game.worth[place(game.present, game.present)];
    for (int m = 0; m < modalities.size(); m++) {
      long bit = 1L << m;
      if ((game.present & bit) != 0) {
        long rest = game.present & ~bit;
        double without = rest == 0 ? 0 : game.worth[place(rest, game.present)];
        effects.put(
            modalities.get(m),
            new Effect((all - without) / game.models, exact() ? shapley[player++] : Double.NaN));
      }
    }
    return effects;
  }

  boolean isEmpty() {
    return games.isEmpty();
  }

  /** Writes importance.csv, a row a modality, and importance-patients.csv. */
  void write(Path folder) {
    List<List<String>> cohort = new ArrayList<>();
    cohort.add(List.of(
        "output",
        "modality",
        "patients",
        "mean_drop",
        "mean_absolute_drop",
        "mean_shapley",
        "mean_absolute_shapley"));
    List<List<String>> patients = new ArrayList<>();
    patients.add(List.of("output", "patient", "class", "value", "modality", "drop", "shapley"));
    games.forEach((output, byPatient) -> {
      Map<String, List<Effect>> all = new TreeMap<>();
      byPatient.forEach((patient, game) -> effects(game).forEach((modality, effect) -> {
        all.computeIfAbsent(modality, m -> new ArrayList<>()).add(effect);
        patients.add(List.of(
            output.name(),
            patient,
            classes.name(output, patient),
            cell(game.value / game.models),
            modality,
            cell(effect.drop()),
            cell(effect.shapley())));
      }));
      all.forEach((modality, effects) -> cohort.add(List.of(
          output.name(),
          modality,
          "" + effects.size(),
          cell(effects.stream().mapToDouble(Effect::drop).average().orElse(Double.NaN)),
          cell(effects.stream().mapToDouble(e -> Math.abs(e.drop())).average().orElse(Double.NaN)),
          cell(effects.stream().mapToDouble(Effect::shapley).average().orElse(Double.NaN)),
          cell(effects.stream()
              .mapToDouble(e -> Math.abs(e.shapley()))
              .average()
              .orElse(Double.NaN)))));
    });
    AtomicFiles.write(folder.resolve("importance.csv"), Csv.text(cohort));
    AtomicFiles.write(folder.resolve("importance-patients.csv"), Csv.text(patients));
  }

  /** Empty for what is not known. */
  private static String cell(double value) {
    return Double.isNaN(value) ? "" : "" + (float) value;
  }
}
