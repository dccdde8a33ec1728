/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Encoding;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The contract of a head, as {@link GraphContract} tells it, for a target of its kind: three classes, survival in as many bins
 * as the head asks for, a number, a count, three labels, or three classes of the elements of a modality. {@code shapes} also looks at what {@link
 * Head#read} gives: {@code risk} [B] of survival, {@code probability} that sums to 1 over the classes, or lies
 * between 0 and 1 for each label, {@code value} [B] of numbers, above 0 of counts, and no new variables. The check {@code masks} is for heads of elements alone, and there is no {@code presence}.
 */
@ProviderType
public final class HeadContract extends GraphContract<Head, HeadContract> {
  private static final int CLASSES = 3;
  private static final String MODALITY = "wsi";

  HeadContract(Made<Head> made) {
    super("head", Head.class, made);
  }

  @Override
  boolean masked() {
    return part().target() == TargetKind.PATCHES;
  }

  @Override
  boolean knowsPresence() {
    return false;
  }

  private static TargetInfo info(Head head) {
    return switch (head.target()) {
      case CLASS -> TargetInfo.classes(CLASSES);
      case NUMBER -> TargetInfo.number(10, 2);
      case COUNT -> TargetInfo.count(5);
      case LABELS -> TargetInfo.labels(new float[] {0.5f, 0.1f, 0.8f}, List.of());
      case PATCHES -> TargetInfo.patches(MODALITY, TargetInfo.classes(CLASSES));
      case SURVIVAL -> {
        float[] cuts = new float[Math.max(0, head.bins() - 1)];
        for (int i = 0; i < cuts.length; i++) {
          cuts[i] = 100 * (i + 1);
        }
        yield TargetInfo.survival(cuts);
      }
    };
  }

  @Override
  Rig rig(GraphBench bench, Head part, boolean training) {
    return new Model(bench, part, training);
  }

  private final class Model extends Rig {
    private final Operand<TFloat32> embedding;
    private Operand<TFloat32> tokens;
    private Operand<TFloat32> mask;
    private Operand<TFloat32> presence;
    private final Operand<TFloat32> raw;
    private final SortedMap<Prediction, Operand<TFloat32>> predictions;

    Model(GraphBench bench, Head part, boolean training) {
      super(bench, training);
      int d = embedDim();
      TargetInfo info = info(part);
      embedding = bench.input(new float[d], 1, d);
      SortedMap<String, Encoding> encodings = Collections.emptySortedMap();
      SortedMap<String, Operand<TFloat32>> presences = Collections.emptySortedMap();
      if (masked()) {
        tokens = bench.input(new float[d], 1, 1, d);
        mask = bench.openInput(new float[] {1}, 1, 1);
        presence = bench.openInput(new float[] {1}, 1);
        encodings =
            new TreeMap<>(Map.of(MODALITY, Encoding.of(embedding).withTokens(tokens, mask)));
        presences = new TreeMap<>(Map.of(MODALITY, presence));
      }
      raw = part.predict(net, HeadInput.of(embedding, info).withEncodings(encodings, presences));
      check(raw != null, "predict has to return what losses take, such as logits [B, C]");
      int variables = bench.variables().all().size();
      Map<Prediction, Operand<TFloat32>> read = part.read(net, raw, info);
      check(read != null && !read.isEmpty(), "read has to return at least one prediction");
      check(
          bench.variables().all().size() == variables,
          "read makes variables, which no loss would train; make them in predict");
      predictions = new TreeMap<>(read);
    }

    @Override
    void feed(List<Row> rows, int length, Garbage garbage) {
      int d = embedDim();
      int b = rows.size();
      float[] vectors = new float[b * d];
      float[] elements = new float[b * length * d];
      float[] real = new float[b * length];
      float[] there = new float[b];
      Random noise = new Random(77);
      for (int i = 0; i < b; i++) {
        Random random = rows.get(i).random();
        there[i] = 1;
        Slices.fill(vectors, i * d, d, random, 1);
        for (int e = 0; e < length; e++) {
          boolean is = e < rows.get(i).size();
          real[i * length + e] = is ? 1 : 0;
          if (is || garbage == Garbage.MASKED) {
            Slices.fill(elements, (i * length + e) * d, d, is ? random : noise, is ? 1 : 20);
          }
        }
      }
      bench.feed(embedding, vectors, b, d);
      if (tokens != null) {
        bench.feed(tokens, elements, b, length, d);
        bench.feed(mask, real, b, length);
        bench.feed(presence, there, b);
      }
    }

    @Override
    List<float[]> results(List<Row> rows, int length) {
      List<Operand<TFloat32>> fetches = new ArrayList<>(List.of(bench.tf().identity(raw)));
      predictions.values().forEach(prediction -> fetches.add(bench.tf().identity(prediction)));
      List<float[]> out = bench.runAll(fetches);
      int b = rows.size();
      List<float[]> results = new ArrayList<>();
      for (int i = 0; i < b; i++) {
        List<float[]> parts = new ArrayList<>();
        for (float[] values : out) {
          float[] row = Slices.row(values, b, i);
          // of elements those that are there
          parts.add(
              tokens == null
                  ? row
                  : java.util.Arrays.copyOf(
                      row, row.length / length * rows.get(i).size()));
        }
        results.add(Slices.join(parts));
      }
      return results;
    }

    @Override
    List<Operand<TFloat32>> outputs() {
      return List.of(tokens == null ? raw : bench.tf().math.mul(raw, net.expand(mask, 2)));
    }

    @Override
    List<Operand<TFloat32>> inputs() {
      return tokens == null ? List.of(embedding) : List.of(embedding, tokens);
    }
  }

  @Override
  void checkShapes() {
    Head part = part();
    Prediction wanted = part.target().prediction();
    int width =
        part.target() == TargetKind.SURVIVAL ? Math.max(1, part.bins()) : masked() ? CLASSES : -1;
    for (boolean training : new boolean[] {false, true}) {
      try (Model model = new Model(new GraphBench(embedDim()), part, training)) {
        model.bench.initialize(3);
        check(
            model.predictions.containsKey(wanted),
            "read of a head for " + part.target() + " has to give \"" + wanted + "\", and gives "
                + model.predictions.keySet());
        for (List<Row> rows : List.of(rows(1), rows(0, 1, 2))) {
          int n = longest(rows);
          int b = rows.size();
          model.feed(rows, n, Garbage.NONE);
          if (masked()) {
            Shapes.check(
                model.bench,
                "the raw output " + mode(training),
                model.raw,
                "[R, N, C]",
                b,
                n,
                CLASSES);
          } else {
            Shapes.check(
                model.bench, "the raw output " + mode(training), model.raw, "[B, k]", b, width);
          }
          checkPredictions(model, b, n, wanted);
        }
      }
    }
  }

  private void checkPredictions(Model model, int b, int n, Prediction wanted) {
    var tf = model.bench.tf();
    model.predictions.forEach((name, prediction) -> {
      float[] shape = model.bench.run(tf.dtypes.cast(tf.shape(prediction), TFloat32.class));
      check(
          shape.length > 0 && shape[0] == b && shape.length <= (masked() ? 3 : 2),
          "the prediction \"" + name + "\" has to be " + (masked() ? "[R, N, C]" : "[B] or [B, k]")
              + ", and has the shape " + java.util.Arrays.toString(shape) + " for " + b + " rows");
    });
    Operand<TFloat32> read = tf.identity(model.predictions.get(wanted));
    if (!wanted.equals(Prediction.PROBABILITY)) {
      Shapes.check(model.bench, "the prediction \"" + wanted + "\"", read, "[B]", b);
      for (float value : model.bench.run(read)) {
        check(
            part().target() != TargetKind.COUNT || value > 0,
            "the expected count is " + value + ", and has to be above 0");
      }
      return;
    }
    if (masked()) {
      Shapes.check(
          model.bench, "the prediction \"" + wanted + "\"", read, "[R, N, C]", b, n, CLASSES);
    } else {
      Shapes.check(model.bench, "the prediction \"" + wanted + "\"", read, "[B, C]", b, CLASSES);
    }
    float[] probabilities = model.bench.run(read);
    if (part().target() == TargetKind.LABELS) {
      for (float probability : probabilities) {
        check(probability >= 0 && probability <= 1, "the probability of a label is " + probability);
      }
      return;
    }
    for (int at = 0; at < probabilities.length; at += CLASSES) {
      float sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        check(probabilities[at + c] >= 0, "a probability is " + probabilities[at + c]);
        sum += probabilities[at + c];
      }
      check(
          Math.abs(sum - 1) < 1e-4,
          "the probabilities of the classes sum to " + sum + ", and have to sum to 1; read gives"
              + " probabilities, such as the softmax of the logits");
    }
  }
}
