/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Array;
import java.util.List;

/**
 * One setting of a part, as its bundle declares it.
 *
 * @param name the key in an experiment file
 * @param type what a value is
 * @param many whether the value is a list
 * @param preset the default, or null where there is none
 * @param required whether an experiment has to give it
 * @param min the smallest number allowed, or null
 * @param max the largest number allowed, or null
 * @param options the values allowed; empty for any
 * @param description what it means
 */
public record Setting(
    String name,
    Type type,
    boolean many,
    Object preset,
    boolean required,
    Double min,
    Double max,
    List<String> options,
    String description) {

  /** Types of settings. */
  public enum Type {
    STRING(String.class, "a text"),
    INTEGER(Integer.class, "a whole number"),
    LONG(Long.class, "a whole number"),
    DOUBLE(Double.class, "a number"),
    BOOLEAN(Boolean.class, "true or false");

    private final Class<?> java;
    private final String label;

    Type(Class<?> java, String label) {
      this.java = java;
      this.label = label;
    }

    /** The class of one value. */
    public Class<?> java() {
      return java;
    }
  }

  /** A value that does not fit; the message says what would. */
  public static final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    Misfit(String message) {
      super(message);
    }
  }

  /** What a value has to be, in words. */
  public String wanted() {
    StringBuilder words =
        new StringBuilder(many ? "a list, each element " + type.label : type.label);
    if (!options.isEmpty()) {
      words.append(" among ").append(String.join(", ", options));
    }
    if (min != null && max != null) {
      words.append(" from ").append(plain(min)).append(" to ").append(plain(max));
    } else if (min != null) {
      words.append(" of at least ").append(plain(min));
    } else if (max != null) {
      words.append(" of at most ").append(plain(max));
    }
    return words.toString();
  }

  /** Whether the default is a value that could be given. */
  public boolean presetFits() {
    if (preset == null) {
      return true;
    }
    try {
      parse(Json.MAPPER.valueToTree(preset));
      return true;
    } catch (Misfit e) {
      return false;
    }
  }

  /** The value of a JSON node, as Configuration Admin takes it. */
  public Object parse(JsonNode node) throws Misfit {
    if (!many) {
      return scalar(node);
    }
    if (!node.isArray()) {
      throw new Misfit("is " + node + "; " + name + " has to be " + wanted());
    }
    Object values = Array.newInstance(type.java(), node.size());
    for (int i = 0; i < node.size(); i++) {
      Array.set(values, i, scalar(node.get(i)));
    }
    return values;
  }

  private Object scalar(JsonNode node) throws Misfit {
    Object value =
        switch (type) {
          case STRING -> node.isTextual() ? node.textValue() : null;
          case INTEGER -> node.isIntegralNumber() && node.canConvertToInt()
              ? (Object) node.intValue()
              : null;
          case LONG -> node.isIntegralNumber() && node.canConvertToLong()
              ? (Object) node.longValue()
              : null;
          case DOUBLE -> node.isNumber() ? (Object) node.doubleValue() : null;
          case BOOLEAN -> node.isBoolean() ? (Object) node.booleanValue() : null;
        };
    boolean fits = value != null;
    if (fits && value instanceof Number number) {
      double x = number.doubleValue();
      fits = Double.isFinite(x) && (min == null || x >= min) && (max == null || x <= max);
    }
    if (fits && !options.isEmpty()) {
      fits = options.contains(String.valueOf(value));
    }
    if (!fits) {
      throw new Misfit("is " + node + "; " + name + " has to be " + wanted());
    }
    return value;
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : "" + number;
  }
}
