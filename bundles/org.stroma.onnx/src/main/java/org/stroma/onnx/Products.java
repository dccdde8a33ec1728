/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import static org.stroma.onnx.Operations.one;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.stroma.onnx.Operations.Translation;

/** Products of matrices, and convolutions, whose images have channels last in TensorFlow and first in ONNX. */
final class Products {
  private Products() {}

  static void addTo(Map<String, Translation> all) {
    all.put("MatMul", one(op -> product(op, "transpose_a", "transpose_b")));
    for (String type : List.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")) {
      all.put(type, one(op -> product(op, "adj_x", "adj_y")));
    }
    all.put("BiasAdd", one(op -> {
      channelsLast(op);
      return op.add("Add", op.in(0), op.in(1));
    }));
    all.put(
        "Einsum",
        one(op -> op.add(
            "Einsum",
            Map.of("equation", op.attributes().getAttrString("equation")),
            java.util.stream.IntStream.range(0, op.inputs())
                .mapToObj(op::in)
                .toArray(String[]::new))));
    all.put("Conv2D", one(op -> convolution(op, false)));
    all.put("DepthwiseConv2dNative", one(op -> convolution(op, true)));
  }

  private static String product(Node op, String first, String second) {
    String a = op.attributes().getAttrBool(first) ? turned(op, 0) : op.in(0);
    String b = op.attributes().getAttrBool(second) ? turned(op, 1) : op.in(1);
    return op.add("MatMul", a, b);
  }

  /** With the last two axes exchanged. */
  private static String turned(Node op, int input) {
    int axes = op.rank(input);
    long[] order = LongStream.range(0, axes).toArray();
    order[axes - 2] = axes - 1L;
    order[axes - 1] = axes - 2L;
    return op.transpose(op.in(input), order);
  }

  private static void channelsLast(Node op) {
    if (!op.attributes().getAttrString("data_format").equals("NHWC")) {
      throw new Untranslatable("its channels have to be last");
    }
  }

  /** The kernel is [rows, columns, in, out], or [rows, columns, channels, multiplier]. */
  private static String convolution(Node op, boolean depthwise) {
    channelsLast(op);
    Map<String, Object> attributes = new HashMap<>();
    String padding = op.attributes().getAttrString("padding");
    if (padding.equals("EXPLICIT")) {
      throw new Untranslatable("its padding has to be SAME or VALID");
    }
    attributes.put("auto_pad", padding.equals("SAME") ? "SAME_UPPER" : "VALID");
    attributes.put("strides", inside(op.attributes().getAttrIntList("strides")));
    attributes.put("dilations", inside(op.attributes().getAttrIntList("dilations")));
    String kernel;
    long groups;
    if (depthwise) {
      long channels = op.length(1, 2);
      long each = op.length(1, 3);
      String outFirst = op.transpose(op.in(1), 2, 3, 0, 1);
      if (Math.min(channels, each) < 1) {
        throw new Untranslatable("the channels of its kernel have to be known");
      }
      String rows = op.add("Shape", Map.of("start", 0L, "end", 2L), op.in(1));
      kernel = op.add(
          "Reshape",
          outFirst,
          op.add("Concat", Map.of("axis", 0L), op.vector(channels * each, 1), rows));
      groups = channels;
    } else {
      kernel = op.transpose(op.in(1), 3, 2, 0, 1);
      groups = op.length(0, 3) < 1 || op.length(1, 2) < 1 ? 0 : op.length(0, 3) / op.length(1, 2);
      if (groups == 0) {
        throw new Untranslatable("the channels of its image and its kernel have to be known");
      }
    }
    attributes.put("group", groups);
    String moved = op.add("Conv", attributes, op.transpose(op.in(0), 0, 3, 1, 2), kernel);
    return op.transpose(moved, 0, 2, 3, 1);
  }

  /** Without those of batch and channels. */
  private static long[] inside(long[] four) {
    return new long[] {four[1], four[2]};
  }
}
