/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.ModalityInput;
import org.stroma.api.Optimizer;
import org.stroma.api.TargetInput;
import org.stroma.api.TemporalModule;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.nn.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The model of an experiment as one graph: a training and an inference sub-graph over the same variables, the losses,
 * and the optimizer's step.
 */
final class ModelGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Variables variables = new Variables(tf);
  private final Session session;
  private final SortedMap<String, Placeholders> inputs = new TreeMap<>();
  private final SortedMap<String, TargetPlaceholders> targets = new TreeMap<>();
  private final Placeholder<TInt32> step = tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> stepNumber = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> scale = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> days = floats(-1, -1);
  private final Placeholder<TFloat32> visitMask = floats(-1, -1);
  private final Map<String, Operand<TFloat32>> predictions = new LinkedHashMap<>();
  private final Operand<TFloat32> trainingLoss;
  private final Operand<TFloat32> inferenceLoss;
  private final List<Op> trainingStep;
  private int firstDraw;

  /** The inputs of one modality. */
  private record Placeholders(
      Placeholder<TFloat32> values,
      Placeholder<TInt32> ids,
      Placeholder<TFloat32> mask,
      Placeholder<TInt32> coordinates,
      Placeholder<TFloat32> presence,
      ModalityInput input) {}

  /** The inputs of one target. */
  private record TargetPlaceholders(
      Placeholder<TFloat32> time,
      Placeholder<TFloat32> event,
      Placeholder<TInt32> label,
      Placeholder<TFloat32> known,
      TargetInput input) {}

  /** One sub-graph. */
  private record SubGraph(Net net, Map<String, HeadOutput> heads, Operand<TFloat32> loss) {}

  ModelGraph(
      Experiment experiment,
      PartSet parts,
      Prepared prepared,
      SortedMap<String, Cohort.Target> cohortTargets,
      long seed,
      ConfigProto config) {
    boolean built = false;
    try {
      experiment.modalities().keySet().forEach(name -> inputs.put(name, placeholders(prepared.inputs().get(name))));
      cohortTargets.forEach((name, target) -> targets.put(name, placeholders(target)));
      SubGraph training =
          build(Net.training(tf, variables, experiment.embedDim(), seed, step), experiment, parts, cohortTargets);
      SubGraph inference =
          build(Net.inference(tf, variables, experiment.embedDim()), experiment, parts, cohortTargets);
      inference.heads().forEach((head, output) ->
          output.predictions().forEach((name, value) -> predictions.put(head + "." + name, value)));
      trainingLoss = training.loss();
      inferenceLoss = inference.loss();
      trainingStep = optimize(experiment, parts, training);
      session = new Session(graph, config);
      built = true;
    } finally {
      if (!built) {
        graph.close();
      }
    }
  }

  private Placeholders placeholders(Prepared.Input input) {
    Placeholder<TFloat32> presence = floats(-1);
    if (input instanceof Prepared.Vectors v) {
      Placeholder<TFloat32> values = floats(-1, v.width());
      return new Placeholders(values, null, null, null, presence, ModalityInput.vectors(values, presence));
    }
    Placeholder<TFloat32> mask = floats(-1, -1);
    if (input instanceof Prepared.Tokens t) {
      Placeholder<TInt32> ids = integers(-1, -1);
      return new Placeholders(
          null, ids, mask, null, presence, ModalityInput.texts(ids, mask, presence, t.vocabularySize()));
    }
    Prepared.Bags b = (Prepared.Bags) input;
    Placeholder<TFloat32> values = floats(-1, -1, b.width());
    Placeholder<TInt32> coordinates = b.located() ? integers(-1, -1, 2) : null;
    return new Placeholders(
        values, null, mask, coordinates, presence, ModalityInput.bags(values, mask, coordinates, presence));
  }

  private TargetPlaceholders placeholders(Cohort.Target target) {
    if (target.kind() == TargetKind.PATCHES) {
      Placeholder<TFloat32> known = floats(-1, -1);
      Placeholder<TInt32> label = integers(-1, -1);
      return new TargetPlaceholders(null, null, label, known, TargetInput.classes(label, known));
    }
    Placeholder<TFloat32> known = floats(-1);
    if (target.kind() == TargetKind.SURVIVAL) {
      Placeholder<TFloat32> time = floats(-1);
      Placeholder<TFloat32> event = floats(-1);
      return new TargetPlaceholders(time, event, null, known, TargetInput.survival(time, event, known));
    }
    Placeholder<TInt32> label = integers(-1);
    return new TargetPlaceholders(null, null, label, known, TargetInput.classes(label, known));
  }

  private Placeholder<TFloat32> floats(long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private Placeholder<TInt32> integers(long... shape) {
    return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape)));
  }

  private SubGraph build(
      Net net, Experiment experiment, PartSet parts, SortedMap<String, Cohort.Target> cohortTargets) {
    SortedMap<String, Encoding> encodings = new TreeMap<>();
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
    experiment.modalities().forEach((name, modality) -> {
      Encoder encoder = parts.get(modality.encoder().slot(), Encoder.class);
      encodings.put(name, built(modality.encoder(), () ->
          encoder.encode(net.scope("modalities").scope(name), inputs.get(name).input())));
      presence.put(name, inputs.get(name).presence());
    });
    Fused fused =
        built(experiment.fusion(), () ->
            parts.get(experiment.fusion().slot(), Fusion.class).fuse(net.scope("fusion"), encodings, presence));
    Operand<TFloat32> patient =
        experiment.temporal() == null ? fused.embedding() : temporal(net, experiment, parts, fused.embedding());
    Map<String, HeadOutput> heads = new LinkedHashMap<>();
    experiment.heads().forEach((name, use) -> {
      Head head = parts.get(use.part().slot(), Head.class);
      int classes = cohortTargets.containsKey(use.target()) ? cohortTargets.get(use.target()).classes().size() : 0;
      heads.put(name, built(use.part(), () ->
          head.predict(net.scope("heads").scope(name), patient, classes)));
    });
    Operand<TFloat32> total = tf.constant(0f);
    for (int i = 0; i < experiment.losses().size(); i++) {
      Experiment.LossUse use = experiment.losses().get(i);
      TargetPlaceholders target = targets.get(experiment.heads().get(use.head()).target());
      Loss loss = parts.get(use.part().slot(), Loss.class);
      Net scope = net.scope("losses").scope("" + i);
      Operand<TFloat32> value =
          built(use.part(), () -> loss.loss(scope, heads.get(use.head()), target.input()));
      total = tf.math.add(total, tf.math.mul(tf.constant((float) use.weight()), value));
    }
    return new SubGraph(net, heads, total);
  }

  /** From an embedding a visit, [B x T, d], to one a patient. */
  private Operand<TFloat32> temporal(Net net, Experiment experiment, PartSet parts, Operand<TFloat32> visits) {
    Operand<TFloat32> byPatient =
        tf.reshape(
            visits,
            tf.concat(
                List.of(
                    tf.shape(days), tf.constant(new int[] {experiment.embedDim()})),
                tf.constant(0)));
    TemporalModule module = parts.get(experiment.temporal().slot(), TemporalModule.class);
    return built(experiment.temporal(), () -> module.reason(net.scope("temporal"), byPatient, days, visitMask))
        .embedding();
  }

  /** What a part refuses is a fault of the place in the experiment that asks for it. */
  private static <T> T built(Experiment.PartUse use, Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      throw new ExperimentException(List.of(new Fault(use.slot(), e.getMessage())), false);
    }
  }

  private List<Op> optimize(Experiment experiment, PartSet parts, SubGraph training) {
    List<Variable> trainable = variables.trainable();
    Output<?>[] of = trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] raw = graph.addGradients(training.loss().asOutput(), of);
    List<Variable> reached = new ArrayList<>();
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] != null) {
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Output<TFloat32>) raw[i];
        reached.add(trainable.get(i));
        gradients.add(gradient);
      }
    }
    if (experiment.training().maxGradNorm() > 0) {
      gradients = clip(gradients, (float) experiment.training().maxGradNorm());
    }
    List<Optimizer.Gradient> pairs = new ArrayList<>();
    for (int i = 0; i < reached.size(); i++) {
      pairs.add(new Optimizer.Gradient(reached.get(i), gradients.get(i)));
    }
    Optimizer optimizer = parts.get(experiment.training().optimizer().slot(), Optimizer.class);
    List<Op> ops = new ArrayList<>(optimizer.step(tf, pairs, variables::slot, scale, stepNumber));
    ops.addAll(training.net().updates());
    return ops;
  }

  /** Clipping by global norm (Pascanu et al. 2013): all gradients are scaled by min(1, limit / norm of all). */
  private List<Operand<TFloat32>> clip(List<Operand<TFloat32>> gradients, float limit) {
    List<Operand<TFloat32>> halves = new ArrayList<>();
    gradients.forEach(g -> halves.add(tf.nn.l2Loss(g)));
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halves)));
    Operand<TFloat32> factor = tf.math.div(tf.constant(limit), tf.math.maximum(norm, tf.constant(limit)));
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    gradients.forEach(g -> clipped.add(tf.math.mul(g, factor)));
    return clipped;
  }

  /** Starts anew: variables, the optimizer's among them, and what dropout draws follow from the seed. */
  void restart(long seed) {
    variables.initialize(session, seed);
    firstDraw = (int) (seed ^ (seed >>> 32));
  }

  /** One optimizer step; returns the loss before it. */
  float train(Batch batch, int number, double rate) {
    try (Feeds feeds = new Feeds(batch)) {
      Session.Runner runner = feeds.runner;
      feeds.feed(step, TInt32.scalarOf(firstDraw + number));
      feeds.feed(stepNumber, TFloat32.scalarOf(number));
      feeds.feed(scale, TFloat32.scalarOf((float) rate));
      trainingStep.forEach(runner::addTarget);
      try (var result = runner.fetch(trainingLoss).run()) {
        return ((TFloat32) result.get(0)).getFloat();
      }
    }
  }

  /** The loss of a batch without dropout. */
  float loss(Batch batch) {
    try (Feeds feeds = new Feeds(batch);
        var result = feeds.runner.fetch(inferenceLoss).run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** What the heads predict, by HEAD.NAME: one row a patient. */
  Map<String, float[][]> predict(Batch batch) {
    Map<String, float[][]> values = new LinkedHashMap<>();
    try (Feeds feeds = new Feeds(batch)) {
      predictions.values().forEach(feeds.runner::fetch);
      try (var result = feeds.runner.run()) {
        int i = 0;
        for (String name : predictions.keySet()) {
          TFloat32 tensor = (TFloat32) result.get(i++);
          float[] flat = new float[Math.toIntExact(tensor.shape().size())];
          tensor.asRawTensor().data().asFloats().read(flat);
          int width = flat.length / batch.size();
          float[][] rows = new float[batch.size()][width];
          for (int r = 0; r < rows.length; r++) {
            System.arraycopy(flat, r * width, rows[r], 0, width);
          }
          values.put(name, rows);
        }
      }
    }
    return values;
  }

  /** The variables and their session, for checkpoints. */
  Map<String, float[]> read() {
    return variables.read(session);
  }

  void assign(Map<String, float[]> values) {
    variables.assign(session, values);
  }

  Variables variables() {
    return variables;
  }

  /** A run with the tensors of a batch, and some of its own which are closed after it. */
  private final class Feeds implements AutoCloseable {
    private final Session.Runner runner = session.runner();
    private final List<Tensor> tensors = new ArrayList<>();

    Feeds(Batch batch) {
      inputs.forEach((name, p) -> {
        Batch.Modality m = batch.modalities().get(name);
        feedOwned(p.presence(), m.presence());
        feedOwned(p.values(), m.values());
        feedOwned(p.ids(), m.ids());
        feedOwned(p.mask(), m.mask());
        feedOwned(p.coordinates(), m.coordinates());
      });
      feedOwned(days, batch.days());
      feedOwned(visitMask, batch.visitMask());
      targets.forEach((name, p) -> {
        Batch.Target t = batch.targets().get(name);
        if (t != null) {
          feedOwned(p.known(), t.known());
          feedOwned(p.time(), t.time());
          feedOwned(p.event(), t.event());
          feedOwned(p.label(), t.label());
        }
      });
    }

    /** Feeds a tensor that the batch owns; an input that the model has not is passed over. */
    private void feedOwned(Operand<?> input, Tensor tensor) {
      if (input != null) {
        runner.feed(input, tensor);
      }
    }

    private void feed(Operand<?> input, Tensor tensor) {
      tensors.add(tensor);
      runner.feed(input, tensor);
    }

    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
