/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import static org.stroma.testkit.ContractTest.fails;
import static org.stroma.testkit.ContractTest.keeps;

import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.Pretext;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Pretext tasks that are wrong in one way fail one check: that which is for it. */
class PretextContractTest {
  /** Settings of toys. */
  @interface Settings {}

  private interface Task {
    /** The loss of one modality. */
    Operand<TFloat32> of(Net net, ModalityInput input, Encoding encoding);
  }

  private static PretextContract task(Pretext task) {
    return PartContract.pretext((Settings s) -> task, Settings.class);
  }

  private static PretextContract one(Task task) {
    return task((net, inputs, encoders) -> {
      String name = Pretext.only(inputs);
      ModalityInput input = inputs.get(name);
      return task.of(net, input, encoders.get(name).encode("one", input));
    });
  }

  /** The mean over the rows that are there of the mean square of a row. */
  private static Operand<TFloat32> mean(Net net, Operand<TFloat32> x, Operand<TFloat32> presence) {
    Ops tf = net.tf();
    Operand<TFloat32> rows = net.mean(tf.math.square(x), 1, false); // [B]
    return tf.math.divNoNan(
        net.sum(tf.math.mul(rows, presence), 0, false), net.sum(presence, 0, false));
  }

  private static Operand<TFloat32> good(Net net, ModalityInput input, Encoding encoding) {
    return mean(net, net.dense("decoder", encoding.embedding(), 3), input.presence());
  }

  @Test
  void goodOnesKeepIt() {
    keeps(one(PretextContractTest::good).vectors(6));
    keeps(one(PretextContractTest::good).bags(5));
    keeps(one(PretextContractTest::good).texts(9));
    keeps(task(PretextContractTest::contrast).vectors(6).bags(5));
  }

  /** How far the embeddings of two modalities are apart, in rows that have both. */
  private static Operand<TFloat32> contrast(
      Net net,
      SortedMap<String, ModalityInput> inputs,
      SortedMap<String, Pretext.Trained> encoders) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("the task takes two modalities");
    }
    String a = inputs.firstKey();
    String b = inputs.lastKey();
    return mean(
        net,
        net.tf()
            .math
            .sub(
                encoders.get(a).encode("one", inputs.get(a)).embedding(),
                encoders.get(b).encode("one", inputs.get(b)).embedding()),
        net.tf().math.mul(inputs.get(a).presence(), inputs.get(b).presence()));
  }

  @Test
  void wrongOnesAreFound() {
    fails(
        "scalar",
        "has to be one number",
        one((net, input, encoding) ->
                net.tf().expandDims(good(net, input, encoding), net.tf().constant(0)))
            .vectors(6));
    fails(
        "finite",
        "of one row has to be finite",
        one((net, input, encoding) -> {
              Ops tf = net.tf();
              Operand<TFloat32> others =
                  tf.math.sub(net.sum(input.presence(), 0, false), tf.constant(1f));
              return tf.math.div(good(net, input, encoding), others);
            })
            .vectors(6));
    fails(
        "presence",
        "divide by the rows that are there",
        one((net, input, encoding) -> {
              Ops tf = net.tf();
              Operand<TFloat32> rows = net.mean(tf.math.square(encoding.embedding()), 1, false);
              return net.mean(tf.math.mul(rows, input.presence()), 0, false);
            })
            .vectors(6));
    fails(
        "masks",
        "behind the mask",
        one((net, input, encoding) -> mean(
                net,
                encoding
                    .tokens()
                    .map(tokens -> net.mean(tokens.values(), 1, false))
                    .orElse(encoding.embedding()),
                input.presence()))
            .bags(5));
    fails(
        "nothing",
        "has to give the loss 0",
        one((net, input, encoding) ->
                net.tf().math.add(good(net, input, encoding), net.tf().constant(1f)))
            .vectors(6));
    fails(
        "learning",
        "reaches the encoder",
        one((net, input, encoding) -> mean(
                net,
                net.dense("decoder", net.tf().stopGradient(encoding.embedding()), 3),
                input.presence()))
            .vectors(6)
            .without("gradients", "the encoder's is 0 as well"));
    fails(
        "gradients",
        "by differences it is",
        one((net, input, encoding) -> {
              Ops tf = net.tf();
              Operand<TFloat32> embedding = encoding.embedding();
              return mean(
                  net, tf.math.mul(embedding, tf.stopGradient(embedding)), input.presence());
            })
            .vectors(6));
    fails(
        "modalities",
        "without a word",
        task((net, inputs, encoders) -> {
              if (inputs.size() > 1) {
                throw new IllegalArgumentException();
              }
              String name = inputs.firstKey();
              return good(
                  net, inputs.get(name), encoders.get(name).encode("one", inputs.get(name)));
            })
            .vectors(6));
  }
}
