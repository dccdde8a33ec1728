/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.stroma.onnx.OnnxTensor;
import org.stroma.parts.PartUse;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;

/** Which part has built an operation of a graph. */
final class Builders {
  private Builders() {}

  /** In words: the first part, in the order of computing, whose result needs the operation; else the output that needs it. */
  static String of(SubGraph graph, List<OnnxTensor> outputs, String operation) {
    for (Made made : graph.made()) {
      if (needs(made.value(), operation)) {
        PartUse part = made.part();
        return "the " + part.kind().name().toLowerCase(Locale.ROOT) + " \"" + part.type() + "\" ("
            + part.slot() + ")";
      }
    }
    return outputs.stream()
        .filter(output -> needs(output.value(), operation))
        .map(output -> "the output " + output.name())
        .findFirst()
        .orElse("a part");
  }

  private static boolean needs(Operand<?> value, String operation) {
    Set<String> seen = new HashSet<>();
    Deque<GraphOperation> open = new ArrayDeque<>();
    open.push((GraphOperation) value.op());
    while (!open.isEmpty()) {
      GraphOperation op = open.pop();
      if (op.name().equals(operation)) {
        return true;
      }
      for (Operand<?> input : op.inputs()) {
        if (seen.add(input.op().name())) {
          open.push((GraphOperation) input.op());
        }
      }
    }
    return false;
  }
}
