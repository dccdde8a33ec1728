/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of a tokenizer.json with its path, for error messages.
 *
 * @param file origin of the tokenizer.json
 * @param path such as {@code model.merges[3]}
 * @param node the value; a missing node if there is none
 */
record Place(String file, String path, JsonNode node) {
  private static final int SHOWN = 60;

  /** The value of a key. */
  Place at(String key) {
    return new Place(file, path.isEmpty() ? key : path + "." + key, node.path(key));
  }

  /** An element of a list. */
  Place at(int index) {
    return new Place(file, path + "[" + index + "]", node.path(index));
  }

  /** Whether the value is missing or null. */
  boolean absent() {
    return node.isMissingNode() || node.isNull();
  }

  /** An exception with a sentence about this value. */
  IOException wrong(String sentence) {
    return new IOException(file + " is no tokenizer.json that can be used: " + sentence);
  }

  /** An exception that tells what the value has to be. */
  IOException not(String wanted) {
    String is = node.isMissingNode() ? "is missing" : "is " + shown(node);
    return wrong(path + " " + is + "; it has to be " + wanted);
  }

  private static String shown(JsonNode node) {
    if (node.isObject() || node.isArray()) {
      return node.isEmpty() ? node.toString() : node.isObject() ? "an object" : "a list";
    }
    String text = node.toString();
    return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
  }

  Place object() throws IOException {
    if (!node.isObject()) {
      throw not("an object");
    }
    return this;
  }

  /** The elements of a list. */
  List<Place> elements() throws IOException {
    if (!node.isArray()) {
      throw not("a list");
    }
    List<Place> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      elements.add(at(i));
    }
    return elements;
  }

  String text() throws IOException {
    if (!node.isTextual()) {
      throw not("a string");
    }
    return node.textValue();
  }

  String textOr(String otherwise) throws IOException {
    return absent() ? otherwise : text();
  }

  /** A string that must be one of some words. */
  String oneOf(List<String> words) throws IOException {
    if (!node.isTextual() || !words.contains(node.textValue())) {
      throw not("one of " + String.join(", ", words));
    }
    return node.textValue();
  }

  boolean flag() throws IOException {
    if (!node.isBoolean()) {
      throw not("true or false");
    }
    return node.booleanValue();
  }

  boolean flagOr(boolean otherwise) throws IOException {
    return absent() ? otherwise : flag();
  }

  /** An int that must not be below a bound. */
  int whole(int least) throws IOException {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least) {
      throw not("a whole number from " + least + " to " + Integer.MAX_VALUE);
    }
    return node.intValue();
  }

  double finite() throws IOException {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw not("a number");
    }
    return node.doubleValue();
  }
}
