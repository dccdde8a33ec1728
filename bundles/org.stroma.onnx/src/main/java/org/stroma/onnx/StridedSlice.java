/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.util.ArrayList;
import java.util.List;

/** Slices by begin, end and stride; bits of masks say where these are left out, and which axes come and go. */
final class StridedSlice {
  private final List<Long> begins = new ArrayList<>();
  private final List<Long> ends = new ArrayList<>();
  private final List<Long> strides = new ArrayList<>();
  private final List<Long> axes = new ArrayList<>();
  private final List<Long> gone = new ArrayList<>();
  private final List<Long> fresh = new ArrayList<>();

  private StridedSlice() {}

  static String of(Node op) {
    StridedSlice slice = new StridedSlice();
    slice.read(op);
    String result = op.in(0);
    if (!slice.axes.isEmpty()) {
      result = op.add(
          "Slice",
          result,
          op.vector(longs(slice.begins)),
          op.vector(longs(slice.ends)),
          op.vector(longs(slice.axes)),
          op.vector(longs(slice.strides)));
    }
    if (!slice.gone.isEmpty()) {
      result = op.add("Squeeze", result, op.vector(longs(slice.gone)));
    }
    return slice.fresh.isEmpty()
        ? result
        : op.add("Unsqueeze", result, op.vector(longs(slice.fresh)));
  }

  private void read(Node op) {
    long[] begin = op.constant(1, "the begin");
    long[] end = op.constant(2, "the end");
    long[] stride = op.constant(3, "the stride");
    long shrink = mask(op, "shrink_axis_mask");
    long newAxis = mask(op, "new_axis_mask");
    long ellipsis = mask(op, "ellipsis_mask");
    int sliced = 0; // axes of the input that are spoken of
    for (int i = 0; i < begin.length; i++) {
      sliced += has(newAxis, i) || has(ellipsis, i) ? 0 : 1;
    }
    long axis = 0;
    long given = 0;
    for (int i = 0; i < begin.length; i++) {
      if (has(ellipsis, i)) {
        long skipped = op.rank(0) - (long) sliced;
        axis += skipped;
        given += skipped;
      } else if (has(newAxis, i)) {
        fresh.add(given++);
      } else {
        boolean one = has(shrink, i);
        boolean back = stride[i] < 0;
        long first = back ? Long.MAX_VALUE : 0;
        long last = back ? Long.MIN_VALUE : Long.MAX_VALUE;
        axes.add(axis);
        begins.add(has(mask(op, "begin_mask"), i) && !one ? first : begin[i]);
        // the last element is -1, and what follows it is not 0
        long next = begin[i] == -1 ? Long.MAX_VALUE : begin[i] + 1;
        ends.add(one ? next : has(mask(op, "end_mask"), i) ? last : end[i]);
        strides.add(one ? 1 : stride[i]);
        if (one) {
          gone.add(axis);
        } else {
          given++;
        }
        axis++;
      }
    }
  }

  private static long mask(Node op, String name) {
    return op.attributes().getAttrInt(name);
  }

  private static boolean has(long mask, int bit) {
    return (mask >> bit & 1) == 1;
  }

  private static long[] longs(List<Long> numbers) {
    return numbers.stream().mapToLong(number -> number).toArray();
  }
}
