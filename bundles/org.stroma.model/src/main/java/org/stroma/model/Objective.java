/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** What a training lowers: a sum of terms that have names. */
final class Objective {
  private final Net net;
  private final Map<String, Operand<TFloat32>> terms = new LinkedHashMap<>();
  private Operand<TFloat32> sum;

  Objective(Net net) {
    this.net = net;
    sum = net.tf().constant(0f);
  }

  /** Adds a term; a second one of a name gets a number. */
  void add(String name, Operand<TFloat32> term) {
    String unique = name;
    for (int i = 2; terms.containsKey(unique); i++) {
      unique = name + "." + i;
    }
    terms.put(unique, term);
    sum = net.tf().math.add(sum, term);
  }

  /** The sum, and what parts have added with {@link Net#addLoss}: to be asked for once, when all else is there. */
  Operand<TFloat32> whole() {
    net.losses().forEach(this::add);
    return sum;
  }

  /** By name, in the order in which they came. */
  Map<String, Operand<TFloat32>> terms() {
    return terms;
  }
}
