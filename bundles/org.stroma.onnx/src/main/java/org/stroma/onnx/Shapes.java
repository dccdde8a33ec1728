/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.stroma.onnx.Operations.one;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.stroma.onnx.Operations.Translation;

/** Operations that arrange numbers. Lengths are 64-bit in ONNX, and mostly 32-bit in TensorFlow. */
final class Shapes {
  /** A dimension of 0 means none; without, ONNX takes the input's in its place. */
  private static final Map<String, Long> ZERO_IS_ZERO = Map.of("allowzero", 1L);

  private Shapes() {}

  static void addTo(Map<String, Translation> all) {
    lengths(all);
    axes(all);
    joined(all);
    filled(all);
  }

  private static void lengths(Map<String, Translation> all) {
    all.put("Shape", one(op -> op.asOutput(0, op.add("Shape", op.in(0)))));
    all.put("Size", one(op -> op.asOutput(0, op.add("Size", op.in(0)))));
    all.put("Rank", one(op -> op.number(op.outputType(0), op.rank(0))));
    all.put("Reshape", one(op -> op.add("Reshape", ZERO_IS_ZERO, op.in(0), op.integers(1))));
    all.put("BroadcastTo", one(op -> op.add("Expand", op.in(0), op.integers(1))));
    all.put("Tile", one(op -> op.add("Tile", op.in(0), op.integers(1))));
  }

  private static void axes(Map<String, Translation> all) {
    all.put(
        "ExpandDims",
        one(op -> op.add("Unsqueeze", op.in(0), op.vector(op.constant(1, "the axis")))));
    all.put("Squeeze", one(op -> {
      long[] axes = op.attributes().getAttrIntList("squeeze_dims");
      return axes.length == 0
          ? op.add("Squeeze", op.in(0))
          : op.add("Squeeze", op.in(0), op.vector(axes));
    }));
    all.put("Transpose", one(op -> op.transpose(op.in(0), op.constant(1, "the order of axes"))));
    all.put("ReverseV2", one(op -> {
      long[] axes = op.constant(1, "the axes");
      return op.add(
          "Slice",
          op.in(0),
          op.vector(LongStream.of(axes).map(axis -> -1).toArray()),
          op.vector(LongStream.of(axes).map(axis -> Long.MIN_VALUE).toArray()),
          op.vector(axes),
          op.vector(LongStream.of(axes).map(axis -> -1).toArray()));
    }));
  }

  private static void joined(Map<String, Translation> all) {
    all.put("ConcatV2", one(op -> {
      int last = op.inputs() - 1;
      return op.add(
          "Concat",
          Map.of("axis", op.constant(last, "the axis")[0]),
          IntStream.range(0, last).mapToObj(op::in).toArray(String[]::new));
    }));
    all.put("Pack", one(op -> {
      long axis = op.attributes().getAttrInt("axis");
      return op.add(
          "Concat",
          Map.of("axis", axis),
          IntStream.range(0, op.inputs())
              .mapToObj(i -> op.add("Unsqueeze", op.in(i), op.vector(axis)))
              .toArray(String[]::new));
    }));
    all.put("Unpack", op -> {
      long axis = op.attributes().getAttrInt("axis");
      return IntStream.range(0, op.outputs())
          .mapToObj(i ->
              op.add("Gather", Map.of("axis", axis), op.in(0), op.number(ElementType.INT64, i)))
          .toList();
    });
    all.put(
        "Split",
        op ->
            op.add("Split", Map.of("axis", op.constant(0, "the axis")[0]), op.outputs(), op.in(1)));
    all.put(
        "SplitV",
        op -> op.add(
            "Split",
            Map.of("axis", op.constant(2, "the axis")[0]),
            op.outputs(),
            op.in(0),
            op.isConstant(1) ? op.vector(sizes(op)) : op.integers(1)));
  }

  /** The lengths of the pieces, of which one may be -1 for the rest. */
  private static long[] sizes(Node op) {
    long[] sizes = op.constant(1, "the lengths").clone();
    long known = LongStream.of(sizes).filter(size -> size >= 0).sum();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0) {
        long whole = op.length(0, Math.toIntExact(op.constant(2, "the axis")[0]));
        if (whole < 0) {
          throw new Untranslatable("one length is open, and so is the axis");
        }
        sizes[i] = whole - known;
      }
    }
    return sizes;
  }

  private static void filled(Map<String, Translation> all) {
    all.put("Fill", one(op -> op.add("Expand", op.in(1), op.integers(0))));
    all.put("ZerosLike", one(op -> like(op, 0)));
    all.put("OnesLike", one(op -> like(op, 1)));
    all.put("Range", one(op -> op.add("Range", op.in(0), op.in(1), op.in(2))));
    all.put("Pad", one(op -> op.add("Pad", op.in(0), rims(op), op.number(0, 0))));
    all.put("PadV2", one(op -> op.add("Pad", op.in(0), rims(op), op.in(2))));
    all.put("MirrorPad", one(op -> {
      if (!op.attributes().getAttrString("mode").equals("REFLECT")) {
        throw new Untranslatable("its mode has to be REFLECT");
      }
      return op.add("Pad", Map.of("mode", "reflect"), op.in(0), rims(op));
    }));
  }

  private static String like(Node op, double value) {
    return op.add("Expand", op.number(0, value), op.add("Shape", op.in(0)));
  }

  /** [axes, 2], before and behind, as ONNX has it: all before, then all behind. */
  private static String rims(Node op) {
    if (!op.isConstant(1)) {
      return op.add("Reshape", ZERO_IS_ZERO, op.transpose(op.integers(1), 1, 0), op.vector(-1));
    }
    long[] pairs = op.constant(1, "the rims");
    List<Long> rims = new ArrayList<>();
    for (int behind = 0; behind < 2; behind++) {
      for (int i = behind; i < pairs.length; i += 2) {
        rims.add(pairs[i]);
      }
    }
    return op.vector(rims.stream().mapToLong(rim -> rim).toArray());
  }
}
