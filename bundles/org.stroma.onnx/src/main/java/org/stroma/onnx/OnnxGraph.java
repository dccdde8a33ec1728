/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes and initializers of a GraphProto as they come, and names for what they give. */
final class OnnxGraph {
  private final List<Message> nodes = new ArrayList<>();
  private final List<Message> initializers = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, String> small = new HashMap<>();

  /** A name that nothing else has: the wanted one, or that with a number. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !taken.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** @param attributes whole numbers, lists of them, floats and texts by name */
  void node(String type, List<String> inputs, List<String> outputs, Map<String, ?> attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    outputs.forEach(output -> node.text(2, output));
    node.text(3, outputs.get(0)).text(4, type);
    attributes.forEach((name, value) -> node.message(5, attribute(name, value)));
    nodes.add(node);
  }

  private static Message attribute(String name, Object value) {
    Message attribute = new Message().text(1, name);
    if (value instanceof Float real) {
      return attribute.real(2, real).integer(20, 1);
    }
    if (value instanceof Long integer) {
      return attribute.integer(3, integer).integer(20, 2);
    }
    if (value instanceof String text) {
      return attribute.text(4, text).integer(20, 3);
    }
    for (long integer : (long[]) value) {
      attribute.integer(8, integer);
    }
    return attribute.integer(20, 7);
  }

  /**
   * Adds a constant.
   *
   * @param values row by row, little endian
   */
  String initializer(String wanted, ElementType type, long[] shape, byte[] values) {
    String name = unique(wanted);
    Message tensor = new Message();
    for (long length : shape) {
      tensor.integer(1, length);
    }
    ByteString raw = UnsafeByteOperations.unsafeWrap(values);
    initializers.add(tensor.integer(2, type.number()).text(8, name).bytes(9, raw));
    return name;
  }

  /** A vector of 64-bit whole numbers; the same one for the same numbers. */
  String integers(long... values) {
    return small.computeIfAbsent(Arrays.toString(values), key -> {
      ByteBuffer bytes = buffer(values.length * Long.BYTES);
      bytes.asLongBuffer().put(values);
      return initializer("integers", ElementType.INT64, new long[] {values.length}, bytes.array());
    });
  }

  /** A number without axes; the same one for the same number and type. */
  String scalar(ElementType type, double value) {
    return small.computeIfAbsent(
        type + " " + value, key -> initializer("number", type, new long[0], bytes(type, value)));
  }

  private static byte[] bytes(ElementType type, double value) {
    return switch (type) {
      case FLOAT -> buffer(4).putFloat((float) value).array();
      case DOUBLE -> buffer(8).putDouble(value).array();
      case INT32 -> buffer(4).putInt((int) value).array();
      case INT64 -> buffer(8).putLong((long) value).array();
      case BOOL, INT8, UINT8 -> new byte[] {(byte) value};
      case HALF, BFLOAT16 -> throw new Untranslatable("its type " + type + " is not translated");
    };
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A GraphProto; its inputs and outputs are ValueInfoProtos. */
  Message message(String name, String doc, List<Message> inputs, List<Message> outputs) {
    Message graph = new Message();
    nodes.forEach(node -> graph.message(1, node));
    graph.text(2, name);
    initializers.forEach(tensor -> graph.message(5, tensor));
    graph.text(10, doc);
    inputs.forEach(input -> graph.message(11, input));
    outputs.forEach(output -> graph.message(12, output));
    return graph;
  }
}
