/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Baseline;
import org.stroma.api.BaselineInput;
import org.stroma.api.BaselineModel;
import org.stroma.api.TargetKind;
import org.stroma.api.TargetValues;

/**
 * The contract of models that a run is compared with, for each kind of target that they take. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code predictions}: they have names of their own, and predict all patients or say nothing of one: finite numbers, one wide or,
 *     of classes, probabilities;
 * <li>{@code others}: what is said of a patient does not hang on patients who are not trained with;
 * <li>{@code determinism}: they follow from the input alone, which stays as it is;
 * <li>{@code undefined}: without modalities, patients, events or a second class, and with features that do not vary, they say why they
 *     cannot be fitted, or are.
 * </ul>
 */
@ProviderType
public final class BaselineContract extends PartContract<Baseline, BaselineContract> {
  private static final int TRAINING = 48;
  private static final int ALL = 60;

  BaselineContract(Made<Baseline> made) {
    super("baseline", Baseline.class, made);
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "predictions", "all patients are predicted, or nothing is said", this::checkPredictions));
    checks.add(new Check(
        "others", "nobody is predicted from patients who are not trained with", this::checkOthers));
    checks.add(new Check(
        "determinism", "they follow from the input alone, which stays", this::checkDeterminism));
    checks.add(new Check(
        "undefined", "what cannot be fitted is undefined, with a reason", this::checkUndefined));
  }

  @Override
  void use(Baseline part) {
    for (TargetKind kind : part.targets()) {
      fit(part, BaselineInput.of(modalities(1), target(kind, TRAINING, false), 1));
    }
  }

  /** Two modalities, one with more features than patients; some patients lack the second, and a cell is missing. */
  private static SortedMap<String, float[][]> modalities(long seed) {
    Random random = new Random(seed);
    float[][] few = new float[ALL][];
    float[][] many = new float[ALL][];
    for (int i = 0; i < ALL; i++) {
      few[i] = row(random, 3);
      many[i] = i % 4 == 1 ? null : row(random, ALL + 10);
    }
    few[2][1] = Float.NaN;
    SortedMap<String, float[][]> modalities = new TreeMap<>();
    modalities.put("few", few);
    modalities.put("many", many);
    return modalities;
  }

  private static float[] row(Random random, int width) {
    float[] row = new float[width];
    for (int k = 0; k < width; k++) {
      row[k] = (float) random.nextGaussian();
    }
    return row;
  }

  private static TargetValues target(TargetKind kind, int count, boolean alike) {
    Random random = new Random(7);
    double[] number = new double[count];
    boolean[] event = new boolean[count];
    int[] label = new int[count];
    boolean[][] present = new boolean[count][2];
    boolean[][] observed = new boolean[count][2];
    for (int i = 0; i < count; i++) {
      number[i] = alike ? 3 : 1 + (int) (10 * random.nextDouble());
      event[i] = !alike && i % 3 != 0;
      label[i] = alike ? 0 : i % 3;
      present[i][0] = !alike && i % 2 == 0;
      observed[i][0] = true;
      observed[i][1] = true;
    }
    return switch (kind) {
      case SURVIVAL -> TargetValues.survival(number, event);
      case CLASS -> TargetValues.classes(label, List.of("a", "b", "c"));
      case NUMBER -> TargetValues.number(number);
      case COUNT -> TargetValues.count(number);
      case LABELS -> TargetValues.labels(observed, present, List.of("a", "b"));
      case PATCHES -> TargetValues.patches(label, List.of("a", "b", "c"));
    };
  }

  /** Fits, and checks what has to hold of any result. */
  private static List<BaselineModel> fit(Baseline part, BaselineInput input) {
    List<BaselineModel> models = part.fit(input);
    check(models != null && !models.isEmpty(), "it gives no model");
    Set<String> names = new HashSet<>();
    for (BaselineModel model : models) {
      check(
          !model.name().isBlank() && names.add(model.name()),
          "two models are called \"" + model.name() + "\", or one has no name");
      if (!model.defined()) {
        check(!model.reason().isBlank(), model.name() + " is undefined without a reason");
        continue;
      }
      check(
          model.predicted().length == input.patients(),
          model.name() + " predicts " + model.predicted().length + " patients of "
              + input.patients());
      int width = width(input.target());
      for (double[] row : model.predicted()) {
        check(
            row.length == 0 || row.length == width,
            model.name() + " gives " + row.length + " numbers of a patient; it has to be " + width
                + ", or none");
        check(
            Arrays.stream(row).allMatch(Double::isFinite),
            model.name() + " gives " + Arrays.toString(row));
        if (row.length > 0 && input.target().kind() == TargetKind.CLASS) {
          check(
              Arrays.stream(row).allMatch(p -> p >= 0 && p <= 1)
                  && Math.abs(Arrays.stream(row).sum() - 1) < 1e-6,
              model.name() + " gives " + Arrays.toString(row)
                  + "; it has to be a probability for each class");
        }
      }
    }
    return models;
  }

  private static int width(TargetValues target) {
    if (target instanceof TargetValues.Labelled labelled) {
      return labelled.names().size();
    }
    return target instanceof TargetValues.Labels labels ? labels.names().size() : 1;
  }

  private void checkPredictions() {
    Baseline part = part();
    check(!part.targets().isEmpty(), "it takes no kind of target");
    for (TargetKind kind : part.targets()) {
      List<BaselineModel> models =
          fit(part, BaselineInput.of(modalities(1), target(kind, TRAINING, false), 1));
      check(
          models.stream().anyMatch(BaselineModel::defined),
          "of targets of kind " + kind.label() + " nothing can be fitted: "
              + models.get(0).reason());
    }
  }

  private void checkOthers() {
    for (TargetKind kind : part().targets()) {
      SortedMap<String, float[][]> others = modalities(1);
      others.values().forEach(rows -> {
        for (int i = TRAINING + 1; i < ALL; i++) {
          if (rows[i] != null) {
            Arrays.fill(rows[i], 1000);
          }
        }
      });
      TargetValues target = target(kind, TRAINING, false);
      List<BaselineModel> plain = fit(part(), BaselineInput.of(modalities(1), target, 1));
      List<BaselineModel> changed = fit(part(), BaselineInput.of(others, target, 1));
      for (int m = 0; m < plain.size(); m++) {
        for (int i = 0; plain.get(m).defined() && i <= TRAINING; i++) {
          double[] before = plain.get(m).predicted()[i];
          double[] after = changed.get(m).predicted()[i];
          check(
              before.length == after.length,
              plain.get(m).name() + " says something else of a patient when others are others");
          for (int k = 0; k < before.length; k++) {
            check(
                Math.abs(before[k] - after[k]) <= 1e-9 * Math.max(1, Math.abs(before[k])),
                plain.get(m).name() + " predicts " + after[k] + " and not " + before[k]
                    + " of a patient when those who are not trained with are others");
          }
        }
      }
    }
  }

  private void checkDeterminism() {
    for (TargetKind kind : part().targets()) {
      SortedMap<String, float[][]> given = modalities(2);
      TargetValues target = target(kind, TRAINING, false);
      List<BaselineModel> first = fit(part(), BaselineInput.of(given, target, 5));
      List<BaselineModel> again = fit(part(), BaselineInput.of(modalities(2), target, 5));
      for (int m = 0; m < first.size(); m++) {
        check(
            first.get(m).name().equals(again.get(m).name())
                && first.get(m).defined() == again.get(m).defined()
                && (!first.get(m).defined()
                    || Arrays.deepEquals(first.get(m).predicted(), again.get(m).predicted())),
            first.get(m).name() + " is another when it is fitted again");
      }
      SortedMap<String, float[][]> before = modalities(2);
      given.forEach((name, rows) -> check(
          Arrays.deepEquals(rows, before.get(name)), "the features of " + name + " were changed"));
    }
  }

  private void checkUndefined() {
    Baseline part = part();
    for (TargetKind kind : part.targets()) {
      TargetValues target = target(kind, TRAINING, false);
      for (int count : new int[] {0, 1, 2, 3}) {
        fit(part, BaselineInput.of(modalities(3), target(kind, count, false), 1));
      }
      fit(part, BaselineInput.of(modalities(3), target(kind, TRAINING, true), 1));
      SortedMap<String, float[][]> flat = modalities(3);
      flat.values().forEach(rows -> {
        for (float[] row : rows) {
          if (row != null) {
            Arrays.fill(row, 1);
          }
        }
      });
      fit(part, BaselineInput.of(flat, target, 1));
      SortedMap<String, float[][]> none = modalities(3);
      none.values().forEach(rows -> Arrays.fill(rows, 0, TRAINING, null));
      fit(part, BaselineInput.of(none, target, 1));
    }
  }
}
