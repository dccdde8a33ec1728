/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a transform or a tokenizer has learned: named values that a run stores in
 * {@code preparation.json} and restores at prediction. Immutable; keeps insertion order.
 *
 * <pre>{@code
 * Learned learned = Learned.builder().put("features", names).put("mean", means).build();
 * double[] mean = learned.doubles("mean");
 * }</pre>
 *
 * <p>A value is a number, a string, a boolean, a list, nested named values, or null. A getter accepts
 * only the type in its name; if the value is missing or of another type it throws a
 * {@link DataException} with one sentence. Numbers that are not finite have no JSON form: they are
 * restored as strings, which the getters reject.
 */
public final class Learned {
  private static final Learned EMPTY = new Learned(Map.of());
  private static final int MAX_LENGTH = 40;

  private final Map<String, @Nullable Object> values;

  private Learned(Map<String, @Nullable Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** No values, for transforms that learn nothing. */
  public static Learned empty() {
    return EMPTY;
  }

  /** An empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Copies values as a JSON library provides them.
   *
   * @param values by name: null, {@link Boolean}, {@link Number}, {@link String},
   *     {@link Learned}, double[], float[], int[], or a {@link Collection} or {@link Map} (with
   *     string keys) of such values
   * @throws IllegalArgumentException if a value has another type
   */
  public static Learned of(Map<String, ? extends @Nullable Object> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, immutableCopy(name, value)));
    return new Learned(copy);
  }

  private static @Nullable Object immutableCopy(String name, @Nullable Object value) {
    if (value == null
        || value instanceof Boolean
        || value instanceof Number
        || value instanceof String) {
      return value;
    }
    if (value instanceof Learned learned) {
      return learned.values;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, element) -> {
        if (!(key instanceof String)) {
          throw new IllegalArgumentException(
              "\"" + name + "\" has the key " + key + "; keys have to be strings");
        }
        copy.put((String) key, immutableCopy((String) key, element));
      });
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof Collection<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(element -> copy.add(immutableCopy(name, element)));
      return Collections.unmodifiableList(copy);
    }
    if (value instanceof double[] numbers) {
      double[] copy = numbers.clone();
      return new Numbers(copy.length, i -> copy[i]);
    }
    if (value instanceof float[] numbers) {
      float[] copy = numbers.clone();
      return new Numbers(copy.length, i -> copy[i]);
    }
    if (value instanceof int[] numbers) {
      int[] copy = numbers.clone();
      return new Numbers(copy.length, i -> copy[i]);
    }
    throw new IllegalArgumentException(
        "\"" + name + "\" is a " + value.getClass().getName()
            + "; what is learned has to be numbers, strings, truth values, lists or named values");
  }

  /** An immutable list view of numbers, boxed on access. */
  private static final class Numbers extends AbstractList<Object> {
    private final int size;
    private final IntFunction<Object> numbers;

    Numbers(int size, IntFunction<Object> numbers) {
      this.size = size;
      this.numbers = numbers;
    }

    @Override
    public Object get(int index) {
      return numbers.apply(index);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** The names, in insertion order. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Whether there is a value of this name; it may be null. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * All values by name, deeply unmodifiable: null, {@link Boolean}, {@link Number}, {@link String},
   * {@link List} and {@link Map} of such values.
   */
  public Map<String, @Nullable Object> values() {
    return values;
  }

  /** A number. */
  public double number(String name) {
    return get(name, Number.class, "a number").doubleValue();
  }

  /** An integer in the range of int; 3.0 is not one. */
  public int whole(String name) {
    return whole(name, get(name, Object.class, "a whole number"), "a whole number");
  }

  /** A boolean. */
  public boolean flag(String name) {
    return get(name, Boolean.class, "true or false");
  }

  /** A string. */
  public String string(String name) {
    return get(name, String.class, "a string");
  }

  /**
   * A list; its elements are like those of {@link #values()}.
   *
   * @throws DataException if it is missing or not a list
   */
  public List<@Nullable Object> list(String name) {
    List<?> list = get(name, List.class, "a list");
    return Collections.unmodifiableList(list);
  }

  /** A list of numbers, as a new array. */
  public double[] doubles(String name) {
    String expected = "a list of numbers";
    List<?> list = get(name, List.class, expected);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = element(name, list, i, Number.class, expected).doubleValue();
    }
    return numbers;
  }

  /** A list of numbers as float32, in a new array; floats that were put are returned exactly. */
  public float[] floats(String name) {
    double[] numbers = doubles(name);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** A list of integers, as a new array. */
  public int[] wholes(String name) {
    String expected = "a list of whole numbers";
    List<?> list = get(name, List.class, expected);
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(name, list.get(i), expected);
    }
    return numbers;
  }

  /** A list of strings. */
  @SuppressWarnings("unchecked")
  public List<String> strings(String name) {
    String expected = "a list of strings";
    List<?> list = get(name, List.class, expected);
    for (int i = 0; i < list.size(); i++) {
      element(name, list, i, String.class, expected);
    }
    return (List<String>) list;
  }

  /** Nested named values. */
  @SuppressWarnings("unchecked")
  public Learned nested(String name) {
    return new Learned(get(name, Map.class, "named values"));
  }

  private <T> T get(String name, Class<T> type, String expected) {
    if (!has(name)) {
      throw new DataException("what was learned (in preparation.json) lacks \"" + name
          + "\", which has to be " + expected);
    }
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw wrongType("\"" + name + "\"", value, expected);
    }
    return type.cast(value);
  }

  private static <T> T element(String name, List<?> list, int i, Class<T> type, String expected) {
    Object value = list.get(i);
    if (!type.isInstance(value)) {
      throw wrongType("number " + (i + 1) + " of \"" + name + "\"", value, "one of " + expected);
    }
    return type.cast(value);
  }

  private static int whole(String name, @Nullable Object value, String expected) {
    if (value instanceof Integer
        || value instanceof Long number && number.intValue() == number.longValue()) {
      return ((Number) value).intValue();
    }
    throw wrongType("\"" + name + "\"", value, expected);
  }

  private static DataException wrongType(String position, @Nullable Object value, String expected) {
    return new DataException("what was learned (in preparation.json) has " + text(value) + " as "
        + position + ", which has to be " + expected);
  }

  /** A value as JSON for messages, truncated if long. */
  public static String text(@Nullable Object value) {
    StringBuilder json = new StringBuilder();
    LearnedJson.write(value instanceof Learned learned ? learned.values : value, json, MAX_LENGTH);
    return json.length() > MAX_LENGTH ? json.substring(0, MAX_LENGTH) + "..." : json.toString();
  }

  /** All values as JSON, such as {@code {"mean":[0.5,2.0]}}. */
  @Override
  public String toString() {
    StringBuilder json = new StringBuilder();
    LearnedJson.write(values, json, Integer.MAX_VALUE);
    return json.toString();
  }

  /** Equal if the JSON is the same, including order: 0.5 as float equals 0.5 as double. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Learned learned && toString().equals(learned.toString());
  }

  @Override
  public int hashCode() {
    return values.keySet().hashCode();
  }

  /** Collects values. Putting a name again replaces its value and keeps its position. */
  public static final class Builder {
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Builder() {}

    /** Puts an integer. */
    public Builder put(String name, int value) {
      return any(name, value);
    }

    /** Puts a number. */
    public Builder put(String name, double value) {
      return any(name, value);
    }

    /** Puts a boolean. */
    public Builder put(String name, boolean value) {
      return any(name, value);
    }

    /** Puts a string. */
    public Builder put(String name, String value) {
      return any(name, value);
    }

    /** Puts a copy of numbers. */
    public Builder put(String name, double[] values) {
      return any(name, values);
    }

    /** Puts a copy of numbers. */
    public Builder put(String name, float[] values) {
      return any(name, values);
    }

    /** Puts a copy of integers. */
    public Builder put(String name, int[] values) {
      return any(name, values);
    }

    /** Puts strings, in their order. */
    public Builder put(String name, Collection<String> values) {
      return any(name, values);
    }

    /** Puts named values under a name. */
    public Builder put(String name, Learned values) {
      return any(name, values);
    }

    private Builder any(String name, Object value) {
      if (name == null || value == null) {
        throw new IllegalArgumentException("\"" + name + "\" is " + value
            + "; what is learned has names and values, which are not null");
      }
      values.put(name, immutableCopy(name, value));
      return this;
    }

    /** The values put so far; the builder can be used further. */
    public Learned build() {
      return new Learned(new LinkedHashMap<>(values));
    }
  }
}
