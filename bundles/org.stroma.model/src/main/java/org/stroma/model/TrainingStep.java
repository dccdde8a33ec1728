/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.dataset.Batch;
import org.stroma.experiment.Experiment;
import org.stroma.nn.Variable;
import org.stroma.nn.graph.Tensors;
import org.stroma.nn.graph.Variables;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** One step of the optimizer: gradients of the loss, clipped, and the operations that change the variables. */
final class TrainingStep {
  /**
   * What a step is told.
   *
   * @param draw the seed of what parts draw in the step
   * @param number of the step, from 1
   * @param rate the factor on the learning rate
   */
  record Placeholders(
      Placeholder<TInt32> draw, Placeholder<TFloat32> number, Placeholder<TFloat32> rate) {
    static Placeholders of(Ops tf) {
      return new Placeholders(
          tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar())),
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())),
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar())));
    }
  }

  private final Placeholders placeholders;
  private final List<String> lossTerms;
  private final Operand<TFloat32> values;
  private final List<Op> updates;
  private final NumberGuard guard;
  private final StepCount count;
  private final Draws draws;

  private TrainingStep(
      Placeholders placeholders,
      List<String> lossTerms,
      Operand<TFloat32> values,
      List<Op> updates,
      NumberGuard guard,
      StepCount count,
      Draws draws) {
    this.placeholders = placeholders;
    this.lossTerms = lossTerms;
    this.values = values;
    this.updates = updates;
    this.guard = guard;
    this.count = count;
    this.draws = draws;
  }

  /**
   * Builds the step behind a training sub-graph.
   *
   * @throws FaultsException where no variable that may change has an influence on the loss
   * @throws Learning.ApartException where variables were joined that are not learned
   */
  static TrainingStep of(
      Graph graph,
      Ops tf,
      Variables variables,
      ModelSpec spec,
      SubGraph training,
      Placeholders placeholders)
      throws Learning.ApartException {
    Experiment experiment = spec.experiment();
    // a variable that the loss does not come from has no gradient, and asking for it fails
    Set<String> reached = new HashSet<>();
    graph.subgraphTo(Set.of(training.loss())).forEach(op -> reached.add(op.name()));
    List<Variable> trainable = variables.trainable().stream()
        .filter(v -> reached.contains(v.value().asOutput().op().name()))
        .filter(v -> spec.learns(v.name()))
        .toList();
    Output<?>[] variableValues =
        trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] raw = graph.addGradients(training.loss().asOutput(), variableValues);
    List<Variable> learning = new ArrayList<>();
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < raw.length; i++) {
      // an index below 0: reached through operations without a gradient alone
      if (raw[i] != null && raw[i].index() >= 0) {
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Output<TFloat32>) raw[i];
        learning.add(trainable.get(i));
        gradients.add(gradient);
      }
    }
    if (learning.isEmpty()) {
      throw new FaultsException(
          List.of(
              new Fault(
                  experiment.pretraining().isEmpty() ? "/losses" : "/pretraining",
                  "there is nothing to learn: no variable that may change has an influence on the loss")),
          false);
    }
    Learning joined = Learning.of(tf, variables, learning, gradients);
    Operand<TFloat32> norm = globalNorm(tf, joined.gradients());
    StepCount count = new StepCount(tf);
    NumberGuard guard = NumberGuard.of(
        tf, training, learning, gradients, norm, experiment.training().optimizer(), count);
    gradients = experiment.training().maxGradNorm() > 0
        ? clip(guard.after(tf), joined.gradients(), norm, (float)
            experiment.training().maxGradNorm())
        : guard.guarded(tf, joined.gradients());
    OptimizerContext context = OptimizerContext.of(
        training.net(), joined.variables(), gradients, placeholders.rate(), placeholders.number());
    Optimizer optimizer =
        spec.parts().get(experiment.training().optimizer().slot(), Optimizer.class);
    List<Op> updates = new ArrayList<>(spec.parts()
        .code()
        .run(experiment.training().optimizer(), optimizer, () -> optimizer.step(context)));
    updates.addAll(training.net().updates(guard.after(tf)));
    return new TrainingStep(
        placeholders,
        List.copyOf(training.lossTerms().keySet()),
        values(tf, training, norm),
        updates,
        guard,
        count,
        new Draws(training.net().draws(), spec.seed()));
  }

  /** Loss, gradient norm and the terms of the loss as one vector: one tensor to fetch a step. */
  private static Operand<TFloat32> values(Ops tf, SubGraph training, Operand<TFloat32> norm) {
    List<Operand<TFloat32>> values = new ArrayList<>(List.of(training.loss(), norm));
    values.addAll(training.lossTerms().values());
    return tf.stack(values);
  }

  /** The norm of all gradients as one vector. */
  static Operand<TFloat32> globalNorm(Ops tf, List<Operand<TFloat32>> gradients) {
    List<Operand<TFloat32>> halves = new ArrayList<>();
    gradients.forEach(g -> halves.add(tf.nn.l2Loss(g))); // sum of squares / 2
    return tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halves)));
  }

  /** Clipping by global norm (Pascanu et al. 2013): all gradients are scaled by min(1, limit / norm). */
  static List<Operand<TFloat32>> clip(
      Ops tf, List<Operand<TFloat32>> gradients, Operand<TFloat32> norm, float limit) {
    Operand<TFloat32> factor =
        tf.math.div(tf.constant(limit), tf.math.maximum(norm, tf.constant(limit)));
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    gradients.forEach(g -> clipped.add(tf.math.mul(g, factor)));
    return clipped;
  }

  /** Names of the terms that the objective is the sum of. */
  List<String> lossTerms() {
    return lossTerms;
  }

  /** What counts the steps. */
  StepCount count() {
    return count;
  }

  /** What parts draw in a step. */
  Draws draws() {
    return draws;
  }

  /**
   * Runs the step.
   *
   * @throws NotANumberException where the loss or a gradient is no number; no weight is changed then
   */
  Model.Step run(
      Session session, ModelInputs inputs, Batch batch, int draw, int number, double rate) {
    count.ready(session);
    try (TInt32 drawTensor = TInt32.scalarOf(draw);
        TFloat32 numberTensor = TFloat32.scalarOf(number);
        TFloat32 rateTensor = TFloat32.scalarOf((float) rate)) {
      Supplier<Session.Runner> fed = () -> {
        Session.Runner runner = session
            .runner()
            .feed(placeholders.draw(), drawTensor)
            .feed(placeholders.number(), numberTensor)
            .feed(placeholders.rate(), rateTensor);
        draws.feed(runner);
        inputs.feed(runner, batch);
        return runner;
      };
      Session.Runner runner = fed.get();
      updates.forEach(runner::addTarget);
      try (var result = runner.fetch(values).run()) {
        float[] found = Tensors.floats((TFloat32) result.get(0));
        count.ended();
        return new Model.Step(found[0], found[1], Arrays.copyOfRange(found, 2, found.length));
      } catch (RuntimeException e) {
        throw NumberGuard.held(e) ? guard.find(fed.get(), batch) : e;
      }
    }
  }
}
