/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.stroma.onnx.Operations.one;

import java.util.HashMap;
import java.util.Map;
import org.stroma.onnx.Operations.Translation;

/** Sums, means and the like along axes. */
final class Reductions {
  private Reductions() {}

  static void addTo(Map<String, Translation> all) {
    Map.of(
            "Mean",
            "ReduceMean",
            "Max",
            "ReduceMax",
            "Min",
            "ReduceMin",
            "Prod",
            "ReduceProd",
            "Sum",
            "ReduceSum",
            "EuclideanNorm",
            "ReduceL2")
        .forEach((type, name) -> all.put(type, one(op -> reduce(op, name, op.in(0)))));
    all.put("Any", one(op -> truth(op, "ReduceMax")));
    all.put("All", one(op -> truth(op, "ReduceMin")));
    all.put("ArgMax", one(op -> first(op, "ArgMax")));
    all.put("ArgMin", one(op -> first(op, "ArgMin")));
    all.put(
        "Cumsum",
        one(op -> op.add(
            "CumSum",
            Map.of("exclusive", flag(op, "exclusive"), "reverse", flag(op, "reverse")),
            op.in(0),
            op.number(ElementType.INT64, op.constant(1, "the axis")[0]))));
  }

  private static long flag(Node op, String attribute) {
    return op.attributes().getAttrBool(attribute) ? 1 : 0;
  }

  private static String reduce(Node op, String type, String value) {
    long[] axes = op.constant(1, "the axes");
    if (axes.length == 0) {
      return value; // ONNX takes no axes for all of them
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("keepdims", flag(op, "keep_dims"));
    if (type.equals("ReduceSum")) {
      return op.add(type, attributes, value, op.vector(axes));
    }
    attributes.put("axes", axes);
    return op.add(type, attributes, value);
  }

  private static String truth(Node op, String type) {
    return op.cast(reduce(op, type, op.cast(op.in(0), ElementType.INT32)), ElementType.BOOL);
  }

  /** Of equal ones both take the first. */
  private static String first(Node op, String type) {
    long axis = op.constant(1, "the axis")[0];
    return op.asOutput(0, op.add(type, Map.of("axis", axis, "keepdims", 0L), op.in(0)));
  }
}
