/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.List;
import java.util.Random;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** One modality of the batch, and an encoder of one layer. */
final class PretextInput {
  enum Kind {
    VECTORS,
    BAGS,
    TEXTS
  }

  record Modality(Kind kind, int width) {}

  private final GraphBench bench;
  private final Modality modality;
  private final int salt;
  private final Operand<TFloat32> presence;
  private Operand<TFloat32> values;
  private Operand<TInt32> ids;
  private Operand<TFloat32> mask;

  PretextInput(GraphBench bench, Modality modality, int salt) {
    this.bench = bench;
    this.modality = modality;
    this.salt = salt;
    presence = bench.openInput(new float[] {1}, 1);
    int width = modality.width();
    switch (modality.kind()) {
      case VECTORS -> values = bench.input(new float[width], 1, width);
      case BAGS -> values = bench.input(new float[width], 1, 1, width);
      case TEXTS -> ids = bench.openInput(new int[] {1}, 1, 1);
    }
    mask = modality.kind() == Kind.VECTORS ? null : bench.openInput(new float[] {1}, 1, 1);
  }

  ModalityInput input() {
    return switch (modality.kind()) {
      case VECTORS -> ModalityInput.vectors(values, presence);
      case BAGS -> ModalityInput.bags(values, mask, presence);
      case TEXTS -> ModalityInput.texts(ids, mask, presence, modality.width());
    };
  }

  /** What the garbage of absent rows does in here must not reach others: nothing is multiplied by the presence. */
  static Encoding encode(Net net, ModalityInput input, boolean withTokens) {
    Ops tf = net.tf();
    int d = net.embedDim();
    if (input instanceof ModalityInput.Vectors vectors) {
      return Encoding.of(tf.math.tanh(net.dense("layer", vectors.values(), d)));
    }
    boolean texts = input instanceof ModalityInput.Texts;
    Operand<TFloat32> mask = texts ? input.texts().mask() : input.bags().mask();
    Operand<TFloat32> tokens = tf.math.tanh(
        texts
            ? net.embedding("words", input.texts().ids(), input.texts().vocabularySize(), d)
            : net.dense("layer", input.bags().values(), d)); // [B, N, d]
    Operand<TFloat32> each = net.expand(mask, 2);
    Operand<TFloat32> mean = tf.math.divNoNan(
        net.sum(tf.math.mul(tokens, each), 1, false), net.sum(each, 1, false)); // [B, d]
    Encoding encoding = Encoding.of(mean);
    return withTokens ? encoding.withTokens(tokens, mask) : encoding;
  }

  void feed(List<Row> rows, int length, Garbage garbage, float scale) {
    int b = rows.size();
    int n = mask == null ? 1 : length;
    int numbers = ids == null ? modality.width() : 1;
    float[] x = new float[b * n * numbers];
    int[] words = new int[b * n];
    float[] there = new float[b];
    float[] real = new float[b * n];
    Random noise = new Random(77);
    for (int i = 0; i < b; i++) {
      Row row = rows.get(i);
      boolean present = row.lacks() == 0;
      there[i] = present ? 1 : 0;
      int size = !present ? 0 : mask == null ? 1 : row.size();
      boolean dirty = garbage == (present ? Garbage.MASKED : Garbage.ABSENT);
      Random random = new Random(1000L * salt + row.id());
      for (int e = 0; e < n; e++) {
        int at = i * n + e;
        boolean is = e < size;
        real[at] = is ? 1 : 0;
        if (is || dirty) {
          Slices.fill(x, at * numbers, numbers, is ? random : noise, is ? scale : 20);
          int word = (is ? random : noise).nextInt(modality.width());
          words[at] = is && e == 0 ? 1 : Math.max(2, word);
        }
      }
    }
    bench.feed(presence, there, b);
    if (mask != null) {
      bench.feed(mask, real, b, n);
    }
    if (ids != null) {
      bench.feed(ids, words, b, n);
    } else if (mask == null) {
      bench.feed(values, x, b, numbers);
    } else {
      bench.feed(values, x, b, n, numbers);
    }
  }
}
