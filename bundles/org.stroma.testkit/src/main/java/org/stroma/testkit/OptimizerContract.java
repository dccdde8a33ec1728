/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The contract of an optimizer, with a kernel [2, 3] that decays and a bias [3] that does not. Beside what {@link
 * PartContract} tells:
 * <ul>
 * <li>{@code step}: every variable changes, and goes against its gradient in the first step;
 * <li>{@code finite}: values stay finite for gradients that are tiny, large and 0;
 * <li>{@code zero}: what does not decay and never had a gradient other than 0 stays as it is;
 * <li>{@code scale}: with the factor 0 nothing changes;
 * <li>{@code slots}: what it keeps is not trainable, and stands under {@code optimizer/};
 * <li>{@code elementwise}: one that says that it is does the same to a variable of six numbers as to two of them;
 * <li>{@code determinism}: the same gradients give the same numbers, also when the model starts anew, and in a second model
 *     that the same object builds a step for.
 * </ul>
 */
@ProviderType
public final class OptimizerContract extends PartContract<Optimizer, OptimizerContract> {
  private static final int STEPS = 5;

  OptimizerContract(Made<Optimizer> made) {
    super("optimizer", Optimizer.class, made);
  }

  private final class Model implements AutoCloseable {
    final GraphBench bench = new GraphBench(embedDim());
    final List<Variable> variables;
    private final List<Operand<TFloat32>> inputs = new ArrayList<>();
    private final Operand<TFloat32> scale = bench.input(new float[] {1}, 1);
    private final Operand<TFloat32> number = bench.input(new float[] {1}, 1);
    private final List<Op> ops;
    private int steps;

    Model(Optimizer part) {
      this(part, net -> {
        net.variable("kernel")
            .shape(2, 3)
            .initializer(Initializer.GLOROT_UNIFORM)
            .decay(true)
            .create();
        net.variable("bias").shape(3).initializer(Initializer.ONES).create();
      });
    }

    /** @param made makes the variables */
    Model(Optimizer part, Consumer<Net> made) {
      Ops tf = bench.tf();
      made.accept(bench.training());
      variables = bench.variables().trainable();
      List<Operand<TFloat32>> gradients = new ArrayList<>();
      for (Variable variable : variables) {
        Operand<TFloat32> input = bench.input(
            new float[(int) variable.shape().size()], variable.shape().size());
        inputs.add(input);
        gradients.add(tf.reshape(input, tf.constant(variable.shape().asArray())));
      }
      ops = part.step(OptimizerContext.of(
          bench.training(), variables, gradients, scalar(scale), scalar(number)));
      check(
          ops != null && !ops.isEmpty(), "step has to return the operations that change variables");
      start();
    }

    private Operand<TFloat32> scalar(Operand<TFloat32> one) {
      return bench.tf().reshape(one, bench.tf().array(new int[0]));
    }

    /** All variables as they start. */
    void start() {
      bench.initialize(3);
      steps = 0;
    }

    /** A step with gradients of that size, drawn anew for each number of a step; the gradients. */
    Map<String, float[]> step(double size, double factor) {
      Map<String, float[]> gradients = new TreeMap<>();
      Random random = new Random(900 + steps);
      for (int v = 0; v < variables.size(); v++) {
        float[] gradient = new float[(int) variables.get(v).shape().size()];
        for (int i = 0; i < gradient.length; i++) {
          double sign = random.nextBoolean() ? 1 : -1;
          gradient[i] = (float) (size * sign * (0.5 + random.nextDouble()));
        }
        bench.feed(inputs.get(v), gradient);
        gradients.put(variables.get(v).name(), gradient);
      }
      bench.feed(scale, new float[] {(float) factor});
      bench.feed(number, new float[] {++steps});
      bench.runOps(ops);
      return gradients;
    }

    Map<String, float[]> values() {
      return bench.variables().read(bench.session());
    }

    /** All values after some steps from the start. */
    Map<String, float[]> trained() {
      start();
      for (int i = 0; i < STEPS; i++) {
        step(1, 1);
      }
      return values();
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "step", "every variable changes, at first against its gradient", this::checkStep));
    checks.add(
        new Check("finite", "values stay finite for gradients of any size", this::checkFinite));
    checks.add(
        new Check("zero", "without a gradient and a decay nothing changes", this::checkZero));
    checks.add(new Check("scale", "with the factor 0 nothing changes", this::checkScale));
    checks.add(new Check("slots", "what it keeps is not trained", this::checkSlots));
    checks.add(new Check(
        "elementwise", "variables can come as one vector, if it says so", this::checkElementwise));
    checks.add(new Check(
        "determinism", "the same gradients give the same numbers", this::checkDeterminism));
  }

  @Override
  void use(Optimizer part) {
    try (Model model = new Model(part)) {
      model.step(1, 1);
      model.step(1, 1);
      model.values().forEach((name, values) -> finite(values, name + " has to be finite"));
    }
  }

  private void checkStep() {
    try (Model model = new Model(part())) {
      Map<String, float[]> before = model.values();
      Map<String, float[]> gradients = model.step(1, 1);
      Map<String, float[]> after = model.values();
      for (Variable variable : model.variables) {
        float[] gradient = gradients.get(variable.name());
        double along = 0;
        for (int i = 0; i < gradient.length; i++) {
          along += gradient[i] * (after.get(variable.name())[i] - before.get(variable.name())[i]);
        }
        check(
            along < 0,
            along == 0
                ? "the " + variable.name()
                    + " does not change in a step; return the operations that change it"
                : "the first step takes the " + variable.name()
                    + " along its gradient, and the loss up");
      }
    }
  }

  private void checkFinite() {
    for (double size : new double[] {1e-20, 1e6, 0}) {
      try (Model model = new Model(part())) {
        for (int i = 0; i < STEPS; i++) {
          model.step(size, 1);
        }
        model
            .values()
            .forEach((name, values) -> finite(
                values, "with gradients of about " + size + ", " + name + " has to be finite"));
      }
    }
  }

  private void checkZero() {
    try (Model model = new Model(part())) {
      Map<String, float[]> before = model.values();
      model.step(0, 1);
      model.step(0, 1);
      same(
          before.get("bias"),
          model.values().get("bias"),
          0,
          "a variable that does not decay changes, though its gradient was always 0;"
              + " variable().decay() tells which ones decay");
    }
  }

  private void checkScale() {
    try (Model model = new Model(part())) {
      Map<String, float[]> before = model.values();
      model.step(1, 0);
      Map<String, float[]> after = model.values();
      model.variables.forEach(variable -> same(
          before.get(variable.name()),
          after.get(variable.name()),
          0,
          "with the schedule's factor 0 the " + variable.name()
              + " changes; multiply the learning rate by scale(), for the decay as well"));
    }
  }

  private void checkSlots() {
    try (Model model = new Model(part())) {
      for (Variable variable : model.bench.variables().all()) {
        if (!model.variables.contains(variable)) {
          check(
              !variable.trainable() && variable.name().startsWith("optimizer/"),
              "the optimizer keeps " + variable.name()
                  + ", which counts as a parameter of the model; make what it keeps by slot(), or by net().memory()");
        }
      }
    }
  }

  private void checkElementwise() {
    if (part().elementwise()) {
      float[] whole = weights(6);
      float[] parts = weights(2, 4);
      same(
          whole,
          parts,
          "elementwise() is true, and a variable of six numbers learns otherwise than two of two and four with the same gradients;"
              + " leave it false where an update looks at more than its own number");
    }
  }

  /** The numbers of variables of these lengths after some steps, one behind the other. */
  private float[] weights(int... lengths) {
    Consumer<Net> made = net -> {
      for (int i = 0; i < lengths.length; i++) {
        net.variable("kernel" + i)
            .shape(lengths[i])
            .initializer(Initializer.ONES)
            .decay(true)
            .create();
      }
    };
    try (Model model = new Model(part(), made)) {
      Map<String, float[]> values = model.trained();
      float[] all = new float[Arrays.stream(lengths).sum()];
      int begin = 0;
      for (Variable variable : model.variables) {
        float[] own = values.get(variable.name());
        System.arraycopy(own, 0, all, begin, own.length);
        begin += own.length;
      }
      return all;
    }
  }

  private void checkDeterminism() {
    Optimizer part = part();
    try (Model model = new Model(part);
        Model other = new Model(part)) {
      Map<String, float[]> first = model.trained();
      Map<String, float[]> again = model.trained();
      Map<String, float[]> second = other.trained();
      first.forEach((name, values) -> {
        same(
            values,
            again.get(name),
            "when the model starts anew the same gradients give other values of " + name
                + "; keep what is remembered in slots");
        same(
            values,
            second.get(name),
            "in a second model the same gradients give other values of " + name
                + "; keep nothing in the object");
      });
    }
  }
}
