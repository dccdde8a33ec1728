/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The contract of an encoder, as {@link GraphContract} tells it. Say what it takes, with one of {@link #vectors}, {@link
 * #bags} and {@link #texts}. Tokens are compared where their mask is 1; attention has to be [B, N] and zero on padding. An
 * encoder of vectors that {@linkplain Encoder#takesMissingCells takes missing cells} gets some in every check: its results and
 * its gradients have to be finite all the same.
 */
@ProviderType
public final class EncoderContract extends GraphContract<Encoder, EncoderContract> {
  private enum Takes {
    VECTORS,
    BAGS,
    TEXTS
  }

  private Takes takes;
  private int width;

  EncoderContract(Made<Encoder> made) {
    super("encoder", Encoder.class, made);
  }

  /** The encoder takes a vector of so many numbers a patient, such as a row of a matrix. */
  public EncoderContract vectors(int width) {
    return takes(Takes.VECTORS, width);
  }

  /** The encoder takes a bag of vectors of so many numbers a patient, with coordinates or without, such as patches. */
  public EncoderContract bags(int width) {
    return takes(Takes.BAGS, width);
  }

  /** The encoder takes token ids below the size of the vocabulary; 1 stands for the class token. */
  public EncoderContract texts(int vocabularySize) {
    if (vocabularySize < 3) {
      throw new IllegalArgumentException(
          "a vocabulary has padding, the class token and words: at least 3 ids");
    }
    return takes(Takes.TEXTS, vocabularySize);
  }

  private EncoderContract takes(Takes kind, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("the width has to be 1 or more, and is " + size);
    }
    takes = kind;
    width = size;
    return this;
  }

  private Takes takes() {
    if (takes == null) {
      throw new IllegalStateException(
          "say what the encoder takes: vectors(WIDTH), bags(WIDTH) or texts(VOCABULARY_SIZE)");
    }
    return takes;
  }

  @Override
  boolean masked() {
    return takes() != Takes.VECTORS;
  }

  @Override
  Rig rig(GraphBench bench, Encoder part, boolean training) {
    return new Model(bench, part, training, true);
  }

  private final class Model extends Rig {
    private final Operand<TFloat32> presence;
    private final boolean gaps;
    private Operand<TFloat32> values;
    private Operand<TFloat32> mask;
    private Operand<TInt32> ids;
    private Operand<TInt32> coordinates;
    private final Encoding encoding;
    private final Encoding.Tokens tokens; // null where the encoder has none

    Model(GraphBench bench, Encoder part, boolean training, boolean located) {
      super(bench, training);
      gaps = part.takesMissingCells() && takes() == Takes.VECTORS;
      presence = bench.openInput(new float[] {1}, 1);
      ModalityInput input =
          switch (takes()) {
            case VECTORS -> {
              values = bench.input(new float[width], 1, width);
              yield ModalityInput.vectors(values, presence);
            }
            case BAGS -> {
              values = bench.input(new float[width], 1, 1, width);
              mask = bench.openInput(new float[] {1}, 1, 1);
              coordinates = located ? bench.input(new int[2], 1, 1, 2) : null;
              yield located
                  ? ModalityInput.bags(values, mask, coordinates, presence)
                  : ModalityInput.bags(values, mask, presence);
            }
            case TEXTS -> {
              ids = bench.openInput(new int[] {1}, 1, 1);
              mask = bench.openInput(new float[] {1}, 1, 1);
              yield ModalityInput.texts(ids, mask, presence, width);
            }
          };
      encoding = part.encode(net, input);
      check(encoding != null, "encode has to return an encoding, with an embedding [B, d]");
      tokens = encoding.tokens().orElse(null);
    }

    @Override
    void feed(List<Row> rows, int length, Garbage garbage) {
      int b = rows.size();
      int n = masked() ? length : 1;
      int numbers = takes == Takes.TEXTS ? 1 : width;
      float[] x = new float[b * n * numbers];
      int[] words = new int[b * n];
      int[] places = new int[b * n * 2];
      float[] there = new float[b];
      float[] real = new float[b * n];
      Random noise = new Random(77);
      for (int i = 0; i < b; i++) {
        Row row = rows.get(i);
        boolean present = row.lacks() == 0;
        there[i] = present ? 1 : 0;
        int size = !present ? 0 : masked() ? row.size() : 1;
        boolean dirty = present ? garbage == Garbage.MASKED : garbage == Garbage.ABSENT;
        Random random = row.random();
        for (int e = 0; e < n; e++) {
          int at = i * n + e;
          boolean is = e < size;
          real[at] = is ? 1 : 0;
          for (int k = 0; k < numbers; k++) {
            x[at * numbers + k] = is
                ? (float) random.nextGaussian()
                : dirty ? (float) (20 * noise.nextGaussian()) : 0;
          }
          if (is
              && gaps) { // of a third of the cells nothing is known; of one patient's, nothing at
            // all
            boolean none = row.id() % 4 == 3;
            for (int k = 0; k < numbers; k++) {
              x[at * numbers + k] =
                  none || random.nextInt(3) == 0 ? Float.NaN : x[at * numbers + k];
            }
          }
          if (takes == Takes.TEXTS) { // 0 is padding, 1 the class token
            words[at] = !is
                ? (dirty ? 1 + noise.nextInt(width - 1) : 0)
                : e == 0 ? 1 : 2 + random.nextInt(width - 2);
          }
          places[2 * at] = is ? e % 3 : dirty ? noise.nextInt(9) : 0;
          places[2 * at + 1] = is ? e / 3 : dirty ? noise.nextInt(9) : 0;
        }
      }
      bench.feed(presence, there, b);
      if (takes == Takes.VECTORS) {
        bench.feed(values, x, b, width);
        return;
      }
      bench.feed(mask, real, b, n);
      if (takes == Takes.TEXTS) {
        bench.feed(ids, words, b, n);
      } else {
        bench.feed(values, x, b, n, width);
        if (coordinates != null) {
          bench.feed(coordinates, places, b, n, 2);
        }
      }
    }

    @Override
    List<float[]> results(List<Row> rows, int length) {
      List<Operand<TFloat32>> fetches = new ArrayList<>(List.of(encoding.embedding()));
      if (tokens != null) {
        fetches.add(tokens.values());
        fetches.add(bench.tf().identity(tokens.mask()));
      }
      int first = fetches.size();
      encoding.attention().values().forEach(w -> fetches.add(bench.tf().identity(w)));
      List<float[]> out = bench.runAll(fetches);
      int b = rows.size();
      List<float[]> results = new ArrayList<>();
      for (int i = 0; i < b; i++) {
        List<float[]> parts = new ArrayList<>(List.of(Slices.row(out.get(0), b, i)));
        if (tokens != null) {
          parts.add(Slices.kept(Slices.row(out.get(1), b, i), Slices.row(out.get(2), b, i)));
        }
        for (float[] weights : out.subList(first, out.size())) {
          float[] attention = Slices.row(weights, b, i);
          int size = rows.get(i).lacks() == 0 ? rows.get(i).size() : 0;
          if (masked() && attention.length == length) { // else the check shapes tells it
            for (int e = size; e < length; e++) {
              check(
                  Math.abs(attention[e]) < 1e-6,
                  "attention has to be zero on padding, and is " + attention[e]);
            }
            attention = java.util.Arrays.copyOf(attention, size);
          }
          parts.add(attention);
        }
        results.add(Slices.join(parts));
      }
      return results;
    }

    @Override
    List<Operand<TFloat32>> outputs() {
      List<Operand<TFloat32>> outputs = new ArrayList<>(List.of(encoding.embedding()));
      if (tokens != null) {
        outputs.add(bench.tf().math.mul(tokens.values(), net.expand(tokens.mask(), 2)));
      }
      return outputs;
    }

    @Override
    List<Operand<TFloat32>> everything() {
      List<Operand<TFloat32>> all = new ArrayList<>(outputs());
      for (Operand<?> value : encoding.values().values()) {
        if (value.type() == TFloat32.class) {
          all.add(value.asOutput().expect(TFloat32.class));
        }
      }
      return all;
    }

    @Override
    List<Operand<TFloat32>> inputs() {
      return values == null ? List.of() : List.of(values);
    }
  }

  @Override
  void checkShapes() {
    int d = embedDim();
    for (boolean training : new boolean[] {false, true}) {
      for (boolean located :
          takes() == Takes.BAGS ? new boolean[] {true, false} : new boolean[] {true}) {
        try (Model model = new Model(new GraphBench(d), part(), training, located)) {
          model.bench.initialize(3);
          Encoding encoding = model.encoding;
          for (List<Row> rows : List.of(rows(1), rows(0, 1, 2))) {
            int n = longest(rows);
            model.feed(rows, n, Garbage.NONE);
            String when = " " + mode(training) + (located ? "" : ", without coordinates,");
            Shapes.check(
                model.bench,
                "the embedding" + when,
                encoding.embedding(),
                "[B, d]",
                rows.size(),
                d);
            if (model.tokens != null) {
              Operand<TFloat32> tokens = model.tokens.values();
              Shapes.checkWidth("the tokens", tokens, d);
              Shapes.check(model.bench, "tokens" + when, tokens, "[B, N, d]", rows.size(), -1, d);
              Ops tf = model.bench.tf();
              float[] shape = model.bench.run(tf.dtypes.cast(tf.shape(tokens), TFloat32.class));
              Shapes.check(
                  model.bench,
                  "the mask of the tokens" + when,
                  tf.identity(model.tokens.mask()),
                  "[B, N]",
                  rows.size(),
                  (long) shape[1]);
            }
            encoding
                .attention()
                .forEach((name, weights) -> Shapes.check(
                    model.bench,
                    (name.equals(Encoding.ATTENTION) ? name : "attention " + name) + when,
                    model.bench.tf().identity(weights),
                    "[B, N], a weight an element",
                    rows.size(),
                    masked() ? n : -1));
          }
          Shapes.checkWidth("the embedding", encoding.embedding(), d);
        }
      }
    }
  }
}
