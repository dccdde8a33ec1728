/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.OperationAttributeInspector;
import org.tensorflow.Output;
import org.tensorflow.proto.DataType;

/** An operation of TensorFlow that is being translated, and what it becomes. */
final class Node {
  /** The values of the model so far. */
  interface Values {
    /** The name of what an output of TensorFlow became. */
    String of(Output<?> output);

    /** The same as 64-bit whole numbers. */
    String integers(Output<?> output);
  }

  private final GraphOperation op;
  private final OnnxGraph graph;
  private final Values values;
  private final Constants constants;

  Node(GraphOperation op, OnnxGraph graph, Values values, Constants constants) {
    this.op = op;
    this.graph = graph;
    this.values = values;
    this.constants = constants;
  }

  int inputs() {
    return op.numInputs();
  }

  int outputs() {
    return op.numOutputs();
  }

  /** The name of an input. */
  String in(int input) {
    return values.of(op.input(input));
  }

  /** An input as 64-bit whole numbers, which ONNX wants shapes, axes and indices in. */
  String integers(int input) {
    return values.integers(op.input(input));
  }

  /** Whether an input follows from no input of the model. */
  boolean isConstant(int input) {
    return constants.of(op.input(input)) != null;
  }

  /** The numbers of an input that is constant. */
  long[] constant(int input, String what) {
    Constants.Value value = constants.of(op.input(input));
    if (value == null) {
      throw new Untranslatable(what + " must not depend on an input");
    }
    return value.integers();
  }

  /** An input's number of axes. */
  int rank(int input) {
    int rank = op.input(input).shape().numDimensions();
    if (rank < 0) {
      throw new Untranslatable("the number of axes of its input is not known");
    }
    return rank;
  }

  /** The length of an input's axis, counted from behind where it is negative; -1 if it is open. */
  long length(int input, int axis) {
    return op.input(input).shape().get(axis < 0 ? rank(input) + axis : axis);
  }

  /** An axis as counted from the front. */
  long axis(long axis, int axes) {
    return axis < 0 ? axis + axes : axis;
  }

  DataType dataType(int input) {
    return op.input(input).dataType();
  }

  ElementType type(int input) {
    return ElementType.of(dataType(input));
  }

  ElementType outputType(int output) {
    return ElementType.of(op.output(output).dataType());
  }

  boolean isWhole(int input) {
    ElementType type = type(input);
    return type == ElementType.INT32 || type == ElementType.INT64;
  }

  OperationAttributeInspector attributes() {
    return op.attributes();
  }

  /** Adds a node, and gives the name of its first output. */
  String add(String type, String... inputs) {
    return add(type, Map.of(), inputs);
  }

  /** Adds a node with attributes. */
  String add(String type, Map<String, ?> attributes, String... inputs) {
    return add(type, attributes, 1, inputs).get(0);
  }

  /** Adds a node with several outputs. */
  List<String> add(String type, Map<String, ?> attributes, int outputs, String... inputs) {
    List<String> names = java.util.stream.IntStream.range(0, outputs)
        .mapToObj(i -> graph.unique(op.name() + "." + type))
        .toList();
    graph.node(type, List.of(inputs), names, attributes);
    return names;
  }

  /** A vector of 64-bit whole numbers. */
  String vector(long... numbers) {
    return graph.integers(numbers);
  }

  /** A number of the type of an input. */
  String number(int input, double value) {
    return graph.scalar(type(input), value);
  }

  /** A number of a type. */
  String number(ElementType type, double value) {
    return graph.scalar(type, value);
  }

  String cast(String value, ElementType type) {
    return add("Cast", Map.of("to", (long) type.number()), value);
  }

  /** 64-bit whole numbers as the type that an output has. */
  String asOutput(int output, String integers) {
    ElementType type = outputType(output);
    return type == ElementType.INT64 ? integers : cast(integers, type);
  }

  String transpose(String value, long... axes) {
    return add("Transpose", Map.of("perm", axes), value);
  }
}
