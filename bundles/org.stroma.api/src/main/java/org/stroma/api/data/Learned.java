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

/**
 * What a transform or a tokenizer learned: named values that a run keeps in {@code preparation.json} and gives back at
 * prediction. Immutable; names stay in the order in which they were put.
 *
 * <pre>{@code
 * Learned learned = Learned.builder().put("features", names).put("mean", means).build();
 * double[] mean = learned.doubles("mean");
 * }</pre>
 *
 * <p>A value is a number, a string, a truth value, a list, other named values, or nothing (null). Getters take the one type that
 * they name, and refuse what is missing or of another type with a {@link DataException} of one sentence. Numbers that are not
 * finite cannot be written as JSON numbers: they come back as strings, which the getters refuse.
 */
public final class Learned {
  private static final Learned EMPTY = new Learned(Map.of());
  private static final int SHOWN = 40;

  private final Map<String, Object> values;

  private Learned(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** What a transform keeps that learns nothing. */
  public static Learned empty() {
    return EMPTY;
  }

  /** A builder without a value. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Copies values as a JSON library gives them.
   *
   * @param values by name: null, {@link Boolean}, {@link Number}, {@link String}, {@link Learned}, a {@link Collection} or a
   *     {@link Map} with strings as keys of such values, double[], float[] or int[]
   * @throws IllegalArgumentException for a value of another type
   */
  public static Learned of(Map<String, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, copied(name, value)));
    return new Learned(copy);
  }

  private static Object copied(String name, Object value) {
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
      map.forEach((key, each) -> {
        if (!(key instanceof String)) {
          throw new IllegalArgumentException(
              "\"" + name + "\" has the key " + key + "; keys have to be strings");
        }
        copy.put((String) key, copied((String) key, each));
      });
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof Collection<?> list) {
      List<Object> copy = new ArrayList<>(list.size());
      list.forEach(each -> copy.add(copied(name, each)));
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

  /** Numbers as a list that nobody changes; boxed one by one, when they are asked for. */
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

  /** The names, in their order. */
  public Set<String> names() {
    return values.keySet();
  }

  /** Whether there is a value of this name; null is one. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * All values by name, none of which can be changed: null, {@link Boolean}, {@link Number}, {@link String}, {@link List} and
   * {@link Map} of such values.
   */
  public Map<String, Object> values() {
    return values;
  }

  /** The number of a name, with or without a fraction. */
  public double number(String name) {
    return get(name, Number.class, "a number").doubleValue();
  }

  /** The whole number of a name, within the range of an int; 3.0 is none. */
  public int whole(String name) {
    return whole(name, get(name, Object.class, "a whole number"), "a whole number");
  }

  /** The truth value of a name. */
  public boolean flag(String name) {
    return get(name, Boolean.class, "true or false");
  }

  /** The string of a name. */
  public String string(String name) {
    return get(name, String.class, "a string");
  }

  /** The list of a name; its values are as those of {@link #values()}. */
  public List<Object> list(String name) {
    List<?> list = get(name, List.class, "a list");
    return Collections.unmodifiableList(list);
  }

  /** The list of numbers of a name, as a new array. */
  public double[] doubles(String name) {
    String wanted = "a list of numbers";
    List<?> list = get(name, List.class, wanted);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = element(name, list, i, Number.class, wanted).doubleValue();
    }
    return numbers;
  }

  /** The list of numbers of a name in 32 bits, as a new array; floats come back as they were put. */
  public float[] floats(String name) {
    double[] numbers = doubles(name);
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** The list of whole numbers of a name, as a new array. */
  public int[] wholes(String name) {
    String wanted = "a list of whole numbers";
    List<?> list = get(name, List.class, wanted);
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(name, list.get(i), wanted);
    }
    return numbers;
  }

  /** The list of strings of a name. */
  @SuppressWarnings("unchecked")
  public List<String> strings(String name) {
    String wanted = "a list of strings";
    List<?> list = get(name, List.class, wanted);
    for (int i = 0; i < list.size(); i++) {
      element(name, list, i, String.class, wanted);
    }
    return (List<String>) list;
  }

  /** The named values of a name. */
  @SuppressWarnings("unchecked")
  public Learned nested(String name) {
    return new Learned(get(name, Map.class, "named values"));
  }

  private <T> T get(String name, Class<T> type, String wanted) {
    if (!has(name)) {
      throw new DataException("what was learned (in preparation.json) lacks \"" + name
          + "\", which has to be " + wanted);
    }
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw wrong("\"" + name + "\"", value, wanted);
    }
    return type.cast(value);
  }

  private static <T> T element(String name, List<?> list, int i, Class<T> type, String wanted) {
    Object value = list.get(i);
    if (!type.isInstance(value)) {
      throw wrong("number " + (i + 1) + " of \"" + name + "\"", value, "one of " + wanted);
    }
    return type.cast(value);
  }

  private static int whole(String name, Object value, String wanted) {
    if (value instanceof Integer
        || value instanceof Long number && number.intValue() == number.longValue()) {
      return ((Number) value).intValue();
    }
    throw wrong("\"" + name + "\"", value, wanted);
  }

  private static DataException wrong(String place, Object value, String wanted) {
    return new DataException("what was learned (in preparation.json) has " + text(value) + " as "
        + place + ", which has to be " + wanted);
  }

  /** A value as JSON for messages, cut where it is long. */
  public static String text(Object value) {
    StringBuilder json = new StringBuilder();
    write(value instanceof Learned learned ? learned.values : value, json, SHOWN);
    return json.length() > SHOWN ? json.substring(0, SHOWN) + "..." : json.toString();
  }

  /** All of it as JSON, such as {@code {"mean":[0.5,2.0]}}. */
  @Override
  public String toString() {
    StringBuilder json = new StringBuilder();
    write(values, json, Integer.MAX_VALUE);
    return json.toString();
  }

  /** Stops behind so many characters. */
  private static void write(Object value, StringBuilder json, int most) {
    if (json.length() > most) {
      return;
    }
    if (value instanceof Map<?, ?> map) {
      String next = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        quote(entry.getKey().toString(), json.append(next));
        write(entry.getValue(), json.append(':'), most);
        next = ",";
      }
      json.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      json.append('[');
      for (int i = 0; i < list.size() && json.length() <= most; i++) {
        write(list.get(i), json.append(i == 0 ? "" : ","), most);
      }
      json.append(']');
    } else if (value instanceof String
        || value instanceof Double d && !Double.isFinite(d)
        || value instanceof Float f && !Float.isFinite(f)) {
      quote(value.toString(), json);
    } else {
      json.append(value);
    }
  }

  private static void quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /** Whether another holds the same values in the same order, as JSON tells them: 0.5 is the same in 32 and in 64 bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Learned learned && toString().equals(learned.toString());
  }

  @Override
  public int hashCode() {
    return values.keySet().hashCode();
  }

  /** Collects values; a name that is put again takes the new value in its old place. */
  public static final class Builder {
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Builder() {}

    /** Puts a whole number. */
    public Builder put(String name, int value) {
      return any(name, value);
    }

    /** Puts a number. */
    public Builder put(String name, double value) {
      return any(name, value);
    }

    /** Puts a truth value. */
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

    /** Puts a copy of whole numbers. */
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
      values.put(name, copied(name, value));
      return this;
    }

    /** What was put so far; the builder may be used on. */
    public Learned build() {
      return new Learned(new LinkedHashMap<>(values));
    }
  }
}
