/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.stroma.command.Closest;

/** An object of the file: what is read from it is written out again with its defaults, what is left over is a fault. */
public final class JsonSection {
  /** A list of more parts than that would make a graph that no machine holds. */
  static final int MOST = 500;

  private final Faults faults;
  final String pointer;
  final ObjectNode in;
  final ObjectNode out;
  final boolean given;

  private JsonSection(Faults faults, String pointer, ObjectNode in, ObjectNode out) {
    this.faults = faults;
    this.pointer = pointer;
    this.given = in != null;
    this.in = in == null ? JsonNodeFactory.instance.objectNode() : in;
    this.out = out;
  }

  /** The top of a document; what is read is written to another with its defaults. */
  public static JsonSection top(Faults faults, ObjectNode in, ObjectNode out) {
    return new JsonSection(faults, "", in, out);
  }

  /** JSON pointer of this object. */
  public String pointer() {
    return pointer;
  }

  /** Whether the key was given. */
  public boolean has(String key) {
    return in.has(key);
  }

  String at(String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  /** A text; a null fallback means that it is required. */
  public String text(String key, String fallback) {
    JsonNode node = in.get(key);
    out.put(key, fallback);
    if (node == null) {
      if (fallback == null) {
        faults.add(at(key), "is missing; it has to be a text");
      }
      return fallback;
    }
    if (!node.isTextual() || node.textValue().isBlank() && fallback == null) {
      faults.add(at(key), "is " + node + "; it has to be a text");
      return null;
    }
    out.set(key, node);
    return node.textValue();
  }

  /** One of several texts. */
  public String option(String key, String fallback, List<String> options) {
    String text = text(key, fallback);
    if (text != null && !options.contains(text)) {
      faults.add(at(key), "is \"" + text + "\"; it has to be " + String.join(" or ", options));
    }
    return text;
  }

  /** A list of texts. */
  public List<String> texts(String key, int atLeast) {
    JsonNode node = in.get(key);
    ArrayNode written = out.putArray(key);
    List<String> texts = new ArrayList<>();
    if (node != null && node.isArray()) {
      node.forEach(text -> texts.add(text.isTextual() ? text.textValue() : ""));
      written.addAll((ArrayNode) node);
    }
    if (texts.size() < atLeast
        || texts.contains("")
        || texts.stream().distinct().count() < texts.size()) {
      faults.add(
          at(key),
          (node == null ? "is missing" : "is " + node) + "; it has to be a list of " + atLeast
              + " or more different texts");
    }
    return texts;
  }

  /** A list of different positive numbers; empty if not given. */
  public List<Double> positives(String key) {
    JsonNode node = in.get(key);
    ArrayNode written = out.putArray(key);
    if (node == null) {
      return List.of();
    }
    List<Double> numbers = new ArrayList<>();
    node.forEach(each -> numbers.add(each.isNumber() ? each.doubleValue() : Double.NaN));
    if (!node.isArray()
        || numbers.stream().distinct().count() < numbers.size()
        || !numbers.stream().allMatch(x -> x > 0 && x < Double.POSITIVE_INFINITY)) {
      faults.add(at(key), "is " + node + "; it has to be a list of different numbers above 0");
      return List.of();
    }
    written.addAll((ArrayNode) node);
    return numbers;
  }

  /** Names, each with the reason for it: an object of texts, or a list of names without reasons (an empty text each). */
  public Map<String, String> reasons(String key) {
    Map<String, String> reasons = new LinkedHashMap<>();
    if (!(in.get(key) instanceof ObjectNode node)) {
      texts(key, 0).forEach(name -> reasons.put(name, ""));
      return reasons;
    }
    out.set(key, node.deepCopy());
    node.fields().forEachRemaining(entry -> {
      if (!entry.getValue().isTextual() || entry.getValue().textValue().isBlank()) {
        faults.add(
            at(key) + "/" + entry.getKey().replace("~", "~0").replace("/", "~1"),
            "is " + entry.getValue() + "; it has to be a text, the reason");
      }
      reasons.put(entry.getKey(), entry.getValue().asText());
    });
    return reasons;
  }

  public boolean bool(String key, boolean fallback) {
    out.put(key, fallback);
    JsonNode node = in.get(key);
    if (node != null && !node.isBoolean()) {
      faults.add(at(key), "is " + node + "; it has to be true or false");
    } else if (node != null) {
      out.set(key, node);
    }
    return node == null ? fallback : node.booleanValue();
  }

  public int integer(String key, int fallback, int min, int max) {
    out.put(key, fallback);
    JsonNode node = in.get(key);
    if (node == null) {
      return fallback;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      faults.add(
          at(key), "is " + node + "; it has to be a whole number from " + min + " to " + max);
      return fallback;
    }
    out.set(key, node);
    return node.intValue();
  }

  public double number(String key, double fallback, double min, double max) {
    out.put(key, fallback);
    JsonNode node = in.get(key);
    if (node == null) {
      return fallback;
    }
    double x = node.isNumber() ? node.doubleValue() : Double.NaN;
    if (!(x >= min && x <= max)) {
      faults.add(at(key), "is " + node + "; it has to be a number from " + min + " to " + max);
      return fallback;
    }
    out.set(key, node);
    return x;
  }

  public JsonSection section(String key, boolean required) {
    JsonNode node = in.get(key);
    ObjectNode sub = out.putObject(key);
    if (node == null && required) {
      faults.add(at(key), "is missing; it has to be an object");
    } else if (node != null && !node.isObject()) {
      faults.add(at(key), "is " + node + "; it has to be an object");
    }
    return new JsonSection(faults, at(key), node instanceof ObjectNode object ? object : null, sub);
  }

  public Map<String, JsonSection> sections(String what) {
    Map<String, JsonSection> sections = new LinkedHashMap<>();
    if (given && in.isEmpty()) {
      faults.add(pointer, "is empty; it has to hold at least " + what);
    }
    if (tooMany(pointer, in)) {
      return sections;
    }
    in.fieldNames().forEachRemaining(key -> {
      if (!key.matches("[A-Za-z0-9_.-]+")) {
        faults.add(at(key), "is no name; use letters, digits, '_', '-' and '.'");
      }
      sections.put(key, section(key, false));
    });
    return sections;
  }

  public List<JsonSection> list(String key, boolean required) {
    JsonNode node = in.get(key);
    ArrayNode written = out.putArray(key);
    List<JsonSection> sections = new ArrayList<>();
    if (node == null || !node.isArray() || required && node.isEmpty()) {
      if (node != null || required) {
        faults.add(
            at(key),
            (node == null ? "is missing" : "is " + node) + "; it has to be a list of objects"
                + (required ? ", with one at least" : ""));
      }
      return sections;
    }
    if (tooMany(at(key), node)) {
      return sections;
    }
    for (int i = 0; i < node.size(); i++) {
      if (node.get(i) instanceof ObjectNode object) {
        sections.add(new JsonSection(faults, at(key) + "/" + i, object, written.addObject()));
      } else {
        faults.add(at(key) + "/" + i, "is " + node.get(i) + "; it has to be an object");
      }
    }
    return sections;
  }

  private boolean tooMany(String where, JsonNode node) {
    if (node.size() > MOST) {
      faults.add(where, "has " + node.size() + " entries; " + MOST + " are the most");
    }
    return node.size() > MOST;
  }

  /**
   * A value under a key that may be called anything.
   *
   * @param pointer JSON pointer of the value
   */
  public record Entry(String key, String pointer, JsonNode value) {}

  /**
   * The entries of the object under a key, or, where that key is missing, those that stand beside it; they are written out under the
   * key. {@link #close} need not be called then.
   *
   * @param others keys of this object that are none of the entries
   */
  public List<Entry> entries(String key, List<String> others) {
    List<Entry> entries = new ArrayList<>();
    if (!in.has(key)) {
      ObjectNode written = out.putObject(key);
      in.fields().forEachRemaining(field -> {
        if (!others.contains(field.getKey())) {
          entries.add(new Entry(field.getKey(), at(field.getKey()), field.getValue()));
          written.set(field.getKey(), field.getValue());
        }
      });
      return entries;
    }
    JsonSection section = section(key, true);
    section.in.fields().forEachRemaining(field -> {
      entries.add(new Entry(field.getKey(), section.at(field.getKey()), field.getValue()));
      section.out.set(field.getKey(), field.getValue());
    });
    return entries;
  }

  /** Refuses keys that nobody read. */
  public void close() {
    List<String> known = new ArrayList<>();
    out.fieldNames().forEachRemaining(known::add);
    unknown(known);
  }

  /** Refuses all keys but these, of which some may not have been read. */
  public void unknown(List<String> known) {
    in.fieldNames().forEachRemaining(key -> {
      if (!known.contains(key)) {
        faults.add(
            at(key),
            "is not known here; known are " + String.join(", ", known)
                + Closest.question(key, known));
      }
    });
  }
}
