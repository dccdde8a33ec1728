/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;

/** Turns a graph of TensorFlow, whose weights are constants, into an ONNX model, operation by operation. */
public final class OnnxExport {
  /** Operations that are no part of a model, but of what TensorFlow can compute beforehand. */
  private static final Set<String> BEFOREHAND =
      Set.of("LinSpace", "Diag", "MatrixDiagV2", "MatrixDiagV3", "MatrixBandPart");

  private final OnnxGraph graph = new OnnxGraph();
  private final Map<Output<?>, String> names = new HashMap<>();
  private final Map<Output<?>, String> whole = new HashMap<>();
  private final Map<String, String> weights;
  private Constants constants;

  private OnnxExport(Map<String, String> weights) {
    this.weights = weights;
  }

  /**
   * Translates what the outputs need; it may have open lengths. What follows from constants alone is computed now.
   *
   * @param session of the graph
   * @param inputs all placeholders that the outputs need
   * @param weights names of constants in the model, by the names of their operations; others have the latter
   * @throws OnnxExportException if an operation has no counterpart, or the model is too large for an ONNX file
   */
  public static OnnxModel model(
      Session session,
      List<OnnxTensor> inputs,
      List<OnnxTensor> outputs,
      Map<String, String> weights,
      OnnxModel.Facts facts) {
    return new OnnxExport(weights).translate(session, inputs, outputs, facts);
  }

  private OnnxModel translate(
      Session session, List<OnnxTensor> inputs, List<OnnxTensor> outputs, OnnxModel.Facts facts) {
    for (OnnxTensor tensor : inputs) {
      names.put(tensor.value().asOutput(), graph.unique(tensor.name()));
    }
    // before anything else takes them
    List<String> said =
        outputs.stream().map(tensor -> graph.unique(tensor.name())).toList();
    List<? extends Operand<?>> values = outputs.stream().map(OnnxTensor::value).toList();
    List<GraphOperation> operations = needed(values);
    Predicate<String> known = type -> Operations.of(type) != null || BEFOREHAND.contains(type);
    constants = new Constants(operations, known, values, session);
    for (GraphOperation op : operations) {
      if (!constants.has(op) && !names.containsKey(op.output(0))) {
        add(op);
      }
    }
    for (int i = 0; i < said.size(); i++) {
      graph.node(
          "Identity", List.of(name(values.get(i).asOutput())), List.of(said.get(i)), Map.of());
    }
    Message message = graph.message(
        facts.name(),
        facts.doc(),
        inputs.stream().map(OnnxExport::described).toList(),
        outputs.stream().map(OnnxExport::described).toList());
    return new OnnxModel(message, facts);
  }

  /** The operations that outputs follow from, each behind what it needs; without what stands before inputs. */
  private List<GraphOperation> needed(List<? extends Operand<?>> outputs) {
    List<GraphOperation> order = new ArrayList<>();
    Set<String> begun = new HashSet<>();
    Set<String> done = new HashSet<>();
    Deque<GraphOperation> stack = new ArrayDeque<>();
    outputs.forEach(output -> stack.push((GraphOperation) output.op()));
    while (!stack.isEmpty()) {
      GraphOperation op = stack.peek();
      if (!begun.add(op.name())) {
        stack.pop();
        if (done.add(op.name())) {
          order.add(op);
        }
      } else if (!names.containsKey(op.output(0))) {
        for (Operand<?> input : op.inputs()) {
          if (!begun.contains(input.op().name())) {
            stack.push((GraphOperation) input.op());
          }
        }
      }
    }
    return order;
  }

  private void add(GraphOperation op) {
    Operations.Translation translation = Operations.of(op.type());
    if (translation == null) {
      throw new OnnxExportException(
          op.name(),
          op.type().equals("Placeholder")
              ? "the outputs need " + op.name() + ", which is no input of the model"
              : "TensorFlow's operation " + op.type()
                  + " has no counterpart in Stroma's export to ONNX");
    }
    try {
      List<String> made = translation.of(new Node(op, graph, new Values(), constants));
      for (int i = 0; i < made.size(); i++) {
        names.put(op.output(i), made.get(i));
      }
    } catch (Untranslatable e) {
      throw new OnnxExportException(
          op.name(),
          "TensorFlow's operation " + op.type() + " cannot be said in ONNX here: "
              + e.getMessage());
    }
  }

  /** What the outputs of operations became. */
  private final class Values implements Node.Values {
    @Override
    public String of(Output<?> output) {
      return name(output);
    }

    @Override
    public String integers(Output<?> output) {
      return whole.computeIfAbsent(output, o -> {
        Constants.Value value = constants.of(o);
        if (value != null && value.shape().length == 1) {
          return graph.integers(value.integers());
        }
        if (ElementType.of(o.dataType()) == ElementType.INT64) {
          return name(o);
        }
        String cast = graph.unique(o.op().name() + ".Cast");
        graph.node("Cast", List.of(name(o)), List.of(cast), Map.of("to", (long)
            ElementType.INT64.number()));
        return cast;
      });
    }
  }

  private String name(Output<?> output) {
    String name = names.get(output);
    if (name == null) {
      Constants.Value value = constants.of(output);
      if (value == null) {
        throw new IllegalStateException("nothing became of " + output);
      }
      String operation = output.op().name();
      name = graph.initializer(
          weights.getOrDefault(operation, operation), value.type(), value.shape(), value.bytes());
      names.put(output, name);
    }
    return name;
  }

  /** A ValueInfoProto. */
  private static Message described(OnnxTensor tensor) {
    Message dimensions = new Message();
    Shape shape = tensor.value().shape();
    for (int i = 0; i < shape.numDimensions(); i++) {
      String axis = i < tensor.axes().size() ? tensor.axes().get(i) : "";
      Message dimension = new Message();
      if (shape.get(i) >= 0) {
        dimension.integer(1, shape.get(i));
      } else if (!axis.isEmpty()) {
        dimension.text(2, axis);
      }
      dimensions.message(1, dimension);
    }
    ElementType type = ElementType.of(tensor.value().asOutput().dataType());
    Message of = new Message().integer(1, type.number());
    if (!shape.isUnknown()) {
      of.message(2, dimensions);
    }
    return new Message().text(1, tensor.name()).message(2, new Message().message(1, of));
  }
}
