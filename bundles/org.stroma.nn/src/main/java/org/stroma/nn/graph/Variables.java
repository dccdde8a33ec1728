/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.stroma.nn.Initializer;
import org.stroma.nn.Seeds;
import org.stroma.nn.Variable;
import org.stroma.nn.VariableStore;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The variables of one graph by path. The training and inference sub-graphs request the same paths
 * and thereby share them. Initial values depend only on seed and path, so a variable starts the
 * same regardless of the rest of the model.
 */
public final class Variables implements VariableStore {
  private record Access(Placeholder<TFloat32> input, Op assign) {}

  /** Assigns a variable's initial value; the seeds are constants of the graph that a run feeds. */
  private record Start(Op assign, List<Output<?>> seeds) {}

  private record Held(
      String name,
      VarHandleOp handle,
      Operand<TFloat32> value,
      Shape shape,
      Initializer initializer,
      boolean trainable,
      boolean decay)
      implements Variable {
    @Override
    public VarHandleOp handle() {
      if (handle == null) {
        throw new IllegalStateException(
            "variable " + name + " is a constant of a model that is exported");
      }
      return handle;
    }
  }

  private final Ops tf;
  private final Map<String, Variable> byName = new LinkedHashMap<>();
  private final Map<String, Access> access = new LinkedHashMap<>();
  private final Map<String, Start> starts = new LinkedHashMap<>();
  private final @Nullable Map<String, float[]> constants;

  private Variables(Ops tf, @Nullable Map<String, float[]> constants) {
    this.tf = tf;
    this.constants = constants;
  }

  /**
   * Variables as constants of the graph, for exported models. They cannot be assigned, read or
   * trained.
   *
   * @param values by path
   */
  public static Variables constant(Ops tf, Map<String, float[]> values) {
    return new Variables(tf, values);
  }

  /** @param tf operations of the graph that holds the variables */
  public Variables(Ops tf) {
    this(tf, null);
  }

  @Override
  public Variable variable(
      String name, Shape shape, Initializer initializer, boolean trainable, boolean decay) {
    Variable existing = byName.get(name);
    if (existing != null) {
      if (!existing.shape().equals(shape)) {
        throw new IllegalArgumentException("variable " + name + " has shape " + existing.shape()
            + " and was asked for as " + shape);
      }
      return existing;
    }
    if (constants != null) {
      float[] value = constants.get(name);
      if (value == null || value.length != shape.size()) {
        throw new IllegalArgumentException(
            "there is no value of shape " + shape + " for variable " + name);
      }
      Variable fixed = new Held(
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
    Variable made = new Held(
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

  /** All variables in creation order. */
  public Collection<Variable> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** The trainable variables. */
  public List<Variable> trainable() {
    return byName.values().stream().filter(Variable::trainable).toList();
  }

  /** Number of trainable parameters whose path starts with a prefix ("" for all). */
  public long parameterCount(String prefix) {
    return trainable().stream()
        .filter(v -> v.name().startsWith(prefix))
        .mapToLong(v -> v.shape().size())
        .sum();
  }

  /** Initialises all variables in one run, each on its device. */
  public void initialize(Session session, long seed) {
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Variable v : byName.values()) {
        Start start = starts.computeIfAbsent(v.name(), name -> start(v));
        for (int i = 0; i < start.seeds().size(); i++) {
          TInt64 pair = TInt64.vectorOf(Seeds.of(v.name(), seed), i);
          tensors.add(pair);
          runner.feed(start.seeds().get(i), pair);
        }
        runner.addTarget(start.assign());
      }
      if (!byName.isEmpty()) {
        runner.run().close();
      }
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private Start start(Variable v) {
    Operand<TFloat32> value = v.initializer().value(tf, v.shape(), 0);
    Set<Output<?>> seeds = new LinkedHashSet<>();
    collectSeeds((GraphOperation) value.op(), v.name(), new HashSet<>(), seeds);
    return new Start(tf.assignVariableOp(v.handle(), value), List.copyOf(seeds));
  }

  /** Collects seeds in the order of inputs, which does not depend on the rest of the graph. */
  private static void collectSeeds(
      GraphOperation op, String variable, Set<String> visited, Set<Output<?>> seeds) {
    if (!visited.add(op.name())) {
      return;
    }
    String type = op.type();
    if (type.equals("StatelessRandomGetKeyCounter")) {
      seeds.add(seed(op.input(0), variable));
    } else if (type.startsWith("Stateless") && !type.endsWith("V2") && op.numInputs() > 1) {
      seeds.add(seed(op.input(1), variable));
    } else if ((type.startsWith("Random") || type.contains("TruncatedNormal"))
        && !type.startsWith("Stateless")) {
      throw new IllegalArgumentException(
          "the initializer of variable " + variable + " draws numbers with " + type
              + ", which no seed repeats; use one of TensorFlow's stateless random operations");
    }
    op.inputs()
        .forEach(input -> collectSeeds((GraphOperation) input.op(), variable, visited, seeds));
  }

  private static Output<?> seed(Output<?> seed, String variable) {
    if (seed.type() != TInt64.class || !seed.shape().equals(Shape.of(2))) {
      throw new IllegalArgumentException("the initializer of variable " + variable
          + " has to seed its random operations with tf.constant(new long[] {seed, 0})");
    }
    return seed;
  }

  /**
   * Assigns values to the named variables; others keep theirs.
   *
   * @param values row-major, by path
   * @throws IllegalArgumentException if there is no such variable or the length does not match
   */
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

  /** The current values of all variables, row-major, by path. */
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
}
