/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.ModalityInput;
import org.stroma.api.Optimizer;
import org.stroma.api.OptimizerContext;
import org.stroma.api.Prediction;
import org.stroma.api.Pretext;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.api.TemporalModule;
import org.stroma.dataset.Batch;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.files.FileProblem;
import org.stroma.nn.Net;
import org.stroma.nn.Variable;
import org.stroma.nn.graph.Variables;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.Tensor;
import org.tensorflow.exceptions.TFResourceExhaustedException;
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
public final class ModelGraph implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelGraph.class);

  /** Between a modality and the name of its attention, in the names of details. */
  public static final String OF = "\n";

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Variables variables;
  private final Session session;
  private final SortedMap<String, Placeholders> inputs = new TreeMap<>();
  private final SortedMap<String, TargetPlaceholders> targets = new TreeMap<>();
  private final Placeholder<TInt32> step =
      tf.placeholder(TInt32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> stepNumber =
      tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> scale =
      tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  private final Placeholder<TFloat32> days = floats(-1, -1);
  private final Placeholder<TFloat32> visitMask = floats(-1, -1);
  private final Placeholder<TInt32> patient =
      tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
  private final Map<String, Operand<TFloat32>> predictions = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> details = new LinkedHashMap<>();
  private final List<String> lossTerms;
  private final Operand<TFloat32> stepValues;
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
      Placeholder<TFloat32> value,
      Placeholder<TFloat32> known,
      TargetInput input) {}

  /** One sub-graph. */
  private record SubGraph(
      Net net,
      Map<String, HeadOutput> heads,
      Map<String, Operand<TFloat32>> details,
      Map<String, Operand<TFloat32>> lossTerms,
      Operand<TFloat32> loss) {}

  /** The operations of one optimizer step, and the global norm of the gradients before clipping. */
  private record Optimization(List<Op> step, Operand<TFloat32> gradientNorm) {}

  /** What the heads look at: visits and patients, of one way through the model. */
  private record Way(Operand<TFloat32> visits, Operand<TFloat32> patients) {}

  public ModelGraph(
      Experiment experiment,
      WiredParts parts,
      Dataset prepared,
      SortedMap<String, TargetInfo> infos,
      int patients,
      long seed,
      ConfigProto config) {
    this(experiment, parts, prepared, infos, patients, seed, config, null);
  }

  /** @param constants the weights of a model that is to be exported: without variables, and without a way to train it */
  private ModelGraph(
      Experiment experiment,
      WiredParts parts,
      Dataset prepared,
      SortedMap<String, TargetInfo> infos,
      int patients,
      long seed,
      ConfigProto config,
      Map<String, float[]> constants) {
    variables = constants == null ? new Variables(tf) : Variables.constant(tf, constants);
    boolean built = false;
    try {
      experiment
          .modalities()
          .keySet()
          .forEach(name -> inputs.put(name, placeholders(prepared.inputs().get(name))));
      experiment
          .cohort()
          .targets()
          .forEach((name, target) -> targets.put(name, placeholders(target.kind())));
      SubGraph training = constants != null
          ? null
          : build(
              Net.training(tf, variables, experiment.embedDim(), seed, step),
              experiment,
              parts,
              infos,
              patients);
      SubGraph inference = build(
          Net.inference(tf, variables, experiment.embedDim()), experiment, parts, infos, patients);
      inference.heads().forEach((head, output) -> {
        boolean patches = infos.get(head).kind() == TargetKind.PATCHES;
        // sorted: the order of columns must not come from the order of a head's map
        new TreeMap<>(output.predictions()).forEach((name, value) -> (patches
                ? details
                : predictions)
            .put(patches ? OutputNames.ofPatches(head, name) : OutputNames.of(head, name), value));
      });
      details.putAll(inference.details());
      lossTerms =
          training == null ? List.of() : List.copyOf(training.lossTerms().keySet());
      Optimization optimization = training == null ? null : optimize(experiment, parts, training);
      trainingStep = optimization == null ? List.of() : optimization.step();
      stepValues = optimization == null ? null : stepValues(training, optimization.gradientNorm());
      session = new Session(graph, config);
      built = true;
    } finally {
      if (!built) {
        graph.close();
      }
    }
  }

  private Placeholders placeholders(Dataset.Input input) {
    Placeholder<TFloat32> presence = floats(-1);
    if (input instanceof Dataset.Vectors v) {
      Placeholder<TFloat32> values = floats(-1, v.width());
      return new Placeholders(
          values, null, null, null, presence, ModalityInput.vectors(values, presence));
    }
    Placeholder<TFloat32> mask = floats(-1, -1);
    if (input instanceof Dataset.Tokens t) {
      Placeholder<TInt32> ids = integers(-1, -1);
      return new Placeholders(
          null,
          ids,
          mask,
          null,
          presence,
          ModalityInput.texts(ids, mask, presence, t.vocabularySize()));
    }
    Dataset.Bags b = (Dataset.Bags) input;
    Placeholder<TFloat32> values = floats(-1, -1, b.width());
    Placeholder<TInt32> coordinates = b.located() ? integers(-1, -1, 2) : null;
    return new Placeholders(
        values,
        null,
        mask,
        coordinates,
        presence,
        b.located()
            ? ModalityInput.bags(values, mask, coordinates, presence)
            : ModalityInput.bags(values, mask, presence));
  }

  private TargetPlaceholders placeholders(TargetKind kind) {
    if (kind == TargetKind.PATCHES) {
      Placeholder<TFloat32> known = floats(-1, -1);
      Placeholder<TInt32> label = integers(-1, -1);
      return new TargetPlaceholders(
          null, null, label, null, known, TargetInput.patches(label, known));
    }
    if (kind == TargetKind.LABELS) {
      Placeholder<TFloat32> known = floats(-1, -1);
      Placeholder<TFloat32> value = floats(-1, -1);
      return new TargetPlaceholders(
          null, null, null, value, known, TargetInput.labels(value, known));
    }
    Placeholder<TFloat32> known = floats(-1);
    if (kind == TargetKind.COUNT) {
      Placeholder<TFloat32> value = floats(-1);
      return new TargetPlaceholders(
          null, null, null, value, known, TargetInput.count(value, known));
    }
    if (kind == TargetKind.SURVIVAL) {
      Placeholder<TFloat32> time = floats(-1);
      Placeholder<TFloat32> event = floats(-1);
      return new TargetPlaceholders(
          time, event, null, null, known, TargetInput.survival(time, event, known));
    }
    if (kind == TargetKind.NUMBER) {
      Placeholder<TFloat32> value = floats(-1);
      return new TargetPlaceholders(
          null, null, null, value, known, TargetInput.number(value, known));
    }
    Placeholder<TInt32> label = integers(-1);
    return new TargetPlaceholders(
        null, null, label, null, known, TargetInput.classes(label, known));
  }

  private Placeholder<TFloat32> floats(long... shape) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(shape)));
  }

  private Placeholder<TInt32> integers(long... shape) {
    return tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(shape)));
  }

  private SubGraph build(
      Net net,
      Experiment experiment,
      WiredParts parts,
      SortedMap<String, TargetInfo> infos,
      int patients) {
    Map<String, Operand<TFloat32>> shown = new LinkedHashMap<>();
    if (!experiment.pretraining().isEmpty()) {
      return pretext(net, experiment, parts);
    }
    SortedMap<String, Encoding> encodings = new TreeMap<>();
    SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
    experiment.modalities().forEach((name, modality) -> {
      Encoder encoder = parts.get(modality.encoder().slot(), Encoder.class);
      Net place = net.scope("modalities").scope(name);
      Encoding encoding = encoding(
          experiment,
          parts,
          modality.encoder(),
          () -> encoder.encode(
              experiment.frozen(name) ? place.frozen() : place, inputs.get(name).input()));
      encodings.put(name, encoding);
      presence.put(name, inputs.get(name).presence());
      encoding
          .attention()
          .forEach((of, weights) -> shown.put(
              "attention/" + name + (of.equals(Encoding.ATTENTION) ? "" : OF + of), weights));
    });
    Fusion fusion = parts.get(experiment.fusion().slot(), Fusion.class);
    Fused fused = parts
        .code()
        .run(
            experiment.fusion(),
            fusion,
            () -> fusion.fuse(net.scope("fusion"), encodings, presence));
    if (fused.branches().isEmpty()) {
      PartInvoker.check(
          experiment.fusion(),
          fusion,
          "an embedding",
          fused.embedding(),
          -1,
          experiment.embedDim());
    }
    fused.attention().forEach((name, weights) -> shown.put("fusion/" + name, weights));
    SortedMap<String, Way> ways = new TreeMap<>();
    if (fused.branches().isEmpty()) {
      ways.put(
          "",
          way(net.scope("temporal"), experiment, parts, fused.embedding(), visitMask, shown, ""));
    } else {
      fused
          .branches()
          .forEach((name, branch) -> ways.put(
              name,
              way(
                  net.scope("temporal").scope(name),
                  experiment,
                  parts,
                  branch,
                  visitsWith(fused.weights().get(name)),
                  shown,
                  "/" + name)));
    }
    Map<String, HeadOutput> heads = new LinkedHashMap<>();
    experiment.heads().forEach((name, use) -> {
      Head head = parts.get(use.part().slot(), Head.class);
      TargetInfo info = infos.get(name);
      Net place = net.scope("heads").scope(name);
      Operand<TFloat32> raw = parts
          .code()
          .run(use.part(), head, () -> raw(place, head, ways, fused, encodings, presence, info));
      Map<Prediction, Operand<TFloat32>> read =
          parts.code().run(use.part(), head, () -> head.read(place, raw, info));
      Prediction wanted = info.kind().prediction();
      if (read.get(wanted) == null) {
        throw new FaultsException(
            List.of(new Fault(
                use.part().slot(),
                "the head " + use.part().type() + " gives " + read.keySet()
                    + "; of a target of its kind it has to give \"" + wanted + "\"")),
            false);
      }
      heads.put(name, HeadOutput.of(raw, read));
    });
    if (!net.training()) {
      return new SubGraph(net, heads, shown, Map.of(), null);
    }
    Map<String, Operand<TFloat32>> terms = new LinkedHashMap<>();
    Operand<TFloat32> total = tf.constant(0f);
    for (int i = 0; i < experiment.losses().size(); i++) {
      Experiment.LossUse use = experiment.losses().get(i);
      String target = experiment.heads().get(use.head()).target();
      Loss loss = parts.get(use.part().slot(), Loss.class);
      Net scope = net.scope("losses").scope("" + i);
      LossInput input = LossInput.of(
              heads.get(use.head()), targets.get(target).input(), infos.get(use.head()))
          .withEncodings(encodings, presence)
          .withTrainingIndex(patient, patients);
      Operand<TFloat32> value = parts.code().run(use.part(), loss, () -> loss.loss(scope, input));
      PartInvoker.check(use.part(), loss, "a loss", value);
      Operand<TFloat32> term = experiment.training().learnedWeights()
          ? TaskWeights.uncertain(scope, value, use.weight())
          : TaskWeights.fixed(scope, value, use.weight());
      addTerm(terms, use.head() + "." + use.part().type(), term);
      total = tf.math.add(total, term);
    }
    return new SubGraph(net, heads, shown, terms, withAdded(net, terms, total));
  }

  /** The objective with the terms that parts have added to it. */
  private Operand<TFloat32> withAdded(
      Net net, Map<String, Operand<TFloat32>> terms, Operand<TFloat32> objective) {
    for (Map.Entry<String, Operand<TFloat32>> added : net.losses().entrySet()) {
      addTerm(terms, added.getKey(), added.getValue());
      objective = tf.math.add(objective, added.getValue());
    }
    return objective;
  }

  /** Names a term of the objective; a second one of a name gets a number. */
  private static void addTerm(
      Map<String, Operand<TFloat32>> terms, String name, Operand<TFloat32> term) {
    String unique = name;
    for (int i = 2; terms.containsKey(unique); i++) {
      unique = name + "." + i;
    }
    terms.put(unique, term);
  }

  /** The sum of the pretext tasks' losses. */
  private SubGraph pretext(Net net, Experiment experiment, WiredParts parts) {
    Map<String, Operand<TFloat32>> terms = new LinkedHashMap<>();
    Operand<TFloat32> total = tf.constant(0f);
    for (Map.Entry<String, PartUse> task : experiment.pretraining().entrySet()) {
      String name = task.getKey();
      PartUse use = experiment.modalities().get(name).encoder();
      Encoder encoder = parts.get(use.slot(), Encoder.class);
      Net place = net.scope("modalities").scope(name);
      if (net.training()) {
        Pretext pretext = parts.get(task.getValue().slot(), Pretext.class);
        Operand<TFloat32> loss = parts
            .code()
            .run(
                task.getValue(),
                pretext,
                () -> pretext.loss(
                    net.scope("losses").scope(name),
                    new TreeMap<>(Map.of(name, inputs.get(name).input())),
                    new TreeMap<>(Map.of(
                        name,
                        (view, input) -> encoding(
                            experiment,
                            parts,
                            use,
                            () -> encoder.encode(place.view(view), input))))));
        PartInvoker.check(task.getValue(), pretext, "a loss", loss);
        addTerm(terms, name + "." + task.getValue().type(), loss);
        total = tf.math.add(total, loss);
      } else {
        encoding(
            experiment, parts, use, () -> encoder.encode(place, inputs.get(name).input()));
      }
    }
    return new SubGraph(
        net, Map.of(), Map.of(), terms, net.training() ? withAdded(net, terms, total) : null);
  }

  /** One head over one vector, or one head a modality and the weighted mean of their raw outputs (late fusion). */
  private Operand<TFloat32> raw(
      Net place,
      Head head,
      SortedMap<String, Way> ways,
      Fused fused,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence,
      TargetInfo info) {
    if (fused.branches().isEmpty()) {
      Way way = ways.get("");
      return head.predict(
          place,
          HeadInput.of(way.patients(), info)
              .withVisits(way.visits())
              .withEncodings(encodings, presence));
    }
    Operand<TFloat32> sum = null;
    Operand<TFloat32> all = null;
    for (Map.Entry<String, Way> entry : ways.entrySet()) {
      Way way = entry.getValue();
      Operand<TFloat32> output = head.predict(
          place.scope(entry.getKey()),
          HeadInput.of(way.patients(), info)
              .withVisits(way.visits())
              .withEncodings(encodings, presence));
      boolean patches = info.kind() == TargetKind.PATCHES;
      Operand<TFloat32> weight = fused.weights().get(entry.getKey()); // [B x T]
      if (!patches && way.visits() != way.patients()) {
        // a modality counts for a patient by the visits that have it
        weight = tf.reduceSum(tf.reshape(weight, tf.shape(days)), tf.array(1)); // [B]
      }
      weight = tf.reshape(weight, patches ? tf.array(-1, 1, 1) : tf.array(-1, 1));
      Operand<TFloat32> part = tf.math.mul(output, weight);
      sum = sum == null ? part : tf.math.add(sum, part);
      all = all == null ? weight : tf.math.add(all, weight);
    }
    return tf.math.divNoNan(sum, all);
  }

  /** The mask [B, T] of visits where a modality counts, from its weights [B x T]. */
  private Operand<TFloat32> visitsWith(Operand<TFloat32> weights) {
    Operand<TFloat32> counts = tf.dtypes.cast(
        tf.math.greater(tf.reshape(weights, tf.shape(days)), tf.constant(0f)), TFloat32.class);
    return tf.math.mul(visitMask, counts);
  }

  private Way way(
      Net scope,
      Experiment experiment,
      WiredParts parts,
      Operand<TFloat32> visits,
      Operand<TFloat32> mask,
      Map<String, Operand<TFloat32>> shown,
      String suffix) {
    if (experiment.temporal() == null) {
      return new Way(visits, visits);
    }
    TemporalModule.Sequence sequence = temporal(scope, experiment, parts, visits, mask);
    sequence.progression().ifPresent(steps -> shown.put("progression" + suffix, steps));
    Operand<TFloat32> states = tf.reshape(sequence.states(), tf.array(-1, experiment.embedDim()));
    return new Way(states, sequence.embedding());
  }

  /** From an embedding a visit, [B x T, d], to one a patient. */
  private TemporalModule.Sequence temporal(
      Net scope,
      Experiment experiment,
      WiredParts parts,
      Operand<TFloat32> visits,
      Operand<TFloat32> mask) {
    Operand<TFloat32> byPatient = tf.reshape(
        visits,
        tf.concat(
            List.of(tf.shape(days), tf.constant(new int[] {experiment.embedDim()})),
            tf.constant(0)));
    TemporalModule module = parts.get(experiment.temporal().slot(), TemporalModule.class);
    TemporalModule.Sequence sequence = parts
        .code()
        .run(experiment.temporal(), module, () -> module.reason(scope, byPatient, days, mask));
    PartInvoker.check(
        experiment.temporal(), module, "states", sequence.states(), -1, -1, experiment.embedDim());
    PartInvoker.check(
        experiment.temporal(),
        module,
        "an embedding",
        sequence.embedding(),
        -1,
        experiment.embedDim());
    return sequence;
  }

  private static Encoding encoding(
      Experiment experiment, WiredParts parts, PartUse use, Supplier<Encoding> build) {
    Encoder encoder = parts.get(use.slot(), Encoder.class);
    Encoding encoding = parts.code().run(use, encoder, build);
    PartInvoker.check(
        use, encoder, "an embedding", encoding.embedding(), -1, experiment.embedDim());
    return encoding;
  }

  private Optimization optimize(Experiment experiment, WiredParts parts, SubGraph training) {
    // a variable that the loss does not come from has no gradient, and asking for it fails
    Set<String> reached = new HashSet<>();
    graph.subgraphTo(Set.of(training.loss())).forEach(op -> reached.add(op.name()));
    List<Variable> trainable = variables.trainable().stream()
        .filter(v -> reached.contains(v.value().asOutput().op().name()))
        .filter(v -> experiment.modalities().keySet().stream()
            .noneMatch(m -> experiment.frozen(m) && v.name().startsWith("modalities/" + m + "/")))
        .toList();
    Output<?>[] of = trainable.stream().map(v -> v.value().asOutput()).toArray(Output<?>[]::new);
    Output<?>[] raw = graph.addGradients(training.loss().asOutput(), of);
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
    Operand<TFloat32> norm = globalNorm(gradients);
    if (experiment.training().maxGradNorm() > 0) {
      gradients = clip(gradients, norm, (float) experiment.training().maxGradNorm());
    }
    OptimizerContext context =
        OptimizerContext.of(training.net(), learning, gradients, scale, stepNumber);
    Optimizer optimizer = parts.get(experiment.training().optimizer().slot(), Optimizer.class);
    List<Op> ops = new ArrayList<>(parts
        .code()
        .run(experiment.training().optimizer(), optimizer, () -> optimizer.step(context)));
    ops.addAll(training.net().updates());
    return new Optimization(ops, norm);
  }

  private Operand<TFloat32> globalNorm(List<Operand<TFloat32>> gradients) {
    List<Operand<TFloat32>> halves = new ArrayList<>();
    gradients.forEach(g -> halves.add(tf.nn.l2Loss(g)));
    return tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halves)));
  }

  /** Loss, gradient norm and the terms of the loss as one vector: one tensor to fetch a step. */
  private Operand<TFloat32> stepValues(SubGraph training, Operand<TFloat32> gradientNorm) {
    List<Operand<TFloat32>> values = new ArrayList<>(List.of(training.loss(), gradientNorm));
    values.addAll(training.lossTerms().values());
    return tf.stack(values);
  }

  /** Clipping by global norm (Pascanu et al. 2013): all gradients are scaled by min(1, limit / norm of all). */
  private List<Operand<TFloat32>> clip(
      List<Operand<TFloat32>> gradients, Operand<TFloat32> norm, float limit) {
    Operand<TFloat32> factor =
        tf.math.div(tf.constant(limit), tf.math.maximum(norm, tf.constant(limit)));
    List<Operand<TFloat32>> clipped = new ArrayList<>();
    gradients.forEach(g -> clipped.add(tf.math.mul(g, factor)));
    return clipped;
  }

  /**
   * Writes the inference sub-graph as a SavedModel with the weights as constants. Inputs of its signature are named
   * MODALITY.values (ids, mask, coordinates, presence), with days and visit_mask where the model has a temporal module; outputs
   * HEAD.NAME.
   */
  public static void export(
      Experiment experiment,
      WiredParts parts,
      Dataset prepared,
      SortedMap<String, TargetInfo> infos,
      ConfigProto config,
      Map<String, float[]> weights,
      Path folder) {
    try (ModelGraph model =
        new ModelGraph(experiment, parts, prepared, infos, 1, experiment.seed(), config, weights)) {
      Signature.Builder signature = Signature.builder();
      model.inputs.forEach((name, p) -> {
        input(signature, name + ".values", p.values());
        input(signature, name + ".ids", p.ids());
        input(signature, name + ".mask", p.mask());
        input(signature, name + ".coordinates", p.coordinates());
        input(signature, name + ".presence", p.presence());
      });
      if (experiment.temporal() != null) {
        input(signature, "days", model.days);
        input(signature, "visit_mask", model.visitMask);
      }
      model.predictions.forEach(signature::output);
      model.details.forEach((name, value) -> {
        if (OutputNames.isOfPatches(name)) {
          signature.output(OutputNames.exported(name), value);
        }
      });
      SavedModelBundle.exporter(folder.toString())
          .withSession(model.session)
          .withSignature(signature.build())
          .export();
    } catch (IOException e) {
      throw FileProblem.written(folder, e);
    }
  }

  private static void input(Signature.Builder signature, String name, Operand<?> input) {
    if (input != null) {
      signature.input(name, input);
    }
  }

  /** Starts anew: variables, the optimizer's among them, and what dropout draws follow from the seed. */
  public void restart(long seed) {
    variables.initialize(session, seed);
    firstDraw = (int) (seed ^ (seed >>> 32));
  }

  /**
   * What an optimizer step found before it changed the weights.
   *
   * @param loss the objective
   * @param gradientNorm global norm of the gradients before clipping
   * @param terms of the objective, in the order of {@link #lossTerms}; they add up to the loss
   */
  public record Step(float loss, float gradientNorm, float[] terms) {}

  /**
   * Names of the terms that the objective is the sum of: HEAD.LOSS of the experiment's losses, weighted; MODALITY.PRETEXT of pretext
   * tasks; and what parts added with {@link Net#addLoss}, by scope and name.
   */
  public List<String> lossTerms() {
    return lossTerms;
  }

  /** One optimizer step. */
  public Step train(Batch batch, int number, double rate) {
    try (Feeds feeds = new Feeds(batch)) {
      Session.Runner runner = feeds.runner;
      feeds.feed(step, TInt32.scalarOf(firstDraw + number));
      feeds.feed(stepNumber, TFloat32.scalarOf(number));
      feeds.feed(scale, TFloat32.scalarOf((float) rate));
      trainingStep.forEach(runner::addTarget);
      try (var result = runner.fetch(stepValues).run()) {
        float[] values = numbers((TFloat32) result.get(0));
        return new Step(values[0], values[1], Arrays.copyOfRange(values, 2, values.length));
      }
    } catch (RuntimeException e) {
      throw refused(
          e,
          new Fault(
              "/training/batchSize",
              "needs more memory than the device has; a smaller batchSize or patchBudget helps"));
    }
  }

  /** What TensorFlow says of a graph whose parts do not fit together, or which is too large. */
  private static RuntimeException refused(RuntimeException e, Fault exhausted) {
    // they have no class in common
    if (!e.getClass().getName().startsWith("org.tensorflow.exceptions.")) {
      return e;
    }
    LOG.error("TensorFlow refuses a batch", e);
    String reason = String.valueOf(e.getMessage())
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .findFirst()
        .orElse("");
    return new FaultsException(
        List.of(
            e instanceof TFResourceExhaustedException
                ? new Fault(exhausted.pointer(), exhausted.message() + " (" + reason + ")")
                : new Fault(
                    "/model", "TensorFlow cannot run what the parts have built: " + reason)),
        false);
  }

  private static Fault unpredictable(Batch batch) {
    return new Fault(
        "/modalities",
        "predicting " + (batch.size() == 1 ? "patient " : "patients ")
            + String.join(", ", batch.patients())
            + " whole needs more memory than the device has; an encoder whose memory grows with the patches alone helps, or fewer "
            + "patches a slide");
  }

  /** What the heads predict, by HEAD.NAME: one row a patient. */
  public Map<String, float[][]> predict(Batch batch) {
    Map<String, float[][]> values = new LinkedHashMap<>();
    if (predictions.isEmpty()) {
      return values;
    }
    try (Feeds feeds = new Feeds(batch)) {
      predictions.values().forEach(feeds.runner::fetch);
      try (var result = feeds.runner.run()) {
        int i = 0;
        for (String name : predictions.keySet()) {
          TFloat32 tensor = (TFloat32) result.get(i++);
          float[] flat = numbers(tensor);
          int width = flat.length / batch.size();
          float[][] rows = new float[batch.size()][width];
          for (int r = 0; r < rows.length; r++) {
            System.arraycopy(flat, r * width, rows[r], 0, width);
          }
          values.put(name, rows);
        }
      }
    } catch (RuntimeException e) {
      throw refused(e, unpredictable(batch));
    }
    return values;
  }

  private static float[] numbers(TFloat32 tensor) {
    float[] numbers = new float[Math.toIntExact(tensor.shape().size())];
    tensor.asRawTensor().data().asFloats().read(numbers);
    return numbers;
  }

  /** A tensor of what is worth a look beside the predictions: its shape and its numbers. */
  public record Detail(long[] shape, float[] values) {}

  /** What there is to look at: attention, progression, patches; the batch (or its visits) comes first. */
  public Map<String, Detail> details(Batch batch) {
    Map<String, Detail> values = new LinkedHashMap<>();
    if (details.isEmpty()) {
      return values;
    }
    try (Feeds feeds = new Feeds(batch)) {
      details.values().forEach(feeds.runner::fetch);
      try (var result = feeds.runner.run()) {
        int i = 0;
        for (String name : details.keySet()) {
          TFloat32 tensor = (TFloat32) result.get(i++);
          values.put(name, new Detail(tensor.shape().asArray(), numbers(tensor)));
        }
      }
    } catch (RuntimeException e) {
      throw refused(e, unpredictable(batch));
    }
    return values;
  }

  /** The variables and their session, for checkpoints. */
  public Map<String, float[]> read() {
    return variables.read(session);
  }

  public void assign(Map<String, float[]> values) {
    variables.assign(session, values);
  }

  public Variables variables() {
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
          feedOwned(p.value(), t.value());
        }
      });
      feedOwned(patient, batch.patient());
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
