/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The variables of one graph by path. The training and inference sub-graphs request the same paths
 * and thereby share them. Initial values depend only on seed and path, so a variable starts the
 * same regardless of the rest of the model.
 */
public final class Variables implements VariableStore {
  /** A draw of an initializer: its seed, the variable, and the how manieth of that variable's it is. */
  private record Seed(Output<?> output, String variable, int number) {}

  /** Assigns a variable's initial value; the seeds are constants of the graph that a run feeds. */
  private record Start(Op assign, List<Seed> seeds) {}

  private final Ops tf;
  private final Map<String, Variable> byName = new LinkedHashMap<>();
  private final List<Resource> resources = new ArrayList<>();
  private final Map<String, Start> starts = new HashMap<>();
  private final Map<Boolean, ParameterVector> vectors = new TreeMap<>();
  private final Map<String, Variable> companions = new HashMap<>();
  private final Predicate<String> joined;
  private final Consumer<String> alone;
  private final @Nullable Map<String, float[]> constants;

  private Variables(
      Ops tf,
      Predicate<String> joined,
      Consumer<String> alone,
      @Nullable Map<String, float[]> constants) {
    this.tf = tf;
    this.joined = joined;
    this.alone = alone;
    this.constants = constants;
  }

  /**
   * Variables as constants of the graph, for exported models. They cannot be assigned, read or
   * trained.
   *
   * @param values by path
   */
  public static Variables constant(Ops tf, Map<String, float[]> values) {
    return new Variables(tf, name -> false, name -> {}, values);
  }

  /**
   * Variables of which some lie in one vector, so that an optimizer changes all of them in one step. They are read, assigned and initialised by
   * their own names, as if each was alone; so are an optimizer's memories of them.
   *
   * @param joined whether a trainable variable of this path goes into the vector; all that do must be changed by the optimizer
   * @param alone is told the path of a joined variable that a part wants to change by itself, which fails: it must not be joined
   */
  public static Variables joined(Ops tf, Predicate<String> joined, Consumer<String> alone) {
    return new Variables(tf, joined, alone, null);
  }

  /** @param tf operations of the graph that holds the variables */
  public Variables(Ops tf) {
    this(tf, name -> false, name -> {}, null);
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
    if (trainable && joined.test(name)) {
      ParameterVector vector = vectors.computeIfAbsent(decay, this::vector);
      if (vector.fits(shape)) {
        Variable part = vector.place(name, shape, initializer, () -> alone.accept(name));
        byName.put(name, part);
        return part;
      }
    }
    for (ParameterVector vector : vectors.values()) {
      if (vector.isCompanion(name, shape)) {
        return companions.computeIfAbsent(
            name, whole -> companion(vector.companion(whole, initializer), initializer));
      }
    }
    Resource resource = Resource.alone(tf, name, shape, initializer);
    resources.add(resource);
    Variable made =
        new Held(name, resource.handle(), resource.value(), shape, initializer, trainable, decay);
    byName.put(name, made);
    return made;
  }

  private ParameterVector vector(boolean decay) {
    ParameterVector vector = new ParameterVector(tf, decay);
    resources.add(vector.resource());
    return vector;
  }

  /** Of a vector's companion its parts are listed, as they would be if each was alone. */
  private Variable companion(Resource resource, Initializer initializer) {
    resources.add(resource);
    resource
        .pieces()
        .forEach((name, piece) -> byName.put(
            name,
            new Held(name, null, resource.value(piece), piece.shape(), initializer, false, false)));
    return new Held(
        resource.name(),
        resource.handle(),
        resource.value(),
        resource.shape(),
        initializer,
        false,
        false);
  }

  /** The vectors that variables lie in; none unless variables are {@link #joined}. */
  public Collection<ParameterVector> vectors() {
    return Collections.unmodifiableCollection(vectors.values());
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
    requireVariables();
    List<Tensor> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Resource resource : resources) {
        Start start = starts.computeIfAbsent(resource.name(), name -> start(resource));
        for (Seed drawn : start.seeds()) {
          TInt64 pair = TInt64.vectorOf(Seeds.of(drawn.variable(), seed), drawn.number());
          tensors.add(pair);
          runner.feed(drawn.output(), pair);
        }
        runner.addTarget(start.assign());
      }
      if (!resources.isEmpty()) {
        runner.run().close();
      }
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private void requireVariables() {
    if (constants != null) {
      throw new IllegalStateException("the variables are constants of a model that is exported");
    }
  }

  private Start start(Resource resource) {
    List<Seed> seeds = new ArrayList<>();
    Operand<TFloat32> value =
        resource.start((variable, start) -> seeds.addAll(seeds(variable, start)));
    return new Start(tf.assignVariableOp(resource.handle(), value), seeds);
  }

  private static List<Seed> seeds(String variable, Operand<TFloat32> value) {
    Set<Output<?>> outputs = new LinkedHashSet<>();
    collectSeeds((GraphOperation) value.op(), variable, new HashSet<>(), outputs);
    List<Seed> seeds = new ArrayList<>();
    outputs.forEach(output -> seeds.add(new Seed(output, variable, seeds.size())));
    return seeds;
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
    requireVariables();
    values.forEach(this::check);
    List<TFloat32> tensors = new ArrayList<>();
    try {
      Session.Runner runner = session.runner();
      for (Resource resource : resources) {
        if (resource.pieces().keySet().stream().anyMatch(values::containsKey)) {
          TFloat32 tensor = TFloat32.tensorOf(
              resource.shape(), DataBuffers.of(numbers(session, resource, values), true, false));
          tensors.add(tensor);
          runner.feed(resource.input(), tensor).addTarget(resource.assign());
        }
      }
      if (!tensors.isEmpty()) {
        runner.run().close();
      }
    } finally {
      tensors.forEach(TFloat32::close);
    }
  }

  private void check(String name, float[] value) {
    Variable v = byName.get(name);
    if (v == null) {
      throw new IllegalArgumentException("there is no variable " + name);
    }
    if (value.length != v.shape().size()) {
      throw new IllegalArgumentException("variable " + name + " has shape " + v.shape()
          + " and was given " + value.length + " numbers");
    }
  }

  /** What a resource holds once some of its variables have new values. */
  private static float[] numbers(Session session, Resource resource, Map<String, float[]> values) {
    if (!resource.isVector()) {
      return values.get(resource.name());
    }
    float[] numbers;
    if (values.keySet().containsAll(resource.pieces().keySet())) {
      numbers = new float[Math.toIntExact(resource.shape().size())];
    } else {
      try (var result = session.runner().fetch(resource.value()).run()) {
        numbers = Tensors.floats((TFloat32) result.get(0));
      }
    }
    resource.write(values, numbers);
    return numbers;
  }

  /** The current values of all variables, row-major, by path. */
  public Map<String, float[]> read(Session session) {
    requireVariables();
    Map<String, float[]> values = new LinkedHashMap<>();
    if (resources.isEmpty()) {
      return values;
    }
    Session.Runner runner = session.runner();
    resources.forEach(resource -> runner.fetch(resource.value()));
    Map<String, float[]> found = new HashMap<>();
    try (var result = runner.run()) {
      for (int i = 0; i < resources.size(); i++) {
        found.putAll(resources.get(i).cut(Tensors.floats((TFloat32) result.get(i))));
      }
    }
    byName.keySet().forEach(name -> values.put(name, found.get(name)));
    return values;
  }
}
