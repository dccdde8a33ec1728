/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.stroma.api.ModalityInput;
import org.stroma.dataset.Batch;
import org.stroma.dataset.BatchField;
import org.stroma.nn.Net;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.nn.graph.Tensors;
import org.stroma.nn.graph.Variables;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Asks a trained model the same of a batch again and again with something changed: with modalities hidden, or with other
 * vectors; and how its main outputs change with each number of the vectors (gradients). What encoders make of bags and texts is
 * computed once a batch: nothing that is asked here changes it. Products are in float32 where a run has bfloat16, whose roundings are as
 * large as what is asked for: small differences that have to add up.
 */
public final class ModelProbe implements AutoCloseable {
  private final Graph graph;
  private final Variables variables;
  private final TensorFloat32.Hold precision;
  private final Session session;
  private final ModelInputs inputs;
  private final SortedMap<String, Operand<TFloat32>> vectors = new TreeMap<>();
  private final SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();

  /** What encoders of other modalities than vectors give, as far as outputs come from it. */
  private final List<Operand<TFloat32>> encoded;

  private final MainOutputs main;
  private final Map<MainOutput, Operand<TFloat32>> outputs;

  /** [R, w] by output and modality; nothing where an output does not come from a modality. */
  private final Map<MainOutput, Map<String, Operand<TFloat32>>> gradients = new LinkedHashMap<>();

  /**
   * What a batch is changed to.
   *
   * @param presence by modality the presence of each row, [R]; those that are not named stay as they are
   * @param vectors by modality the numbers of its rows, [R, w]; likewise
   */
  public record Change(Map<String, float[]> presence, Map<String, float[]> vectors) {
    /** The batch as it is. */
    public static final Change NONE = new Change(Map.of(), Map.of());
  }

  /**
   * What the model says.
   *
   * @param outputs [B]
   * @param gradients of each output by each number of the vectors, [R, w], by modality: of a patient's output by the rows of
   *     that patient; empty where they were not asked for
   */
  public record Answer(
      Map<MainOutput, float[]> outputs, Map<MainOutput, Map<String, float[]>> gradients) {}

  /** A batch of which bags and texts are encoded. The batch is the caller's. */
  public final class Encoded implements AutoCloseable {
    private final Batch batch;
    private final Map<String, int[]> asked;
    private final List<TFloat32> tensors;

    private Encoded(Batch batch, Map<String, int[]> asked, List<TFloat32> tensors) {
      this.batch = batch;
      this.asked = asked;
      this.tensors = tensors;
    }

    /** What the model says of the batch when something is changed. */
    public Answer ask(Change change, boolean withGradients) {
      return ModelProbe.this.ask(this, change, withGradients);
    }

    @Override
    public void close() {
      tensors.forEach(Tensor::close);
    }
  }

  private ModelProbe(Graph graph, ModelSpec spec, TensorFloat32.Hold precision) {
    this.graph = graph;
    this.precision = precision;
    Ops tf = Ops.create(graph);
    variables = new Variables(tf);
    inputs = new ModelInputs(tf, spec.experiment(), spec.dataset());
    Net net = Net.inference(tf, variables, spec.experiment().embedDim()).with(spec.attention());
    SubGraph inference = new ModelBuilder(net, spec, inputs).build();
    spec.experiment().modalities().keySet().forEach(name -> {
      presence.put(name, inputs.modality(name).presence());
      if (inputs.modality(name) instanceof ModalityInput.Vectors own) {
        vectors.put(name, own.values());
      }
    });
    main = new MainOutputs(tf, inference.heads(), spec.statistics());
    outputs = main.values();
    encoded = encoded(inference);
    outputs.forEach((output, value) -> gradients.put(output, gradients(value)));
    session = new Session(graph, spec.computing().config());
  }

  /**
   * Builds the graph of trained models. Its variables have no values before {@link #assign}.
   *
   * @throws org.stroma.parts.FaultsException where parts do not fit together
   */
  public static ModelProbe of(ModelSpec spec) {
    TensorFloat32.Hold precision = PrecisionHold.of(spec);
    Graph graph = new Graph();
    boolean built = false;
    try {
      ModelProbe probe = new ModelProbe(graph, spec, precision);
      built = true;
      return probe;
    } finally {
      if (!built) {
        graph.close();
        precision.close();
      }
    }
  }

  /** What can be asked about, in the order of the heads; heads of patches have nothing to say of a patient. */
  public List<MainOutput> outputs() {
    return List.copyOf(outputs.keySet());
  }

  /**
   * Sets the weights.
   *
   * @throws IllegalArgumentException where there is no such variable, or it has another size
   */
  public void assign(Map<String, float[]> values) {
    variables.assign(session, values);
  }

  /** The results of the encoders of bags and texts at which the way from the outputs back to the inputs can be cut. */
  private List<Operand<TFloat32>> encoded(SubGraph inference) {
    Map<String, Operand<TFloat32>> cuts = new LinkedHashMap<>();
    inference.encodings().forEach((name, encoding) -> {
      if (!vectors.containsKey(name)) {
        cut(cuts, encoding.embedding());
        encoding.tokens().ifPresent(tokens -> {
          cut(cuts, tokens.values());
          cut(cuts, tokens.mask());
        });
      }
    });
    Map<String, Operand<TFloat32>> met = new LinkedHashMap<>();
    Set<String> visited = new HashSet<>();
    Deque<Output<?>> open = new ArrayDeque<>();
    outputs.values().forEach(value -> open.add(value.asOutput()));
    while (!open.isEmpty()) {
      Output<?> at = open.pop();
      if (cuts.containsKey(key(at))) {
        met.put(key(at), cuts.get(key(at)));
      } else if (visited.add(at.op().name())) {
        GraphOperation op = (GraphOperation) at.op();
        for (int i = 0; i < op.numInputs(); i++) {
          open.push(op.input(i));
        }
      }
    }
    return List.copyOf(met.values());
  }

  private static void cut(Map<String, Operand<TFloat32>> cuts, Operand<TFloat32> at) {
    // what is fed anyway, such as a mask that an encoder hands on, cannot be fetched
    if (!at.asOutput().op().type().equals(Placeholder.OP_NAME)) {
      cuts.put(key(at.asOutput()), at);
    }
  }

  private static String key(Output<?> output) {
    return output.op().name() + ":" + output.index();
  }

  private Map<String, Operand<TFloat32>> gradients(Operand<TFloat32> output) {
    Set<String> reached = new HashSet<>();
    graph.subgraphTo(Set.of(output)).forEach(op -> reached.add(op.name()));
    List<String> names = vectors.keySet().stream()
        .filter(name -> reached.contains(vectors.get(name).asOutput().op().name()))
        .toList();
    Map<String, Operand<TFloat32>> found = new LinkedHashMap<>();
    if (names.isEmpty()) {
      return found;
    }
    Output<?>[] by =
        names.stream().map(name -> vectors.get(name).asOutput()).toArray(Output<?>[]::new);
    Output<?>[] raw = graph.addGradients(output.asOutput(), by);
    for (int i = 0; i < raw.length; i++) {
      // an index below 0: reached through operations without a gradient alone
      if (raw[i] != null && raw[i].index() >= 0) {
        @SuppressWarnings("unchecked")
        Operand<TFloat32> gradient = (Output<TFloat32>) raw[i];
        found.put(names.get(i), gradient);
      }
    }
    return found;
  }

  /**
   * Encodes the bags and texts of a batch.
   *
   * @param asked by head of classes, the class of each patient that is asked about
   */
  public Encoded encode(Batch batch, Map<String, int[]> asked) {
    List<TFloat32> tensors = new ArrayList<>();
    if (!encoded.isEmpty()) {
      Session.Runner runner = session.runner();
      inputs.feed(runner, batch);
      encoded.forEach(runner::fetch);
      try (var result = runner.run()) {
        for (int i = 0; i < encoded.size(); i++) {
          // the result closes its own
          tensors.add(copy((TFloat32) result.get(i)));
        }
      } catch (RuntimeException e) {
        tensors.forEach(Tensor::close);
        throw SessionFaults.ofPrediction(e, batch);
      }
    }
    return new Encoded(batch, Map.copyOf(asked), tensors);
  }

  private static TFloat32 copy(TFloat32 tensor) {
    TFloat32 copy = TFloat32.tensorOf(tensor.shape());
    tensor.copyTo(copy);
    return copy;
  }

  private Answer ask(Encoded of, Change change, boolean withGradients) {
    List<Operand<TFloat32>> fetched = new ArrayList<>(outputs.values());
    if (withGradients) {
      gradients.values().forEach(byModality -> fetched.addAll(byModality.values()));
    }
    List<Tensor> made = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      feeds(of, change, made).values().forEach(feed -> runner.feed(feed.at(), feed.tensor()));
      fetched.forEach(runner::fetch);
      try (var result = runner.run()) {
        Answer answer = new Answer(new LinkedHashMap<>(), new LinkedHashMap<>());
        int at = 0;
        for (MainOutput output : outputs.keySet()) {
          answer.outputs().put(output, Tensors.floats((TFloat32) result.get(at++)));
        }
        for (MainOutput output : withGradients ? outputs.keySet() : Set.<MainOutput>of()) {
          Map<String, float[]> byModality = new TreeMap<>();
          for (String modality : gradients.get(output).keySet()) {
            byModality.put(modality, Tensors.floats((TFloat32) result.get(at++)));
          }
          answer.gradients().put(output, byModality);
        }
        return answer;
      }
    } catch (RuntimeException e) {
      throw SessionFaults.ofPrediction(e, of.batch);
    } finally {
      made.forEach(Tensor::close);
    }
  }

  /** The variables, by name. */
  public Variables variables() {
    return variables;
  }

  private record Feed(Operand<?> at, Tensor tensor) {}

  /**
   * All that is fed, by what it is fed to: a later one takes the place of an earlier one.
   *
   * @param made tensors to close afterwards
   */
  private Map<String, Feed> feeds(Encoded of, Change change, List<Tensor> made) {
    Map<String, Feed> feeds = new LinkedHashMap<>();
    inputs.each(of.batch, (at, tensor) -> put(feeds, at, tensor));
    for (int i = 0; i < encoded.size(); i++) {
      put(feeds, encoded.get(i), of.tensors.get(i));
    }
    change.vectors().forEach((modality, numbers) -> {
      Shape shape = of.batch.modalities().get(modality).get(BatchField.VALUES).shape();
      put(feeds, vectors.get(modality), keep(made, shape, numbers));
    });
    if (!change.presence().isEmpty()) {
      change
          .presence()
          .forEach((modality, numbers) ->
              put(feeds, presence.get(modality), keep(made, Shape.of(numbers.length), numbers)));
      put(
          feeds,
          inputs.visitMask(),
          keep(made, of.batch.visitMask().shape(), visits(of.batch, change)));
    }
    main.classes().forEach((head, at) -> {
      int[] asked = of.asked.get(head);
      TInt32 tensor = TInt32.tensorOf(
          Shape.of(of.batch.size()),
          DataBuffers.of(asked == null ? new int[of.batch.size()] : asked, true, false));
      made.add(tensor);
      put(feeds, at, tensor);
    });
    return feeds;
  }

  private static void put(Map<String, Feed> feeds, Operand<?> at, Tensor tensor) {
    feeds.put(key(at.asOutput()), new Feed(at, tensor));
  }

  private static TFloat32 keep(List<Tensor> made, Shape shape, float[] numbers) {
    TFloat32 tensor = TFloat32.tensorOf(shape, DataBuffers.of(numbers, true, false));
    made.add(tensor);
    return tensor;
  }

  /** A visit is one where it has any modality. */
  private float[] visits(Batch batch, Change change) {
    float[] visits = new float[Math.toIntExact(batch.visitMask().size())];
    presence.keySet().forEach(modality -> {
      float @Nullable [] changed = change.presence().get(modality);
      float[] own = changed != null
          ? changed
          : Tensors.floats(batch.modalities().get(modality).floats(BatchField.PRESENCE));
      for (int i = 0; i < visits.length; i++) {
        visits[i] = Math.max(visits[i], own[i]);
      }
    });
    return visits;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
    precision.close();
  }
}
