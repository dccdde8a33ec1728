/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * GELU, layer normalisation and dropout, known to TensorFlow: each element or row is read and written once. Work is split into pieces of one size,
 * whatever the number of threads.
 *
 * @param gelu takes x and gives x Phi(x)
 * @param geluGradient takes x and the gradient of the result, and gives that of x
 * @param layerNorm takes x [..., width], gamma [width], beta [width] and epsilon []
 * @param layerNormGradient takes x, gamma, epsilon and the gradient of the result, and gives those of x, gamma and beta
 * @param dropout takes x, a seed [2], and the rate and the scale of what is kept [2]; of a gradient it gives the gradient
 */
record ElementOperations(
    String gelu, String geluGradient, String layerNorm, String layerNormGradient, String dropout) {
  /** Floats of a unit of work, or a row if that has more. */
  private static final int PIECE = 1 << 13;

  /**
   * Registers them.
   *
   * @param suffix of their names
   */
  static ElementOperations register(
      Registration registration, KernelApi api, ShapeApi shapes, Engine engine, String suffix)
      throws Throwable {
    ElementOperations types = new ElementOperations(
        "StromaGelu" + suffix,
        "StromaGeluGradient" + suffix,
        "StromaLayerNorm" + suffix,
        "StromaLayerNormGradient" + suffix,
        "StromaDropout" + suffix);
    registration.register(
        types.gelu,
        List.of("x: float"),
        List.of("y: float"),
        (context, status) -> shapes.same(context, status, 0, 0),
        new Call(api, "GELU", 1, (c, in) -> gelu(c, in, engine)));
    registration.register(
        types.geluGradient,
        List.of("x: float", "gradient: float"),
        List.of("dx: float"),
        (context, status) -> shapes.same(context, status, 0, 0),
        new Call(api, "GELU's gradient", 2, (c, in) -> gelu(c, in, engine)));
    registration.register(
        types.layerNorm,
        List.of("x: float", "gamma: float", "beta: float", "epsilon: float"),
        List.of("y: float"),
        (context, status) -> shapes.same(context, status, 0, 0),
        new Call(api, "layer normalisation", 4, (c, in) -> layerNorm(c, in, engine)));
    registration.register(
        types.layerNormGradient,
        List.of("x: float", "gamma: float", "epsilon: float", "gradient: float"),
        List.of("dx: float", "dgamma: float", "dbeta: float"),
        (context, status) -> {
          shapes.same(context, status, 0, 0);
          shapes.same(context, status, 1, 1);
          shapes.same(context, status, 1, 2);
        },
        new Call(
            api, "layer normalisation's gradient", 4, (c, in) -> layerNormGradient(c, in, engine)));
    registration.register(
        types.dropout,
        List.of("x: float", "seed: int32", "rate: float"),
        List.of("y: float"),
        (context, status) -> shapes.same(context, status, 0, 0),
        new Call(api, "dropout", 3, (c, in) -> dropout(c, in, engine)));
    return types;
  }

  /** Both: with a second input, the gradient. */
  private static void gelu(Call.Context context, List<KernelApi.Tensor> in, Engine engine)
      throws Throwable {
    KernelApi.Tensor x = in.get(0);
    boolean forward = in.size() == 1;
    require(forward || Arrays.equals(in.get(1).shape(), x.shape()), "tensors of one shape", in);
    engine.ready(x.floats());
    try (KernelApi.Tensor out = context.output(0, x.shape())) {
      List<FloatBuffer> from = x.pieces(PIECE);
      List<FloatBuffer> outer = forward ? from : in.get(1).pieces(PIECE);
      List<FloatBuffer> to = out.pieces(PIECE);
      each(engine, from.size(), piece -> {
        float[] a = engine.pieces().take(PIECE);
        int count = read(from.get(piece), a);
        if (forward) {
          Gelu.forward(a, count);
          to.get(piece).put(0, a, 0, count);
        } else {
          float[] b = engine.pieces().take(PIECE);
          read(outer.get(piece), b);
          Gelu.backward(a, b, count);
          to.get(piece).put(0, b, 0, count);
          engine.pieces().give(b);
        }
        engine.pieces().give(a);
      });
    }
  }

  private static void layerNorm(Call.Context context, List<KernelApi.Tensor> in, Engine engine)
      throws Throwable {
    KernelApi.Tensor x = in.get(0);
    int width = width(in, 1, 3);
    require(Arrays.equals(in.get(2).shape(), in.get(1).shape()), "gamma and beta alike", in);
    engine.ready(x.floats());
    LayerNorm norm =
        new LayerNorm(in.get(1).numbers(), in.get(2).numbers(), in.get(3).numbers()[0]);
    int size = rows(width);
    try (KernelApi.Tensor out = context.output(0, x.shape())) {
      List<FloatBuffer> from = x.pieces(size);
      List<FloatBuffer> to = out.pieces(size);
      each(engine, from.size(), piece -> {
        float[] rows = engine.pieces().take(size);
        int count = read(from.get(piece), rows);
        norm.forward(rows, count / width);
        to.get(piece).put(0, rows, 0, count);
        engine.pieces().give(rows);
      });
    }
  }

  private static void layerNormGradient(
      Call.Context context, List<KernelApi.Tensor> in, Engine engine) throws Throwable {
    KernelApi.Tensor x = in.get(0);
    int width = width(in, 1, 2);
    require(Arrays.equals(in.get(3).shape(), x.shape()), "a gradient of the shape of x", in);
    engine.ready(x.floats());
    LayerNorm norm = new LayerNorm(in.get(1).numbers(), new float[0], in.get(2).numbers()[0]);
    int size = rows(width);
    try (KernelApi.Tensor dx = context.output(0, x.shape());
        KernelApi.Tensor dgamma = context.output(1, in.get(1).shape());
        KernelApi.Tensor dbeta = context.output(2, in.get(1).shape())) {
      List<FloatBuffer> from = x.pieces(size);
      List<FloatBuffer> outer = in.get(3).pieces(size);
      List<FloatBuffer> to = dx.pieces(size);
      float[][] ofGamma = new float[from.size()][width];
      float[][] ofBeta = new float[from.size()][width];
      each(engine, from.size(), piece -> {
        float[] a = engine.pieces().take(size);
        float[] b = engine.pieces().take(size);
        int count = read(from.get(piece), a);
        read(outer.get(piece), b);
        norm.backward(a, b, count / width, ofGamma[piece], ofBeta[piece]);
        to.get(piece).put(0, b, 0, count);
        engine.pieces().give(a);
        engine.pieces().give(b);
      });
      dgamma.pieces(width).get(0).put(0, added(ofGamma, width));
      dbeta.pieces(width).get(0).put(0, added(ofBeta, width));
    }
  }

  private static void dropout(Call.Context context, List<KernelApi.Tensor> in, Engine engine)
      throws Throwable {
    KernelApi.Tensor x = in.get(0);
    require(
        Arrays.equals(in.get(1).shape(), new long[] {2})
            && Arrays.equals(in.get(2).shape(), new long[] {2}),
        "x, a seed of two numbers, and a rate with a scale",
        in);
    engine.ready(x.floats());
    float[] seed = in.get(1).numbers(); // whole numbers of as many bytes
    float[] rate = in.get(2).numbers();
    Dropout dropout = new Dropout(
        new int[] {Float.floatToRawIntBits(seed[0]), Float.floatToRawIntBits(seed[1])},
        rate[0],
        rate[1]);
    try (KernelApi.Tensor out = context.output(0, x.shape())) {
      List<FloatBuffer> from = x.pieces(PIECE);
      List<FloatBuffer> to = out.pieces(PIECE);
      each(engine, from.size(), piece -> {
        float[] a = engine.pieces().take(PIECE);
        float[] bits = engine.pieces().take(PIECE);
        int count = read(from.get(piece), a);
        dropout.apply((long) piece * PIECE, a, count, bits);
        to.get(piece).put(0, a, 0, count);
        engine.pieces().give(a);
        engine.pieces().give(bits);
      });
    }
  }

  /** Does the pieces in all threads. */
  private static void each(Engine engine, int count, IntConsumer work) {
    List<Runnable> units = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int piece = i;
      units.add(() -> work.accept(piece));
    }
    engine.workers().run(units);
  }

  private static int read(FloatBuffer piece, float[] into) {
    piece.get(0, into, 0, piece.capacity());
    return piece.capacity();
  }

  /** In the order of the pieces. */
  private static float[] added(float[][] parts, int width) {
    double[] sums = new double[width];
    for (float[] part : parts) {
      for (int c = 0; c < width; c++) {
        sums[c] += part[c];
      }
    }
    float[] added = new float[width];
    for (int c = 0; c < width; c++) {
      added[c] = (float) sums[c];
    }
    return added;
  }

  /** Floats of whole rows that make a piece. */
  private static int rows(int width) {
    return Math.max(1, PIECE / width) * width;
  }

  private static int width(List<KernelApi.Tensor> in, int gamma, int epsilon) {
    long[] x = in.get(0).shape();
    long[] g = in.get(gamma).shape();
    require(
        x.length > 0 && g.length == 1 && g[0] > 0 && g[0] == x[x.length - 1],
        "x [..., width] and gamma [width]",
        in);
    require(in.get(epsilon).shape().length == 0, "one epsilon", in);
    return Math.toIntExact(g[0]);
  }

  private static void require(boolean fits, String what, List<KernelApi.Tensor> in) {
    if (!fits) {
      throw new IllegalArgumentException(
          "wanted are " + what + ", and given was " + KernelApi.shapes(in));
    }
  }
}
