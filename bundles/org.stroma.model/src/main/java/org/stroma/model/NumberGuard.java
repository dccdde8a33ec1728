/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.stroma.dataset.Batch;
import org.stroma.nn.Variable;
import org.stroma.nn.graph.Tensors;
import org.stroma.parts.PartUse;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Holds a training step back whose loss or gradients are no numbers, and finds the part that made them. Weights that such a step had
 * changed would be lost, and what came of them would be told as the optimizer's fault.
 */
final class NumberGuard {
  /** In the message of TensorFlow's error. */
  private static final String HELD = "stroma holds this step back";

  private static final int FEW = 5;

  private final List<Made> made;
  private final Map<Variable, Operand<TFloat32>> gradients;
  private final PartUse optimizer;
  private final Op begun;

  private NumberGuard(
      List<Made> made, Map<Variable, Operand<TFloat32>> gradients, PartUse optimizer, Op begun) {
    this.made = made;
    this.gradients = gradients;
    this.optimizer = optimizer;
    this.begun = begun;
  }

  /**
   * Builds it.
   *
   * @param gradients as they come from the loss
   * @param count counts the steps that are not held back
   */
  static NumberGuard of(
      Ops tf,
      SubGraph training,
      List<Variable> learning,
      List<Operand<TFloat32>> gradients,
      Operand<TFloat32> norm,
      PartUse optimizer,
      StepCount count) {
    Map<Variable, Operand<TFloat32>> byVariable = new LinkedHashMap<>();
    for (int i = 0; i < learning.size(); i++) {
      byVariable.put(learning.get(i), gradients.get(i));
    }
    Operand<TFloat32> checked =
        tf.debugging.checkNumerics(tf.stack(List.of(training.loss(), norm)), HELD);
    return new NumberGuard(
        training.made(), byVariable, optimizer, count.begin(tf.withControlDependencies(checked)));
  }

  /** Operations that are computed after it was found that everything is a number. */
  Ops after(Ops tf) {
    return tf.withControlDependencies(begun);
  }

  /** Whether a step failed because of it. */
  static boolean held(RuntimeException e) {
    return e.getMessage() != null && e.getMessage().contains(HELD);
  }

  /**
   * Looks at everything once more.
   *
   * @param runner is fed as the step was
   */
  NotANumberException find(Session.Runner runner, Batch batch) {
    Looked looked = new Looked(runner);
    List<Variable> variables = List.copyOf(gradients.keySet());
    made.forEach(one -> looked.at(one.value()));
    gradients.values().forEach(looked::at);
    variables.forEach(variable -> looked.at(variable.value()));
    Map<Operand<TFloat32>, Row> wrong = looked.wrong();
    for (Variable variable : variables) {
      if (wrong.containsKey(variable.value())) {
        return new NotANumberException(
            optimizer.slot(),
            optimizer.type() + " has made the weights " + variable.name() + " too large: they are "
                + wrong.get(variable.value()).number());
      }
    }
    for (Made one : made) {
      Row row = wrong.get(one.value());
      if (row != null) {
        return new NotANumberException(
            one.part().slot(), one.part().type() + " gives " + row.number() + of(row, batch));
      }
    }
    // gradients run back from the losses: the last part whose weights get none that is a number has
    // made it, or what comes after it
    for (int i = made.size() - 1; i >= 0; i--) {
      Made one = made.get(i);
      for (Variable variable : variables) {
        Row row = wrong.get(gradients.get(variable));
        if (row != null && variable.name().startsWith(one.scope() + "/")) {
          return new NotANumberException(
              one.part().slot(),
              "the gradient of " + one.part().type() + " is " + row.number() + " ("
                  + variable.name() + ")" + of(batch));
        }
      }
    }
    return new NotANumberException(
        optimizer.slot(), "the gradients are so large that their norm is no number" + of(batch));
  }

  /** Tensors that are looked at in one run, each once however often it is asked for. */
  private static final class Looked {
    private final Session.Runner runner;
    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final Map<Operand<TFloat32>, Integer> asked = new LinkedHashMap<>();

    Looked(Session.Runner runner) {
      this.runner = runner;
    }

    void at(Operand<TFloat32> value) {
      String name = value.op().name() + ":" + value.asOutput().index();
      Integer place = places.get(name);
      if (place == null) {
        runner.fetch(value);
        place = places.size();
        places.put(name, place);
      }
      asked.put(value, place);
    }

    /** Those that hold what is no number. */
    Map<Operand<TFloat32>, Row> wrong() {
      Map<Operand<TFloat32>, Row> wrong = new LinkedHashMap<>();
      try (var result = runner.run()) {
        asked.forEach((value, place) -> {
          Row row = Row.of((TFloat32) result.get(place));
          if (row != null) {
            wrong.put(value, row);
          }
        });
      }
      return wrong;
    }
  }

  private static String of(Row wrong, Batch batch) {
    if (wrong.rows().isEmpty() || wrong.of() != batch.size()) {
      return of(batch);
    }
    return " of "
        + few(wrong.rows().stream().map(row -> batch.patients().get(row)).toList());
  }

  private static String of(Batch batch) {
    return "; the batch was of " + few(batch.patients());
  }

  private static String few(List<String> patients) {
    String names = String.join(", ", patients.subList(0, Math.min(FEW, patients.size())));
    return (patients.size() == 1 ? "patient " : "patients ")
        + names
        + (patients.size() > FEW ? " and " + (patients.size() - FEW) + " more" : "");
  }

  /**
   * Where a tensor holds what is no number.
   *
   * @param number the first one
   * @param rows in which there are some; none of a scalar
   * @param of how many rows there are
   */
  private record Row(float number, Set<Integer> rows, int of) {
    /** Null where all are numbers. */
    static Row of(TFloat32 tensor) {
      float[] numbers = Tensors.floats(tensor);
      int count = tensor.shape().numDimensions() == 0 ? 0 : (int) tensor.shape().get(0);
      Set<Integer> rows = new TreeSet<>();
      Float first = null;
      for (int i = 0; i < numbers.length; i++) {
        if (!Float.isFinite(numbers[i])) {
          first = first == null ? numbers[i] : first;
          if (count > 0) {
            rows.add(i / (numbers.length / count));
          }
        }
      }
      return first == null ? null : new Row(first, rows, count);
    }
  }

  /** The gradients, to be used by the optimizer: each after the check. */
  List<Operand<TFloat32>> guarded(Ops tf, List<Operand<TFloat32>> unguarded) {
    List<Operand<TFloat32>> guarded = new ArrayList<>();
    unguarded.forEach(gradient -> guarded.add(after(tf).identity(gradient)));
    return guarded;
  }
}
