/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What each operation of TensorFlow becomes in ONNX. */
final class Operations {
  /** Adds the nodes of an operation, and gives the names of its outputs. */
  interface Translation {
    List<String> of(Node op);
  }

  private static final Map<String, Translation> ALL = all();

  private Operations() {}

  private static Map<String, Translation> all() {
    Map<String, Translation> all = new HashMap<>();
    Arithmetic.addTo(all);
    Shapes.addTo(all);
    Choices.addTo(all);
    Reductions.addTo(all);
    Products.addTo(all);
    return all;
  }

  /** The translation of a type of operation; null where there is none. */
  static @Nullable Translation of(String type) {
    return ALL.get(type);
  }

  /** A translation of an operation with one output. */
  static Translation one(Function<Node, String> of) {
    return op -> List.of(of.apply(op));
  }
}
