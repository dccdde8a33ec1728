/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.stroma.nn.Variable;

/** Weights, inputs and outputs that another implementation made; {@code fixtures/} of this bundle tells how. */
public final class Fixture {
  private final JsonNode root;

  private Fixture(JsonNode root) {
    this.root = root;
  }

  /** Reads NAME.json beside a test class. */
  public static Fixture read(Class<?> test, String name) {
    try (InputStream in = test.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there is no " + name + ".json beside " + test.getName());
      }
      return new Fixture(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The numbers of an input or output, row by row. */
  public float[] floats(String group, String name) {
    JsonNode values = node(group, name).path("values");
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).floatValue();
    }
    return numbers;
  }

  /** The whole numbers of an input, row by row. */
  public int[] integers(String group, String name) {
    JsonNode values = node(group, name).path("values");
    int[] numbers = new int[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i).intValue();
    }
    return numbers;
  }

  /** The shape of an input or output. */
  public long[] shape(String group, String name) {
    JsonNode shape = node(group, name).path("shape");
    long[] sizes = new long[shape.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.get(i).longValue();
    }
    return sizes;
  }

  /** Gives the bench's variables the fixture's weights; both have to have the same ones. */
  public void assignWeights(GraphBench bench) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    root.path("weights")
        .fieldNames()
        .forEachRemaining(name -> weights.put(name, floats("weights", name)));
    Set<String> variables = new TreeSet<>();
    bench.variables().all().stream().map(Variable::name).forEach(variables::add);
    if (!variables.equals(weights.keySet())) {
      throw new IllegalStateException(
          "the model has " + variables + " and the fixture " + new TreeSet<>(weights.keySet()));
    }
    bench.variables().assign(bench.session(), weights);
  }

  private JsonNode node(String group, String name) {
    JsonNode node = root.path(group).path(name);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("the fixture has no " + group + "/" + name);
    }
    return node;
  }
}
