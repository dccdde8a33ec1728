/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** Loops of TensorFlow's, and the functions that they are made of. */
final class Loops {
  private Loops() {}

  /** The variables as the last round leaves them. */
  static List<Output<?>> loop(
      Ops tf, ConcreteFunction condition, ConcreteFunction body, List<Operand<?>> variables) {
    OperationBuilder builder = tf.scope().opBuilder("StatelessWhile", "blocks");
    builder.addInputList(variables.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
    builder.setAttr("cond", named(condition));
    builder.setAttr("body", named(body));
    builder.setAttr("parallel_iterations", 1L);
    Operation op = builder.build();
    List<Output<?>> outputs = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      outputs.add(op.output(i));
    }
    return outputs;
  }

  /** By its name: a function as such cannot be set while gradients are built. */
  private static AttrValue named(ConcreteFunction function) {
    return AttrValue.newBuilder()
        .setFunc(NameAttrList.newBuilder().setName(function.getDefinedName()))
        .build();
  }

  /**
   * A function of whole numbers, of rank 0, and of float32 tensors of other ranks.
   *
   * @param ranks of its inputs
   */
  static ConcreteFunction function(
      List<Integer> ranks, BiFunction<Ops, List<Operand<?>>, List<Operand<?>>> body) {
    return ConcreteFunction.create(tf -> {
      Signature.Builder signature = Signature.builder();
      List<Operand<?>> inputs = new ArrayList<>();
      for (int i = 0; i < ranks.size(); i++) {
        long[] open = new long[ranks.get(i)];
        Arrays.fill(open, -1);
        Class<? extends TType> type = open.length == 0 ? TInt32.class : TFloat32.class;
        Operand<?> input = tf.placeholder(type, Placeholder.shape(Shape.of(open)));
        inputs.add(input);
        signature.input("in" + i, input);
      }
      List<Operand<?>> outputs = body.apply(tf, inputs);
      for (int i = 0; i < outputs.size(); i++) {
        signature.output("out" + i, outputs.get(i));
      }
      return signature.build();
    });
  }

  @SuppressWarnings("unchecked")
  static Operand<TFloat32> numbers(Operand<?> x) {
    return (Operand<TFloat32>) x;
  }

  @SuppressWarnings("unchecked")
  static Operand<TInt32> whole(Operand<?> x) {
    return (Operand<TInt32>) x;
  }
}
