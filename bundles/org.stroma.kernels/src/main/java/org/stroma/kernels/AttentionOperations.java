/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.kernels.Buffers.SizeException;

/**
 * The two operations, known to TensorFlow.
 *
 * <p>The forward one takes q [B, N, heads, width], k and v [B, M, heads, width] and mask [B, M], and
 * gives out [B, N, heads, width] and lse [B, N, heads]. The gradient takes these six and the gradient
 * with respect to out, and gives those with respect to q, k and v.
 *
 * @param forward type of the operation
 * @param gradient type of the operation
 */
record AttentionOperations(String forward, String gradient) {
  private static final List<String> INPUTS =
      List.of("q: float", "k: float", "v: float", "mask: float");

  /**
   * Registers both.
   *
   * @param suffix of their names
   */
  static AttentionOperations register(
      Registration registration, KernelApi api, ShapeApi shapes, Engine engine, String suffix)
      throws Throwable {
    AttentionOperations operations =
        new AttentionOperations("StromaAttention" + suffix, "StromaAttentionGradient" + suffix);
    registration.register(
        operations.forward,
        INPUTS,
        List.of("out: float", "lse: float"),
        (context, status) -> {
          shapes.likeInput(context, status, 0, 4, 0, 4);
          shapes.likeInput(context, status, 0, 4, 1, 3);
        },
        new Call(api, "attention", 4, (c, in) -> forward(c, in, engine)));
    List<String> inputs = new ArrayList<>(INPUTS);
    inputs.addAll(List.of("out: float", "lse: float", "gradient: float"));
    registration.register(
        operations.gradient,
        inputs,
        List.of("dq: float", "dk: float", "dv: float"),
        (context, status) -> {
          for (int i = 0; i < 3; i++) {
            shapes.likeInput(context, status, i, 4, i, 4);
          }
        },
        new Call(api, "attention's gradient", 7, (c, in) -> gradient(c, in, engine)));
    return operations;
  }

  private static void forward(Call.Context context, List<KernelApi.Tensor> in, Engine engine)
      throws Throwable {
    Sizes sizes = sizes(in);
    engine.ready(sizes);
    try (KernelApi.Tensor out = context.output(0, in.get(0).shape());
        KernelApi.Tensor lse = context.output(1, sizes.batch(), sizes.queries(), sizes.heads())) {
      Forward.run(
          sizes,
          in.get(0).sequences(),
          in.get(1).sequences(),
          in.get(2).sequences(),
          in.get(3).sequences(),
          out.sequences(),
          lse.sequences(),
          engine.workers(),
          engine.buffers());
    }
  }

  private static void gradient(Call.Context context, List<KernelApi.Tensor> in, Engine engine)
      throws Throwable {
    Sizes sizes = sizes(in);
    engine.ready(sizes);
    long[] q = in.get(0).shape();
    require(Arrays.equals(in.get(4).shape(), q) && Arrays.equals(in.get(6).shape(), q), in);
    require(
        Arrays.equals(
            in.get(5).shape(), new long[] {sizes.batch(), sizes.queries(), sizes.heads()}),
        in);
    try (KernelApi.Tensor dq = context.output(0, q);
        KernelApi.Tensor dk = context.output(1, in.get(1).shape());
        KernelApi.Tensor dv = context.output(2, in.get(2).shape())) {
      List<FloatBuffer[]> x = new ArrayList<>();
      for (KernelApi.Tensor tensor : in) {
        x.add(tensor.sequences());
      }
      Backward.run(
          sizes,
          new Backward.Inputs(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), x.get(5), x.get(6)),
          new Backward.Gradients(dq.sequences(), dk.sequences(), dv.sequences()),
          engine.workers(),
          engine.buffers());
    }
  }

  private static Sizes sizes(List<KernelApi.Tensor> in) {
    long[] q = in.get(0).shape();
    long[] k = in.get(1).shape();
    require(q.length == 4 && k.length == 4 && Arrays.equals(in.get(2).shape(), k), in);
    require(q[0] == k[0] && q[2] == k[2] && q[3] == k[3], in);
    require(Arrays.equals(in.get(3).shape(), new long[] {k[0], k[1]}), in);
    for (long n : new long[] {q[0], q[1], q[2], q[3], k[1], q[0] * q[2]}) {
      if (n > Integer.MAX_VALUE) {
        throw new SizeException("attention with a length of " + n
            + ", and the kernels in Java take at most " + Integer.MAX_VALUE);
      }
    }
    return new Sizes((int) q[0], (int) q[1], (int) k[1], (int) q[2], (int) q[3]);
  }

  private static void require(boolean fits, List<KernelApi.Tensor> in) {
    if (!fits) {
      throw new IllegalArgumentException(
          "attention takes queries [B, N, heads, width], keys and values [B, M, heads, width] and a mask [B, M], and was given "
              + KernelApi.shapes(in));
    }
  }
}
