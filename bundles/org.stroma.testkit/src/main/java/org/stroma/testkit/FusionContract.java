/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The contract of a fusion strategy, as {@link GraphContract} tells it: over three modalities, two with tokens and one
 * without; {@code shapes} builds it over one and over two as well. In {@code presence} patients lack some modalities or all.
 * A fusion with branches has to give a weight for each, zero where the patient lacks the modality.
 */
@ProviderType
public final class FusionContract extends GraphContract<Fusion, FusionContract> {
  private static final String[] NAMES = {"clinical", "rna", "wsi"};

  FusionContract(Made<Fusion> made) {
    super("fusion", Fusion.class, made);
  }

  @Override
  boolean masked() {
    return true;
  }

  @Override
  int modalities() {
    return NAMES.length;
  }

  @Override
  Rig rig(GraphBench bench, Fusion part, boolean training) {
    return new Model(bench, part, training, NAMES.length);
  }

  private final class Model extends Rig {
    private final List<Operand<TFloat32>> embeddings = new ArrayList<>();
    private final List<Operand<TFloat32>> tokens =
        new ArrayList<>(); // null where a modality has none
    private final List<Operand<TFloat32>> masks = new ArrayList<>();
    private final List<Operand<TFloat32>> presences = new ArrayList<>();
    private final Fused fused;

    Model(GraphBench bench, Fusion part, boolean training, int count) {
      super(bench, training);
      int d = embedDim();
      SortedMap<String, Encoding> encodings = new TreeMap<>();
      SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
      for (int m = 0; m < count; m++) {
        boolean has = m != 1;
        embeddings.add(bench.input(new float[d], 1, d));
        tokens.add(has ? bench.input(new float[d], 1, 1, d) : null);
        masks.add(has ? bench.openInput(new float[] {1}, 1, 1) : null);
        presences.add(bench.openInput(new float[] {1}, 1));
        Encoding encoding = Encoding.of(embeddings.get(m));
        encodings.put(NAMES[m], has ? encoding.withTokens(tokens.get(m), masks.get(m)) : encoding);
        presence.put(NAMES[m], presences.get(m));
      }
      fused = part.fuse(net, encodings, presence);
      check(fused != null, "fuse has to return an embedding [B, d]");
    }

    @Override
    void feed(List<Row> rows, int length, Garbage garbage) {
      int d = embedDim();
      int b = rows.size();
      Random noise = new Random(77);
      for (int m = 0; m < embeddings.size(); m++) {
        int n = length + m; // modalities differ in length
        float[] vectors = new float[b * d];
        float[] elements = new float[b * n * d];
        float[] real = new float[b * n];
        float[] there = new float[b];
        for (int i = 0; i < b; i++) {
          Row row = rows.get(i);
          boolean present = (row.lacks() & 1 << m) == 0;
          there[i] = present ? 1 : 0;
          Random random = new Random(31L * row.id() + m);
          if (present || garbage == Garbage.ABSENT) {
            Slices.fill(vectors, i * d, d, present ? random : noise, present ? 1 : 20);
          }
          int size = present ? row.size() : 0;
          for (int e = 0; e < n; e++) {
            real[i * n + e] = e < size ? 1 : 0;
            if (e < size) {
              Slices.fill(elements, (i * n + e) * d, d, random, 1);
            } else if (garbage == (present ? Garbage.MASKED : Garbage.ABSENT)) {
              Slices.fill(elements, (i * n + e) * d, d, noise, 20);
            }
          }
        }
        bench.feed(embeddings.get(m), vectors, b, d);
        bench.feed(presences.get(m), there, b);
        if (tokens.get(m) != null) {
          bench.feed(tokens.get(m), elements, b, n, d);
          bench.feed(masks.get(m), real, b, n);
        }
      }
    }

    @Override
    List<float[]> results(List<Row> rows, int length) {
      float[] out = bench.run(bench.tf().identity(fused.embedding()));
      List<float[]> results = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        results.add(Slices.row(out, rows.size(), i));
      }
      return results;
    }

    @Override
    List<Operand<TFloat32>> outputs() {
      List<Operand<TFloat32>> outputs = new ArrayList<>(List.of(fused.embedding()));
      outputs.addAll(fused.branches().values());
      return outputs;
    }

    @Override
    List<Operand<TFloat32>> inputs() {
      return embeddings;
    }
  }

  @Override
  void checkShapes() {
    int d = embedDim();
    for (boolean training : new boolean[] {false, true}) {
      for (int count = 1; count <= NAMES.length; count++) {
        try (Model model = new Model(new GraphBench(d), part(), training, count)) {
          model.bench.initialize(3);
          Fused fused = model.fused;
          for (List<Row> rows : List.of(rows(1), rows(0, 1, 2))) {
            model.feed(rows, longest(rows), Garbage.NONE);
            String when =
                " of " + count + (count == 1 ? " modality " : " modalities ") + mode(training);
            Shapes.check(
                model.bench, "the embedding" + when, fused.embedding(), "[B, d]", rows.size(), d);
            fused
                .branches()
                .forEach((name, branch) -> Shapes.check(
                    model.bench, "the branch " + name + when, branch, "[B, d]", rows.size(), d));
            fused
                .weights()
                .forEach((name, weight) -> Shapes.check(
                    model.bench,
                    "the weight of " + name + when,
                    model.bench.tf().identity(weight),
                    "[B]",
                    rows.size()));
          }
          Shapes.checkWidth("the embedding", fused.embedding(), d);
          Row lacking = new Row(5, 1, false);
          model.feed(
              List.of(lacking, Row.of(6)), longest(List.of(lacking, Row.of(6))), Garbage.NONE);
          if (fused.weights().containsKey(NAMES[0])) {
            float weight =
                model.bench.run(model.bench.tf().identity(fused.weights().get(NAMES[0])))[0];
            check(
                weight == 0,
                "the weight of a branch whose modality the patient lacks has to be 0, and is "
                    + weight);
          }
        }
      }
    }
  }
}
