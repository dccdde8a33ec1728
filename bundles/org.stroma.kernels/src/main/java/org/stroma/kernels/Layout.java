/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.Arrays;
import java.util.List;
import org.stroma.kernels.Backward.Gradients;
import org.stroma.kernels.Buffers.SizeException;
import org.stroma.kernels.KernelApi.Tensor;

/** How an operation of attention is given its queries, keys and values. */
enum Layout {
  /** q [B, N, heads, width], k and v [B, M, heads, width], and a mask [B, M]. */
  SEPARATE("Attention", List.of("q", "k", "v", "mask")) {
    @Override
    Sizes sizes(List<Tensor> in) {
      long[] q = in.get(0).shape();
      long[] k = in.get(1).shape();
      require(q.length == 4 && k.length == 4 && Arrays.equals(in.get(2).shape(), k), in);
      require(q[0] == k[0] && q[2] == k[2] && q[3] == k[3], in);
      require(Arrays.equals(in.get(3).shape(), new long[] {k[0], k[1]}), in);
      return checked(q[0], q[1], k[1], q[2], q[3]);
    }

    @Override
    Given given(Sizes sizes, List<Tensor> in) throws Throwable {
      return Given.separate(
          sizes,
          in.get(0).sequences(),
          in.get(1).sequences(),
          in.get(2).sequences(),
          in.get(3).sequences());
    }

    @Override
    Gradients gradients(Sizes sizes, List<Tensor> out) throws Throwable {
      return Gradients.separate(
          sizes, out.get(0).sequences(), out.get(1).sequences(), out.get(2).sequences());
    }

    @Override
    void shapes(ShapeApi shapes, long context, long status) throws Throwable {
      shapes.likeInput(context, status, 0, 4, 0, 4);
      shapes.likeInput(context, status, 0, 4, 1, 3);
    }

    @Override
    String wanted() {
      return "attention takes queries [B, N, heads, width], keys and values [B, M, heads, width] and a mask [B, M]";
    }
  },

  /** One tensor [B, N, 3, heads, width] of queries, keys and values of the same elements, and their mask [B, N]. */
  JOINED("SelfAttention", List.of("qkv", "mask")) {
    @Override
    Sizes sizes(List<Tensor> in) {
      long[] x = in.get(0).shape();
      require(x.length == 5 && x[2] == 3, in);
      require(Arrays.equals(in.get(1).shape(), new long[] {x[0], x[1]}), in);
      return checked(x[0], x[1], x[1], x[3], x[4]);
    }

    @Override
    Given given(Sizes sizes, List<Tensor> in) throws Throwable {
      return Given.joined(sizes, in.get(0).sequences(), in.get(1).sequences());
    }

    @Override
    Gradients gradients(Sizes sizes, List<Tensor> out) throws Throwable {
      return Gradients.joined(sizes, out.get(0).sequences());
    }

    @Override
    void shapes(ShapeApi shapes, long context, long status) throws Throwable {
      shapes.withoutAxis(context, status, 0, 5, 0, 2, 5);
      shapes.withoutAxis(context, status, 0, 5, 1, 2, 4);
    }

    @Override
    String wanted() {
      return "self-attention takes queries, keys and values [B, N, 3, heads, width] and a mask [B, N]";
    }
  };

  private final String type;
  private final List<String> inputs;

  Layout(String type, List<String> inputs) {
    this.type = type;
    this.inputs = inputs;
  }

  /** Of the forward operation, without prefix. */
  String type() {
    return type;
  }

  /** Names; the last one is the mask. */
  List<String> inputs() {
    return inputs;
  }

  /** @throws IllegalArgumentException if the inputs do not fit together */
  abstract Sizes sizes(List<Tensor> in);

  abstract Given given(Sizes sizes, List<Tensor> in) throws Throwable;

  /** @param out tensors of the shapes of all inputs but the mask */
  abstract Gradients gradients(Sizes sizes, List<Tensor> out) throws Throwable;

  /** Static shapes of the forward operation's outputs. */
  abstract void shapes(ShapeApi shapes, long context, long status) throws Throwable;

  abstract String wanted();

  void require(boolean fits, List<Tensor> in) {
    if (!fits) {
      throw new IllegalArgumentException(wanted() + ", and was given " + KernelApi.shapes(in));
    }
  }

  private static Sizes checked(long batch, long queries, long keys, long heads, long width) {
    for (long n : new long[] {batch, queries, keys, heads, width, batch * heads}) {
      if (n > Integer.MAX_VALUE) {
        throw new SizeException("attention with a length of " + n
            + ", and the kernels in Java take at most " + Integer.MAX_VALUE);
      }
    }
    return new Sizes((int) batch, (int) queries, (int) keys, (int) heads, (int) width);
  }
}
