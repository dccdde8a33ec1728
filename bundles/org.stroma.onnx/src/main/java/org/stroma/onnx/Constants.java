/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.RawTensor;
import org.tensorflow.Session;

/** What follows from no input: TensorFlow computes it once, and its value stands in the model. */
final class Constants {
  private static final String CONST = "Const";

  /** The value of an output, row by row, little endian. */
  record Value(ElementType type, long[] shape, byte[] bytes) {
    /** The numbers of a whole-numbered tensor. */
    long[] integers() {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      long[] numbers = new long[bytes.length / (type == ElementType.INT64 ? 8 : 4)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = switch (type) {
          case INT64 -> buffer.getLong();
          case INT32 -> buffer.getInt();
          default -> throw new Untranslatable("whole numbers are wanted, not " + type);
        };
      }
      return numbers;
    }
  }

  private final Set<String> constant = new HashSet<>();
  private final Map<Output<?>, Value> values = new HashMap<>();

  /**
   * @param operations each behind what it needs
   * @param known whether an operation of a type always gives the same of the same
   * @param outputs of the model
   */
  Constants(
      List<GraphOperation> operations,
      Predicate<String> known,
      List<? extends Operand<?>> outputs,
      Session session) {
    Set<Output<?>> wanted = new LinkedHashSet<>();
    for (GraphOperation op : operations) {
      if (isConstant(op, known)) {
        constant.add(op.name());
      } else {
        op.inputs().stream().map(Operand::asOutput).filter(this::is).forEach(wanted::add);
      }
    }
    outputs.stream().map(Operand::asOutput).filter(this::is).forEach(wanted::add);
    compute(new ArrayList<>(wanted), session);
  }

  private boolean isConstant(GraphOperation op, Predicate<String> known) {
    return op.type().equals(CONST)
        || op.numInputs() > 0
            && known.test(op.type())
            && op.inputs().stream().allMatch(input -> is(input.asOutput()));
  }

  private boolean is(Output<?> output) {
    return constant.contains(output.op().name());
  }

  private void compute(List<Output<?>> wanted, Session session) {
    if (wanted.isEmpty()) {
      return;
    }
    Session.Runner runner = session.runner();
    wanted.forEach(runner::fetch);
    try (var result = runner.run()) {
      long size = 0;
      for (int i = 0; i < wanted.size(); i++) {
        size += result.get(i).numBytes();
      }
      if (size > OnnxModel.LARGEST) {
        throw OnnxModel.tooLarge(size);
      }
      for (int i = 0; i < wanted.size(); i++) {
        RawTensor tensor = result.get(i).asRawTensor();
        byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
        tensor.data().read(bytes);
        values.put(
            wanted.get(i),
            new Value(ElementType.of(tensor.dataType()), tensor.shape().asArray(), bytes));
      }
    }
  }

  /** Whether an operation follows from no input. */
  boolean has(GraphOperation op) {
    return constant.contains(op.name());
  }

  /** The value of an output that something else needs; null where it follows from an input. */
  @Nullable
  Value of(Output<?> output) {
    return values.get(output);
  }
}
