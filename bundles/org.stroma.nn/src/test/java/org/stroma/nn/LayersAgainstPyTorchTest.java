/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.nn.Bench.Tensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

class LayersAgainstPyTorchTest {
  private final Map<String, Tensor> torch = Bench.torch();

  private static void near(float[] expected, float[] actual, double relative, String what) {
    double largest = 1e-3;
    for (float e : expected) {
      largest = Math.max(largest, Math.abs(e));
    }
    assertArrayEquals(expected, actual, (float) (relative * largest), what);
  }

  private float[] expected(String name) {
    return torch.get(name).numbers();
  }

  @Test
  void denseIsXTimesKernelPlusBias() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> y = bench.net.dense("dense", bench.input(torch.get("x")), 3);
      bench.assign(torch);
      near(expected("dense"), bench.run(y), 1e-6, "dense");
    }
  }

  @Test
  void layerNormAndItsGradientArePyTorchs() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(torch.get("x"));
      Operand<TFloat32> y = bench.net.layerNorm("norm", x);
      Operand<TFloat32> weighted = bench.tf.math.mul(y, bench.input(torch.get("seed")));
      bench.assign(torch);
      near(expected("norm"), bench.run(y), 1e-6, "norm");
      near(expected("norm_gradient"), bench.run(bench.gradient(weighted, x)), 1e-5, "gradient");
    }
  }

  @Test
  void transformerWithPaddingAndItsGradientArePyTorchs() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(torch.get("x"));
      Operand<TFloat32> mask = bench.input(torch.get("mask"));
      Operand<TFloat32> y = bench
          .net
          .transformer("transformer")
          .layers(2)
          .heads(2)
          .feedForward(10)
          .apply(x, mask);
      Operand<TFloat32> real = bench.tf.math.mul(y, bench.net.expand(mask, 2));
      Operand<TFloat32> weighted = bench.tf.math.mul(y, bench.input(torch.get("seed")));
      bench.assign(torch);
      near(expected("transformer"), bench.run(real), 1e-5, "transformer");
      near(
          expected("transformer_gradient"),
          bench.run(bench.gradient(weighted, x)),
          1e-5,
          "gradient");
    }
  }

  @Test
  void stateOfTheFirstElementAloneIsPyTorchsTooAndSoAreItsGradients() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(torch.get("x"));
      Transformer.States states = bench
          .net
          .transformer("transformer")
          .layers(2)
          .heads(2)
          .feedForward(10)
          .applyWithFirst(x, bench.input(torch.get("mask")));
      bench.assign(torch);
      int d = 6;
      int n = (int) torch.get("x").shape()[1];
      float[] all = expected("transformer");
      float[] firsts = new float[all.length / n];
      for (int i = 0; i < firsts.length; i++) {
        firsts[i] = all[i / d * n * d + i % d];
      }
      near(firsts, bench.run(states.first()), 1e-5, "first");
      Operand<TFloat32> outer = Transformer.first(bench.tf, bench.input(torch.get("seed")));
      Operand<TFloat32> alone = bench.tf.math.mul(states.first(), outer);
      Operand<TFloat32> ofAll = bench.tf.math.mul(Transformer.first(bench.tf, states.all()), outer);
      for (String with : List.of("layer1/qkv/kernel", "layer1/qkv/bias", "layer0/ff1/kernel")) {
        Variable variable = bench.variables.all().stream()
            .filter(v -> v.name().equals("transformer/" + with))
            .findFirst()
            .orElseThrow();
        near(
            bench.run(bench.gradient(ofAll, variable)),
            bench.run(bench.gradient(alone, variable)),
            1e-5,
            with);
      }
      near(bench.run(bench.gradient(ofAll, x)), bench.run(bench.gradient(alone, x)), 1e-5, "x");
    }
  }

  @Test
  void attentionPoolingWithPaddingIsPyTorchs() {
    try (Bench bench = new Bench()) {
      Net.Pooled pooled = bench.net.attentionPool(
          "pool", bench.input(torch.get("x")), bench.input(torch.get("mask")), 3);
      bench.assign(torch);
      near(expected("pool_weights"), bench.run(pooled.weights()), 1e-6, "weights");
      near(expected("pool"), bench.run(pooled.embedding()), 1e-6, "pooled");
    }
  }

  @Test
  void everyActivationAndItsSlopeArePyTorchs() {
    try (Bench bench = new Bench()) {
      Operand<TFloat32> x = bench.input(torch.get("points"));
      for (Activation activation : Activation.values()) {
        Operand<TFloat32> y = bench.net.activation(activation.name(), x);
        near(expected("activation:" + activation), bench.run(y), 1e-7, activation.name());
        float[] slopes = bench.run(bench.gradient(y, x));
        float[] wanted = expected("slope:" + activation);
        for (int i = 0; i < wanted.length; i++) {
          assertEquals(wanted[i], slopes[i], 2e-6, activation + " at " + expected("points")[i]);
        }
      }
    }
  }
}
