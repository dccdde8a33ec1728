/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.TemporalModule;
import org.stroma.api.TemporalModule.Sequence;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The contract of a temporal module, as {@link GraphContract} tells it. Rows are patients, their elements are visits; the
 * second visit of every history of four and more is a hole. States are compared where the mask is 1. There is no check
 * {@code presence}: who has no visit has a mask of zeros.
 */
@ProviderType
public final class TemporalContract extends GraphContract<TemporalModule, TemporalContract> {
  TemporalContract(Made<TemporalModule> made) {
    super("temporal", TemporalModule.class, made);
  }

  @Override
  boolean masked() {
    return true;
  }

  @Override
  boolean knowsPresence() {
    return false;
  }

  @Override
  Rig rig(GraphBench bench, TemporalModule part, boolean training) {
    return new Model(bench, part, training);
  }

  private final class Model extends Rig {
    private final Operand<TFloat32> visits;
    private final Operand<TFloat32> days;
    private final Operand<TFloat32> mask;
    private final Sequence sequence;

    Model(GraphBench bench, TemporalModule part, boolean training) {
      super(bench, training);
      visits = bench.input(new float[embedDim()], 1, 1, embedDim());
      days = bench.openInput(new float[1], 1, 1);
      mask = bench.openInput(new float[] {1}, 1, 1);
      sequence = part.reason(net, visits, days, mask);
      check(
          sequence != null,
          "reason has to return an embedding [B, d] and the visits' states [B, T, d]");
    }

    @Override
    void feed(List<Row> rows, int length, Garbage garbage) {
      int d = embedDim();
      int b = rows.size();
      float[] x = new float[b * length * d];
      float[] when = new float[b * length];
      float[] real = new float[b * length];
      Random noise = new Random(77);
      for (int i = 0; i < b; i++) {
        int size = rows.get(i).size();
        Random random = rows.get(i).random();
        float day = 0;
        for (int t = 0; t < length; t++) {
          int at = i * length + t;
          boolean is = t < size && !(t == 1 && size > 3);
          real[at] = is ? 1 : 0;
          if (is) {
            when[at] = day;
            day += 1 + random.nextInt(400);
            Slices.fill(x, at * d, d, random, 1);
          } else if (garbage == Garbage.MASKED) {
            when[at] = (float) (1e4 * noise.nextGaussian());
            Slices.fill(x, at * d, d, noise, 20);
          }
        }
      }
      bench.feed(visits, x, b, length, d);
      bench.feed(days, when, b, length);
      bench.feed(mask, real, b, length);
    }

    @Override
    List<float[]> results(List<Row> rows, int length) {
      List<float[]> out = bench.runAll(List.of(
          bench.tf().identity(sequence.embedding()),
          bench.tf().identity(sequence.states()),
          bench.tf().identity(mask)));
      List<float[]> results = new ArrayList<>();
      int b = rows.size();
      for (int i = 0; i < b; i++) {
        float[] states = Slices.kept(Slices.row(out.get(1), b, i), Slices.row(out.get(2), b, i));
        results.add(Slices.join(List.of(Slices.row(out.get(0), b, i), states)));
      }
      return results;
    }

    @Override
    List<Operand<TFloat32>> outputs() {
      return List.of(
          sequence.embedding(), bench.tf().math.mul(sequence.states(), net.expand(mask, 2)));
    }

    @Override
    List<Operand<TFloat32>> everything() {
      List<Operand<TFloat32>> all = new ArrayList<>(outputs());
      sequence.progression().ifPresent(all::add);
      return all;
    }

    @Override
    List<Operand<TFloat32>> inputs() {
      return List.of(visits);
    }
  }

  @Override
  void checkShapes() {
    int d = embedDim();
    for (boolean training : new boolean[] {false, true}) {
      try (Model model = new Model(new GraphBench(d), part(), training)) {
        model.bench.initialize(3);
        for (List<Row> rows : List.of(rows(1), rows(0, 1, 2))) {
          for (int t : new int[] {1, longest(rows)}) {
            model.feed(rows, t, Garbage.NONE);
            String when = " over " + t + " visits " + mode(training);
            Shapes.check(
                model.bench,
                "the embedding" + when,
                model.sequence.embedding(),
                "[B, d]",
                rows.size(),
                d);
            Shapes.check(
                model.bench,
                "the states" + when,
                model.bench.tf().identity(model.sequence.states()),
                "[B, T, d]",
                rows.size(),
                t,
                d);
            int steps = t - 1;
            model
                .sequence
                .progression()
                .ifPresent(progression -> Shapes.check(
                    model.bench,
                    "the progression" + when,
                    progression,
                    "[B, T-1, p]",
                    rows.size(),
                    steps,
                    -1));
          }
        }
        Shapes.checkWidth("the embedding", model.sequence.embedding(), d);
      }
    }
  }
}
