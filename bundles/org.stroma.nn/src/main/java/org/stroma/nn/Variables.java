/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;

/**
 * The variables of one graph, by path. The training and the inference sub-graph ask for the same paths and so share
 * them. Values start from the seed and the path alone: a variable starts the same whatever else the model holds.
 */
public final class Variables {
  private record Access(Placeholder<TFloat32> input, Op assign) {}

  private final Ops tf;
  private final Map<String, Variable> byName = new LinkedHashMap<>();
  private final Map<String, Access> access = new LinkedHashMap<>();
  private final Map<String, float[]> constants;

  private Variables(Ops tf, Map<String, float[]> constants) {
    this.tf = tf;
    this.constants = constants;
  }

  /**
   * Weights that stay as they are, as constants of the graph: for a model that is exported. They cannot be assigned,
   * read or trained.
   *
   * @param values by path
   */
  public static Variables constant(Ops tf, Map<String, float[]> values) {
    return new Variables(tf, values);
  }

  /** @param tf operations of the graph that is to hold the variables */
  public Variables(Ops tf) {
    this(tf, null);
  }

  /** Returns the variable of that path, made on first use; a second use with another shape is a fault of the caller. */
  Variable get(
      String name, Shape shape, Initializer initializer, boolean trainable, boolean decay) {
    Variable known = byName.get(name);
    if (known != null) {
      if (!known.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "variable " + name + " has shape " + known.shape() + " and was asked for as " + shape);
      }
      return known;
    }
    if (constants != null) {
      float[] value = constants.get(name);
      if (value == null || value.length != shape.size()) {
        throw new IllegalArgumentException(
            "there is no value of shape " + shape + " for variable " + name);
      }
      Variable fixed = new Variable(
          name,
          null,
          tf.constant(shape, DataBuffers.of(value, true, false)),
          shape,
          initializer,
          trainable,
          decay);
      byName.put(name, fixed);
      return fixed;
    }
    VarHandleOp handle = tf.varHandleOp(TFloat32.class, shape, VarHandleOp.sharedName(name));
    Variable made = new Variable(
        name,
        handle,
        tf.readVariableOp(handle, TFloat32.class),
        shape,
        initializer,
        trainable,
        decay);
    byName.put(name, made);
    Placeholder<TFloat32> input = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
    access.put(name, new Access(input, tf.assignVariableOp(handle, input)));
    return made;
  }

  /** All variables in the order in which they were made. */
  public Collection<Variable> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** The variables that an optimizer changes. */
  public List<Variable> trainable() {
    return byName.values().stream().filter(Variable::trainable).toList();
  }

  /** The number of trainable numbers whose path starts with the prefix ("" for all). */
  public long parameterCount(String prefix) {
    return trainable().stream()
        .filter(v -> v.name().startsWith(prefix))
        .mapToLong(v -> v.shape().size())
        .sum();
  }

  /** Gives every variable its start value. */
  public void initialize(Session session, long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Variable v : byName.values()) {
      values.put(v.name(), startValue(v, seed));
    }
    assign(session, values);
  }

  /** The value a variable starts with, row-major. */
  public static float[] startValue(Variable v, long seed) {
    float[] values = new float[Math.toIntExact(v.shape().size())];
    v.initializer().fill(values, v.shape().asArray(), new Random(seedOf(v.name(), seed)));
    return values;
  }

  /** Sets the named variables; other variables keep their values. */
  public void assign(Session session, Map<String, float[]> values) {
    List<TFloat32> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      values.forEach((name, value) -> {
        Variable v = byName.get(name);
        if (v == null) {
          throw new IllegalArgumentException("there is no variable " + name);
        }
        if (value.length != v.shape().size()) {
          throw new IllegalArgumentException("variable " + name + " has shape " + v.shape()
              + " and was given " + value.length + " numbers");
        }
        TFloat32 tensor = TFloat32.tensorOf(v.shape(), DataBuffers.of(value, true, false));
        tensors.add(tensor);
        runner.feed(access.get(name).input(), tensor).addTarget(access.get(name).assign());
      });
      if (!values.isEmpty()) {
        runner.run().close();
      }
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  /** The present values of all variables, row-major, by path. */
  public Map<String, float[]> read(Session session) {
    List<Variable> order = List.copyOf(byName.values());
    Session.Runner runner = session.runner();
    order.forEach(v -> runner.fetch(v.value()));
    Map<String, float[]> values = new LinkedHashMap<>();
    if (order.isEmpty()) {
      return values;
    }
    try (var result = runner.run()) {
      for (int i = 0; i < order.size(); i++) {
        float[] value = new float[Math.toIntExact(order.get(i).shape().size())];
        ((TFloat32) result.get(i)).asRawTensor().data().asFloats().read(value);
        values.put(order.get(i).name(), value);
      }
    }
    return values;
  }

  /** A seed made of a path and a seed (FNV-1a, mixed), stable across machines and versions of Java. */
  static long seedOf(String name, long seed) {
    long h = 0xcbf29ce484222325L ^ seed * 0x9E3779B97F4A7C15L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    return h ^ (h >>> 31);
  }
}
