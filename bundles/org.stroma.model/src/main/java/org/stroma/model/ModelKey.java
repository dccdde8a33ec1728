/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetInfo;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.parts.WiredParts;

/**
 * What the graph of a model follows from, beside the seed and the number of training patients. Two models with the same key differ in
 * nothing but the values of their variables.
 */
final class ModelKey {
  private final Experiment experiment;
  private final WiredParts parts;
  private final List<Object> shapes;

  /**
   * The shape of a modality.
   *
   * @param kind its class
   * @param size the width or the size of the vocabulary
   */
  private record Input(Class<?> kind, int size, boolean located) {}

  private static final Dataset.Kinds<Input> KINDS = new Dataset.Kinds<>() {
    @Override
    public Input vectors(Dataset.Vectors input) {
      return new Input(Dataset.Vectors.class, input.width(), false);
    }

    @Override
    public Input tokens(Dataset.Tokens input) {
      return new Input(Dataset.Tokens.class, input.vocabularySize(), false);
    }

    @Override
    public Input bags(Dataset.Bags input) {
      return new Input(Dataset.Bags.class, input.width(), input.located());
    }
  };

  ModelKey(ModelSpec spec) {
    experiment = spec.experiment();
    parts = spec.parts();
    SortedMap<String, Object> inputs = new TreeMap<>();
    spec.dataset().inputs().forEach((name, input) -> inputs.put(name, input.accept(KINDS)));
    SortedMap<String, Object> infos = new TreeMap<>();
    spec.statistics().forEach((name, info) -> infos.put(name, values(info)));
    shapes = List.of(inputs, infos, spec.attention(), spec.computing());
  }

  /** Whether the graphs are the same: of the very same settings and parts, over inputs of the same shapes and targets alike. */
  boolean same(ModelKey other) {
    return of(other.experiment) && of(other.parts) && shapes.equals(other.shapes);
  }

  boolean of(WiredParts some) {
    return one(parts, some);
  }

  boolean of(Experiment some) {
    return one(experiment, some);
  }

  /** Settings that are equal may be of parts that are not. */
  private static boolean one(Object a, Object b) {
    return a == b;
  }

  /** All that parts can ask of a target, to be compared; of a kind that is not known here, what is like no other. */
  static Object values(TargetInfo info) {
    if (info instanceof TargetInfo.Survival survival) {
      return List.of(info.kind(), numbers(survival.cuts()));
    }
    if (info instanceof TargetInfo.Real real) {
      return List.of(info.kind(), numbers(real.mean(), real.scale()));
    }
    if (info instanceof TargetInfo.Count count) {
      return List.of(info.kind(), numbers(count.mean()));
    }
    if (info instanceof TargetInfo.Labels labels) {
      return List.of(info.kind(), numbers(labels.shares()), labels.names());
    }
    if (info instanceof TargetInfo.Patches patches) {
      return List.of(info.kind(), patches.modality(), numbers(patches.shares()), patches.names());
    }
    if (info instanceof TargetInfo.Classes classes) {
      return List.of(info.kind(), numbers(classes.shares()), classes.names());
    }
    return new Object();
  }

  private static List<Float> numbers(float... values) {
    List<Float> numbers = new ArrayList<>();
    for (float value : values) {
      numbers.add(value);
    }
    return numbers;
  }
}
