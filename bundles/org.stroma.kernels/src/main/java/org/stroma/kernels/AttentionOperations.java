/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.stroma.kernels.KernelApi.Tensor;

/**
 * Attention and its gradient, known to TensorFlow.
 *
 * <p>The forward operation takes what its {@link Layout} says, and gives out [B, N, heads, width] and lse [B, N, heads]. The
 * gradient takes the same, out, lse and the gradient with respect to out, and gives those with respect to all but the mask.
 *
 * @param forward type of the operation
 * @param gradient type of the operation
 */
record AttentionOperations(Layout layout, String forward, String gradient) {
  /**
   * Registers both.
   *
   * @param suffix of their names
   */
  static AttentionOperations register(
      Layout layout,
      Registration registration,
      KernelApi api,
      ShapeApi shapes,
      Engine engine,
      String suffix)
      throws Throwable {
    AttentionOperations operations = new AttentionOperations(
        layout, "Stroma" + layout.type() + suffix, "Stroma" + layout.type() + "Gradient" + suffix);
    List<String> inputs = new ArrayList<>(floats("", layout.inputs()));
    int count = inputs.size();
    registration.register(
        operations.forward,
        List.copyOf(inputs),
        List.of("out: float", "lse: float"),
        (context, status) -> layout.shapes(shapes, context, status),
        new Call(api, "attention", count, (c, in) -> operations.forward(c, in, engine)));
    inputs.addAll(List.of("out: float", "lse: float", "gradient: float"));
    registration.register(
        operations.gradient,
        inputs,
        floats("d", layout.inputs().subList(0, count - 1)),
        (context, status) -> {
          for (int i = 0; i < count - 1; i++) {
            shapes.same(context, status, i, i);
          }
        },
        new Call(
            api, "attention's gradient", count + 3, (c, in) -> operations.gradient(c, in, engine)));
    return operations;
  }

  private static List<String> floats(String prefix, List<String> names) {
    return names.stream().map(name -> prefix + name + ": float").toList();
  }

  private void forward(Call.Context context, List<Tensor> in, Engine engine) throws Throwable {
    Sizes sizes = layout.sizes(in);
    engine.ready(sizes);
    try (Tensor out = context.output(0, shape(sizes));
        Tensor lse = context.output(1, sizes.batch(), sizes.queries(), sizes.heads())) {
      Forward.run(
          sizes,
          layout.given(sizes, in),
          out.sequences(),
          lse.sequences(),
          engine.workers(),
          engine.buffers());
    }
  }

  private void gradient(Call.Context context, List<Tensor> in, Engine engine) throws Throwable {
    Sizes sizes = layout.sizes(in);
    engine.ready(sizes);
    int next = layout.inputs().size();
    Tensor out = in.get(next);
    Tensor lse = in.get(next + 1);
    Tensor outer = in.get(next + 2);
    long[] wanted = shape(sizes);
    layout.require(Arrays.equals(out.shape(), wanted) && Arrays.equals(outer.shape(), wanted), in);
    layout.require(Arrays.equals(lse.shape(), Arrays.copyOf(wanted, 3)), in);
    List<Tensor> results = new ArrayList<>();
    try {
      for (int i = 0; i < next - 1; i++) {
        results.add(context.output(i, in.get(i).shape()));
      }
      Backward.run(
          sizes,
          new Backward.Inputs(
              layout.given(sizes, in), out.sequences(), lse.sequences(), outer.sequences()),
          layout.gradients(sizes, results),
          engine.workers(),
          engine.buffers());
    } finally {
      results.forEach(Tensor::close);
    }
  }

  private static long[] shape(Sizes sizes) {
    return new long[] {sizes.batch(), sizes.queries(), sizes.heads(), sizes.width()};
  }
}
