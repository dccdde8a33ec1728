/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.stroma.onnx.Operations.one;

import java.util.Map;
import java.util.stream.LongStream;
import org.stroma.onnx.Operations.Translation;

/** Operations that take some of the numbers, or put them somewhere. */
final class Choices {
  private Choices() {}

  static void addTo(Map<String, Translation> all) {
    all.put("Slice", one(Choices::slice));
    all.put("StridedSlice", one(StridedSlice::of));
    all.put("GatherV2", one(op -> {
      if (op.attributes().getAttrInt("batch_dims") != 0) {
        throw new Untranslatable("its batch_dims has to be 0");
      }
      return op.add("Gather", Map.of("axis", op.constant(2, "the axis")[0]), op.in(0), op.in(1));
    }));
    all.put("Gather", one(op -> op.add("Gather", Map.of("axis", 0L), op.in(0), op.in(1))));
    all.put("GatherNd", one(op -> op.add("GatherND", op.in(0), op.integers(1))));
    all.put(
        "ScatterNd",
        one(op -> op.add(
            "ScatterND",
            Map.of("reduction", "add"),
            op.add("Expand", op.number(1, 0), op.integers(2)),
            op.integers(0),
            op.in(1))));
    all.put("UnsortedSegmentSum", one(Choices::segmentSum));
    all.put("OneHot", one(Choices::oneHot));
    for (String type : java.util.List.of("TopKV2", "TopK")) {
      all.put(type, op -> {
        String count = type.equals("TopK")
            ? op.vector(op.attributes().getAttrInt("k"))
            : op.add("Reshape", op.integers(1), op.vector(1));
        // of equal ones both take the first
        var found = op.add("TopK", Map.of("axis", -1L, "sorted", 1L), 2, op.in(0), count);
        return java.util.List.of(found.get(0), op.asOutput(1, found.get(1)));
      });
    }
  }

  private static String slice(Node op) {
    int axes = op.rank(0);
    String ends;
    if (op.isConstant(1) && op.isConstant(2)) {
      long[] begin = op.constant(1, "the begin");
      long[] size = op.constant(2, "the size");
      long[] end = new long[axes];
      for (int i = 0; i < axes; i++) {
        end[i] = size[i] < 0 ? Long.MAX_VALUE : begin[i] + size[i];
      }
      ends = op.vector(end);
    } else {
      String size = op.integers(2);
      ends = op.add(
          "Where",
          op.add("Less", size, op.number(ElementType.INT64, 0)),
          op.number(ElementType.INT64, Long.MAX_VALUE),
          op.add("Add", op.integers(1), size));
    }
    return op.add(
        "Slice",
        op.in(0),
        op.integers(1),
        ends,
        op.vector(LongStream.range(0, axes).toArray()));
  }

  /** Rows with a negative number are left out: they go into a row more, which is cut off. */
  private static String segmentSum(Node op) {
    if (op.rank(1) != 1) {
      throw new Untranslatable("its segments have to be a vector");
    }
    String count = op.add("Reshape", op.integers(2), op.vector(1));
    String segment = op.integers(1);
    segment = op.add(
        "Where", op.add("Less", segment, op.number(ElementType.INT64, 0)), op.integers(2), segment);
    String all = op.add("Add", count, op.number(ElementType.INT64, 1));
    if (op.rank(0) > 1) {
      String shape = op.add("Shape", Map.of("start", 1L), op.in(0));
      all = op.add("Concat", Map.of("axis", 0L), all, shape);
    }
    String sums = op.add(
        "ScatterND",
        Map.of("reduction", "add"),
        op.add("Expand", op.number(0, 0), all),
        op.add("Unsqueeze", segment, op.vector(1)),
        op.in(0));
    return op.add("Slice", sums, op.vector(0), count, op.vector(0));
  }

  /** By comparison, as ONNX' own takes negative numbers from behind, of which TensorFlow's makes nothing but off. */
  private static String oneHot(Node op) {
    long axis = op.attributes().getAttrInt("axis");
    int axes = op.rank(0) + 1;
    axis = op.axis(axis, axes);
    long[] shape = new long[axes];
    java.util.Arrays.fill(shape, 1);
    shape[(int) axis] = -1;
    String depth = op.add("Reshape", op.integers(1), op.vector());
    String classes =
        op.add("Range", op.number(ElementType.INT64, 0), depth, op.number(ElementType.INT64, 1));
    String is = op.add(
        "Equal",
        op.add("Unsqueeze", op.integers(0), op.vector(axis)),
        op.add("Reshape", classes, op.vector(shape)));
    return op.add("Where", is, op.in(2), op.in(3));
  }
}
