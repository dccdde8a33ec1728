/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What every part has to keep that turns the rows of a batch (patients, or visits) into rows: encoders, fusion strategies,
 * temporal modules and heads. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code shapes}: results have the shapes that the API names, for one row and for several, in training and at inference;
 * <li>{@code masks}: what stands behind a mask, and how long the padding is, changes no row; a row with nothing but padding
 *     is finite;
 * <li>{@code presence}: rows that lack what the part works on change no other row and no running average, whatever stands in
 *     them, and give finite numbers;
 * <li>{@code batch}: at inference a row's result is the same alone, in any batch and in any order;
 * <li>{@code gradients}: those of TensorFlow agree with central differences, for inputs and variables, on the inference
 *     sub-graph (TensorFlow Java has gradients that are silently wrong);
 * <li>{@code learning}: every trainable variable of two and more dimensions gets a gradient in training (vectors may have
 *     none: a bias before a softmax has no effect);
 * <li>{@code determinism}: the same seed and step give the same numbers, in training too;
 * <li>{@code variables}: training and inference share them, whichever is built first.
 * </ul>
 * Settings with "dropout" in their names are 0 in {@code masks}, {@code presence}, {@code gradients} and {@code learning}.
 *
 * @param <P> the kind of part
 * @param <C> its contract
 */
@ProviderType
public abstract class GraphContract<P, C extends PartContract<P, C>> extends PartContract<P, C> {
  GraphContract(String kind, Class<P> service, Made<P> made) {
    super(kind, service, made);
  }

  /** Builds the part. */
  abstract Rig rig(GraphBench bench, P part, boolean training);

  /** Whether the rows have elements and a mask. */
  abstract boolean masked();

  /** How many modalities a row can lack. */
  int modalities() {
    return 1;
  }

  /** Whether the part is told what rows lack. */
  boolean knowsPresence() {
    return true;
  }

  abstract void checkShapes();

  private Rig started(P part, boolean training) {
    Rig rig = rig(new GraphBench(embedDim()), part, training);
    rig.bench.initialize(3);
    return rig;
  }

  static List<Row> rows(int... ids) {
    List<Row> rows = new ArrayList<>();
    for (int id : ids) {
      rows.add(Row.of(id));
    }
    return rows;
  }

  /** The elements of the longest row. */
  static int longest(List<Row> rows) {
    return Math.max(1, rows.stream().mapToInt(Row::size).max().orElse(1));
  }

  static List<Row> join(List<Row> a, Row... more) {
    List<Row> all = new ArrayList<>(a);
    all.addAll(List.of(more));
    return all;
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(
        new Check("shapes", "results have the shapes that the API names", this::checkShapes));
    if (masked()) {
      checks.add(new Check("masks", "what stands behind a mask leaves no trace", this::checkMasks));
    }
    if (knowsPresence()) {
      checks.add(new Check(
          "presence",
          "what a patient lacks leaves no trace, and nothing is NaN",
          this::checkPresence));
    }
    checks.add(new Check("batch", "at inference a row is the same in any batch", this::checkBatch));
    checks.add(
        new Check("gradients", "gradients agree with central differences", this::checkGradients));
    checks.add(
        new Check("learning", "a gradient reaches every weight matrix", this::checkLearning));
    checks.add(new Check(
        "determinism", "the same seed and step give the same numbers", this::checkDeterminism));
    checks.add(new Check(
        "variables", "training and inference share their variables", this::checkVariables));
  }

  @Override
  void use(P part) {
    try (Rig rig = started(part, true)) {
      List<Row> rows = rows(1, 2, 3);
      for (float[] result : rig.run(rows, longest(rows), Garbage.NONE)) {
        finite(result, "the results have to be finite in training");
      }
    }
  }

  static String mode(boolean training) {
    return training ? "in training" : "at inference";
  }

  // ---------------------------------------------------------------- checks

  private void checkMasks() {
    List<Row> rows = rows(0, 1, 2, 3);
    int length = longest(rows);
    for (boolean training : new boolean[] {false, true}) {
      try (Rig rig = started(quiet(), training)) {
        List<float[]> clean = rig.run(rows, length, Garbage.NONE);
        assumeSteady(rig, rows, length, clean);
        compare(
            clean,
            rig.run(rows, length, Garbage.MASKED),
            "other numbers behind the mask change a row " + mode(training)
                + "; leave padding out before anything is summed, averaged or normalised (net.maskedSoftmax, or times the mask)");
        if (!training) { // noise of another shape is another noise
          compare(
              clean,
              rig.run(rows, length + 3, Garbage.NONE),
              "more padding changes a row; divide by the number of real elements, not by the length");
        }
        List<Row> more = join(rows, new Row(9, 0, true));
        List<float[]> withEmpty = rig.run(more, length, Garbage.MASKED);
        finite(
            withEmpty.get(4),
            "a row of nothing but padding has to give finite numbers " + mode(training));
        compare(
            clean, withEmpty, "a row of nothing but padding changes other rows " + mode(training));
      }
    }
  }

  private void checkPresence() {
    int all = (1 << modalities()) - 1;
    List<Row> rows = new ArrayList<>(rows(1, 2, 3));
    for (int m = 0; modalities() > 1 && m < modalities(); m++) {
      rows.add(new Row(4 + m, 1 << m, false));
    }
    List<Row> more = join(rows, new Row(10, all, false), new Row(11, all, false));
    int length = longest(more);
    for (boolean training : new boolean[] {false, true}) {
      try (Rig rig = started(quiet(), training)) {
        List<float[]> clean = rig.run(rows, length, Garbage.NONE);
        for (float[] result : clean) {
          finite(result, "the results have to be finite " + mode(training));
        }
        assumeSteady(rig, rows, length, clean);
        compare(
            clean,
            rig.run(rows, length, Garbage.ABSENT),
            "numbers of a modality that the patient lacks change the row " + mode(training)
                + "; multiply by the presence before anything is joined");
        for (Garbage garbage : new Garbage[] {Garbage.NONE, Garbage.ABSENT}) {
          List<float[]> with = rig.run(more, length, garbage);
          for (float[] result : with.subList(rows.size(), more.size())) {
            finite(
                result,
                "rows of patients who lack everything have to give finite numbers "
                    + mode(training));
          }
          compare(
              clean,
              with,
              "rows of patients who lack everything change other rows " + mode(training)
                  + "; statistics of the batch have to leave them out by the presence (net.batchNorm does)");
        }
        for (float[] result :
            rig.run(more.subList(rows.size(), more.size()), length, Garbage.NONE)) {
          finite(
              result,
              "a batch of patients who lack everything has to give finite numbers "
                  + mode(training));
        }
      }
    }
    List<float[]> averages = averages(rows, length, Garbage.NONE);
    compare(
        averages,
        averages(more, length, Garbage.ABSENT),
        "rows of patients who lack everything move what the part remembers of training; leave them out by the presence");
  }

  /** Variables that no optimizer changes, after one training step. */
  private List<float[]> averages(List<Row> rows, int length, Garbage garbage) {
    try (Rig rig = started(quiet(), true)) {
      rig.feed(rows, length, garbage);
      rig.bench.update();
      var values = rig.bench.variables().read(rig.bench.session());
      return rig.bench.variables().all().stream()
          .filter(v -> !v.trainable())
          .map(v -> values.get(v.name()))
          .toList();
    }
  }

  /** What differs from run to run cannot be compared; the check determinism tells it. */
  private void assumeSteady(Rig rig, List<Row> rows, int length, List<float[]> first) {
    List<float[]> again = rig.run(rows, length, Garbage.NONE);
    for (int i = 0; i < first.size(); i++) {
      if (!Arrays.equals(first.get(i), again.get(i))) {
        try {
          same(first.get(i), again.get(i), "");
        } catch (AssertionError e) {
          Assumptions.abort("the part gives other numbers at each run; see determinism");
        }
      }
    }
  }

  private void checkBatch() {
    List<Row> rows = rows(0, 1, 2, 3);
    int length = longest(rows);
    try (Rig rig = started(part(), false)) {
      List<float[]> together = rig.run(rows, length, Garbage.NONE);
      assumeSteady(rig, rows, length, together);
      for (int i = 0; i < rows.size(); i++) {
        same(
            together.get(i),
            rig.run(List.of(rows.get(i)), length, Garbage.NONE).get(0),
            "a row alone gives other numbers than in a batch, so that a prediction would depend on who else is predicted;"
                + " use no statistics of the batch at inference");
      }
      List<float[]> turned = rig.run(
          List.of(rows.get(2), rows.get(0), rows.get(3), rows.get(1)), length, Garbage.NONE);
      int[] places = {1, 3, 0, 2};
      for (int i = 0; i < rows.size(); i++) {
        same(together.get(i), turned.get(places[i]), "rows in another order give other numbers");
      }
    }
  }

  private void checkDeterminism() {
    List<Row> rows = rows(1, 2, 3, 4);
    int length = longest(rows);
    for (boolean training : new boolean[] {false, true}) {
      List<float[]> first = null;
      for (int time = 0; time < 2; time++) {
        try (Rig rig = started(part(), training)) {
          rig.bench.step(5);
          List<float[]> now = rig.run(rows, length, Garbage.NONE);
          first = first == null ? now : first;
          String otherwise = "the same seed and step give other numbers " + mode(training)
              + "; take random numbers from net.uniform, net.normal, net.keepMask or net.dropout alone";
          compare(first, now, otherwise);
          compare(first, rig.run(rows, length, Garbage.NONE), otherwise);
        }
      }
    }
  }

  private void checkVariables() {
    P part = part();
    List<Set<String>> names = new ArrayList<>();
    for (boolean first : new boolean[] {true, false}) {
      try (GraphBench bench = new GraphBench(embedDim())) {
        rig(bench, part, first);
        Set<String> before = names(bench);
        rig(bench, part, !first);
        Set<String> added = names(bench);
        added.removeAll(before);
        check(
            added.isEmpty(),
            "building " + mode(!first) + " after building " + mode(first) + " makes new variables, "
                + added
                + "; variables of one name are shared, so names may not depend on the mode, nor on a count that the part keeps");
        names.add(before);
      }
    }
    check(
        names.get(0).equals(names.get(1)),
        "the part has the variables " + names.get(0) + " in training and " + names.get(1)
            + " at inference; what was trained has to be there at inference");
  }

  private static Set<String> names(GraphBench bench) {
    Set<String> names = new LinkedHashSet<>();
    bench.variables().all().forEach(variable -> names.add(variable.name()));
    return names;
  }

  private void compare(List<float[]> expected, List<float[]> actual, String otherwise) {
    for (int i = 0; i < expected.size(); i++) {
      same(expected.get(i), actual.get(i), otherwise);
    }
  }

  // ---------------------------------------------------------------- gradients

  private void checkLearning() {
    List<Row> rows = rows(0, 1, 2, 3);
    try (Rig rig = started(quiet(), true)) {
      rig.feed(rows, longest(rows), Garbage.NONE);
      List<Variable> variables = rig.bench.variables().trainable();
      if (variables.isEmpty()) {
        return;
      }
      Gradients.shake(rig.bench);
      List<Operand<TFloat32>> learned = new ArrayList<>(rig.everything());
      learned.addAll(rig.net.losses().values());
      Operand<TFloat32> scalar = Gradients.weighted(rig.bench, learned);
      List<float[]> gradients = rig.bench.runAll(Gradients.of(
          rig.bench, scalar, variables.stream().map(Variable::value).toList()));
      List<String> untouched = new ArrayList<>();
      for (int v = 0; v < variables.size(); v++) {
        finite(
            gradients.get(v), "the gradient of " + variables.get(v).name() + " has to be finite");
        boolean none = true;
        for (float g : gradients.get(v)) {
          none &= g == 0;
        }
        if (none && variables.get(v).shape().numDimensions() > 1) {
          untouched.add(variables.get(v).name());
        }
      }
      check(
          untouched.isEmpty(),
          "no gradient reaches " + untouched
              + ", which therefore never learn; look for what is not used, for stopGradient, and"
              + " for a softmax over one thing, which is 1 whatever the weights are");
    }
  }

  private void checkGradients() {
    List<Row> rows = rows(0, 1, 2);
    try (Rig rig = started(quiet(), false)) {
      rig.feed(rows, longest(rows), Garbage.NONE);
      GraphBench bench = rig.bench;
      Gradients.shake(bench);
      Operand<TFloat32> scalar = Gradients.weighted(bench, rig.outputs());
      List<Variable> variables = bench.variables().trainable();
      List<Operand<TFloat32>> of = new ArrayList<>(rig.inputs());
      variables.forEach(variable -> of.add(variable.value()));
      if (of.isEmpty()) {
        return;
      }
      List<float[]> exact = bench.runAll(Gradients.of(bench, scalar, of));
      for (int i = 0; i < of.size(); i++) {
        if (i < rig.inputs().size()) {
          Operand<TFloat32> input = rig.inputs().get(i);
          Gradients.check(
              bench,
              scalar,
              "an input",
              bench.fed(input),
              exact.get(i),
              values -> bench.feed(input, values));
        } else {
          String name = variables.get(i - rig.inputs().size()).name();
          float[] value = bench.variables().read(bench.session()).get(name);
          Gradients.check(bench, scalar, name, value, exact.get(i), values -> bench
              .variables()
              .assign(bench.session(), Map.of(name, values)));
        }
      }
    }
  }
}
