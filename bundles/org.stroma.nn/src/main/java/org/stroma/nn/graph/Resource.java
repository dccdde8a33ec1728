/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.stroma.nn.Initializer;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * Numbers that a session keeps between runs: of one variable, in its shape, or as a vector of several one behind the other. In a vector each
 * begins at a multiple of 64 bytes: from there TensorFlow takes a part of a tensor without a copy, if the part is of such a length too, as
 * those of most kernels are.
 */
final class Resource {
  /** Floats in 64 bytes. */
  private static final long ALIGNED = 16;

  /**
   * A variable's place.
   *
   * @param begin of its first number
   */
  record Piece(Shape shape, Initializer initializer, long begin) {
    private int first() {
      return Math.toIntExact(begin);
    }

    private int length() {
      return Math.toIntExact(shape.size());
    }
  }

  private final Ops tf;
  private final String name;
  private final VarHandleOp handle;
  private final Operand<TFloat32> value;
  private final Placeholder<TFloat32> input;
  private final Op assign;
  private final boolean vector;
  private final Map<String, Piece> pieces = new LinkedHashMap<>();
  private long length;

  private Resource(Ops tf, String name, Shape shape, boolean vector) {
    this.tf = tf;
    this.name = name;
    this.vector = vector;
    handle = tf.varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
    value = tf.readVariableOp(handle, TFloat32.class);
    input = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    assign = tf.assignVariableOp(handle, input);
  }

  /** Of one variable. */
  static Resource alone(Ops tf, String name, Shape shape, Initializer initializer) {
    Resource alone = new Resource(tf, name, shape, false);
    alone.add(name, shape, initializer);
    return alone;
  }

  /** Of variables that are added to it. */
  static Resource vector(Ops tf, String name) {
    return new Resource(tf, name, Shape.of(Shape.UNKNOWN_SIZE), true);
  }

  /** Gives a variable its place behind all others. */
  Piece add(String variable, Shape shape, Initializer initializer) {
    Piece piece = new Piece(shape, initializer, length);
    pieces.put(variable, piece);
    length = vector ? aligned(length + shape.size()) : shape.size();
    return piece;
  }

  /** Whether there is room for another variable: Java's arrays end at 2^31 numbers. */
  boolean fits(Shape shape) {
    return aligned(length + shape.size()) <= Integer.MAX_VALUE - ALIGNED;
  }

  private static long aligned(long length) {
    return (length + ALIGNED - 1) / ALIGNED * ALIGNED;
  }

  boolean isVector() {
    return vector;
  }

  String name() {
    return name;
  }

  VarHandleOp handle() {
    return handle;
  }

  /** What is read: the variable, or the vector. */
  Operand<TFloat32> value() {
    return value;
  }

  /** What is read of one variable in the vector. */
  Operand<TFloat32> value(Piece piece) {
    return tf.reshape(
        tf.slice(value, tf.array(piece.begin()), tf.array(piece.shape().size())),
        tf.constant(piece.shape().asArray()));
  }

  /** Is fed with what {@link #assign} writes. */
  Placeholder<TFloat32> input() {
    return input;
  }

  Op assign() {
    return assign;
  }

  /** The variables in it. */
  Map<String, Piece> pieces() {
    return Collections.unmodifiableMap(pieces);
  }

  Shape shape() {
    return vector ? Shape.of(length) : pieces.get(name).shape();
  }

  /**
   * Values of all variables in it, such as their gradients, in its own shape.
   *
   * @param values by name, each of its variable's shape
   */
  Operand<TFloat32> gathered(Map<String, Operand<TFloat32>> values) {
    if (!vector) {
      return values.get(name);
    }
    List<Operand<TFloat32>> parts = new ArrayList<>();
    pieces.forEach((variable, piece) -> {
      parts.add(tf.reshape(values.get(variable), tf.array(-1)));
      long rest = aligned(piece.shape().size()) - piece.shape().size();
      if (rest > 0) {
        parts.add(tf.constant(new float[(int) rest]));
      }
    });
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
  }

  /**
   * First values, of each variable as of its initializer.
   *
   * @param each is told them by name
   */
  Operand<TFloat32> start(BiConsumer<String, Operand<TFloat32>> each) {
    Map<String, Operand<TFloat32>> values = new LinkedHashMap<>();
    pieces.forEach((variable, piece) -> {
      Operand<TFloat32> start = piece.initializer().value(tf, piece.shape(), 0);
      each.accept(variable, start);
      values.put(variable, start);
    });
    return gathered(values);
  }

  /** All numbers, cut into those of the variables. */
  Map<String, float[]> cut(float[] numbers) {
    if (!vector) {
      return Map.of(name, numbers);
    }
    Map<String, float[]> values = new LinkedHashMap<>();
    pieces.forEach((variable, piece) -> values.put(
        variable, Arrays.copyOfRange(numbers, piece.first(), piece.first() + piece.length())));
    return values;
  }

  /**
   * Writes the numbers of some variables, each of its length, to their places among all.
   *
   * @param values by name; those of variables that are not in it are left out
   */
  void write(Map<String, float[]> values, float[] numbers) {
    pieces.forEach((variable, piece) -> {
      if (values.containsKey(variable)) {
        System.arraycopy(values.get(variable), 0, numbers, piece.first(), piece.length());
      }
    });
  }
}
