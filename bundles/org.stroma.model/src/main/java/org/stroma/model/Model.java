/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.stroma.dataset.Batch;
import org.stroma.experiment.Experiment;
import org.stroma.nn.Net;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.nn.graph.Tensors;
import org.stroma.nn.graph.Variables;
import org.stroma.parts.WiredParts;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The model of an experiment in a session of its own: a training and an inference sub-graph over the same variables, the
 * losses, and the optimizer's step.
 */
public final class Model implements AutoCloseable {
  private final Graph graph;
  private final Variables variables;
  private final TensorFloat32.Hold precision;
  private final Session session;
  private final ModelInputs inputs;
  private final ModelOutputs outputs;
  private final SortedMap<String, Branches> branches;
  private final TrainingStep step;
  private final ModelKey key;
  private final int trainingPatients;
  private final boolean countsPatients;

  /**
   * What a model says of a batch.
   *
   * @param predictions by HEAD.NAME: one row a patient
   * @param auxiliary attention, progression, patches; empty where it was not asked for
   */
  public record Output(
      Map<String, float[][]> predictions, Map<AuxiliaryName, AuxiliaryOutput> auxiliary) {}

  /**
   * What an optimizer step found before it changed the weights.
   *
   * @param loss the objective
   * @param gradientNorm global norm of the gradients before clipping
   * @param terms of the objective, in the order of {@link #lossTerms}; they add up to the loss
   */
  public record Step(float loss, float gradientNorm, float[] terms) {}

  private Model(Graph graph, ModelSpec spec, TensorFloat32.Hold precision, Set<String> apart)
      throws Learning.ApartException {
    this.graph = graph;
    this.precision = precision;
    trainingPatients = spec.trainingPatients();
    key = new ModelKey(spec);
    Ops tf = Ops.create(graph);
    variables = spec.variables(tf, apart);
    TrainingStep.Placeholders placeholders = TrainingStep.Placeholders.of(tf);
    inputs = new ModelInputs(tf, spec.experiment(), spec.dataset());
    int width = spec.experiment().embedDim();
    Net net = spec.computed(Net.training(tf, variables, width, spec.seed(), placeholders.draw()));
    ModelBuilder builder = new ModelBuilder(net, spec, inputs);
    SubGraph training = builder.build();
    countsPatients = builder.countsPatients();
    SubGraph inference =
        new ModelBuilder(spec.computed(Net.inference(tf, variables, width)), spec, inputs).build();
    outputs = ModelOutputs.of(inference, spec.statistics());
    branches = inference.branches();
    step = TrainingStep.of(graph, tf, variables, spec, training, placeholders);
    session = new Session(graph, spec.computing().config());
  }

  /**
   * Builds a model. Its variables have no values before {@link #restart} or {@link #assign}.
   *
   * @throws org.stroma.parts.FaultsException where parts do not fit together, or there is nothing to learn
   */
  public static Model of(ModelSpec spec) {
    Set<String> apart = new TreeSet<>();
    while (true) {
      int known = apart.size();
      try {
        return of(spec, apart);
      } catch (Learning.ApartException e) {
        apart.addAll(e.names());
      } catch (RuntimeException e) {
        if (apart.size() == known) {
          throw e;
        }
      }
    }
  }

  /** @param apart variables that are not joined with others */
  private static Model of(ModelSpec spec, Set<String> apart) throws Learning.ApartException {
    TensorFloat32.Hold precision = PrecisionHold.of(spec);
    Graph graph = new Graph();
    boolean built = false;
    try {
      Model model = new Model(graph, spec, precision, apart);
      built = true;
      return model;
    } finally {
      if (!built) {
        graph.close();
        precision.close();
      }
    }
  }

  /** Starts anew: variables, the optimizer's among them, have first values that follow from the seed. */
  public void restart(long seed) {
    variables.initialize(session, seed);
    step.count().restart();
  }

  /** From here on what parts draw follows from another seed. */
  void seed(long seed) {
    step.draws().seed(seed);
  }

  /** Whether a model of this specification has the very graph of this one. */
  boolean serves(ModelSpec wanted) {
    return key.same(new ModelKey(wanted))
        && (!countsPatients || trainingPatients == wanted.trainingPatients());
  }

  boolean madeWith(Experiment experiment) {
    return key.of(experiment);
  }

  boolean madeOf(WiredParts parts) {
    return key.of(parts);
  }

  /**
   * Makes one optimizer step.
   *
   * @param draw the seed of what parts draw in this step, such as dropout
   * @param number of the step, from 1
   * @param rate the factor on the learning rate
   * @throws NotANumberException where the loss or a gradient is no number; no weight is changed then
   */
  public Step train(Batch batch, int draw, int number, double rate) {
    try {
      return step.run(session, inputs, batch, draw, number, rate);
    } catch (RuntimeException e) {
      throw SessionFaults.ofTraining(e);
    }
  }

  /**
   * Names of the terms that the objective is the sum of: HEAD.LOSS of the experiment's losses, weighted; MODALITY.PRETEXT of
   * pretext tasks; and what parts added with {@link Net#addLoss}, by scope and name.
   */
  public List<String> lossTerms() {
    return step.lossTerms();
  }

  /** Predicts a batch without auxiliary outputs. */
  public Output predict(Batch batch) {
    return predict(batch, false);
  }

  /**
   * Predicts a batch, in one forward pass.
   *
   * @param auxiliary whether auxiliary outputs are wanted too
   */
  public Output predict(Batch batch, boolean auxiliary) {
    List<Operand<TFloat32>> fetched = new ArrayList<>(outputs.predictions().values());
    if (auxiliary) {
      fetched.addAll(outputs.auxiliary().values());
    }
    Output output = new Output(new LinkedHashMap<>(), new LinkedHashMap<>());
    if (fetched.isEmpty()) {
      return output;
    }
    Session.Runner runner = session.runner();
    inputs.feed(runner, batch);
    fetched.forEach(runner::fetch);
    try (var result = runner.run()) {
      int i = 0;
      for (String name : outputs.predictions().keySet()) {
        output.predictions().put(name, rows((TFloat32) result.get(i++), batch.size()));
      }
      if (auxiliary) {
        for (AuxiliaryName name : outputs.auxiliary().keySet()) {
          TFloat32 tensor = (TFloat32) result.get(i++);
          output
              .auxiliary()
              .put(name, new AuxiliaryOutput(tensor.shape().asArray(), Tensors.floats(tensor)));
        }
      }
    } catch (RuntimeException e) {
      throw SessionFaults.ofPrediction(e, batch);
    }
    return output;
  }

  /**
   * What the heads say of each modality alone, [k] a patient, by head and modality, where the fusion leaves modalities apart; of patients
   * who lack a modality null. Heads of patches are left out.
   */
  public SortedMap<String, SortedMap<String, float[][]>> branches(Batch batch) {
    SortedMap<String, SortedMap<String, float[][]>> said = new TreeMap<>();
    Session.Runner runner = session.runner();
    inputs.feed(runner, batch);
    branches.forEach((head, own) -> own.raw()
        .forEach((modality, raw) -> runner.fetch(raw).fetch(own.weights().get(modality))));
    if (branches.isEmpty()) {
      return said;
    }
    try (var result = runner.run()) {
      int i = 0;
      for (Map.Entry<String, Branches> head : branches.entrySet()) {
        for (String modality : head.getValue().raw().keySet()) {
          float[][] raw = rows((TFloat32) result.get(i++), batch.size());
          float[][] weight = rows((TFloat32) result.get(i++), batch.size());
          for (int row = 0; row < raw.length; row++) {
            raw[row] = weight[row][0] > 0 ? raw[row] : null;
          }
          said.computeIfAbsent(head.getKey(), h -> new TreeMap<>()).put(modality, raw);
        }
      }
    } catch (RuntimeException e) {
      throw SessionFaults.ofPrediction(e, batch);
    }
    return said;
  }

  private static float[][] rows(TFloat32 tensor, int count) {
    float[] flat = Tensors.floats(tensor);
    int width = flat.length / count;
    float[][] rows = new float[count][width];
    for (int r = 0; r < count; r++) {
      System.arraycopy(flat, r * width, rows[r], 0, width);
    }
    return rows;
  }

  /** The present values of all variables, for checkpoints. */
  public Map<String, float[]> read() {
    return variables.read(session);
  }

  /**
   * The values of all variables, also while another thread makes a step, as they are before it.
   *
   * @return empty where the step has changed some of them meanwhile
   */
  public Optional<Map<String, float[]>> readBetweenSteps() {
    return step.count().between(session, this::read);
  }

  /**
   * Sets some variables; others keep their values.
   *
   * @throws IllegalArgumentException where there is no such variable, or it has another size
   */
  public void assign(Map<String, float[]> values) {
    variables.assign(session, values);
  }

  /** The variables, by name. */
  public Variables variables() {
    return variables;
  }

  @Override
  public void close() {
    session.close();
    step.draws().close();
    graph.close();
    precision.close();
  }
}
