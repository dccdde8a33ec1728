/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The contract of a loss, for each kind of target that it understands. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code scalar}: the loss is one number;
 * <li>{@code finite}: it and its gradient are finite for every batch: of one row, without any event, with outputs of ±100;
 * <li>{@code unknown}: rows without a known target change nothing and get no gradient, and a batch of them gives 0;
 * <li>{@code order}: the order of rows does not matter;
 * <li>{@code gradients}: those with respect to the head's output agree with central differences;
 * <li>{@code determinism}: the same batch and step give the same number.
 * </ul>
 * The head's output is [B, 1] for survival, or [B, 4] where the loss refuses that with an {@link IllegalArgumentException};
 * [B, 3] and [B, N, 3] for classes; [B, 1] for numbers and counts; [B, 3] for labels, of which some are not known of some rows.
 */
@ProviderType
public final class LossContract extends PartContract<Loss, LossContract> {
  private static final int CLASSES = 3;
  private static final int BINS = 4;
  private static final int ELEMENTS = 4;

  LossContract(Made<Loss> made) {
    super("loss", Loss.class, made);
  }

  /** Rows as a loss sees them; each comes from its id. */
  private record Batch(
      List<Integer> ids, List<Boolean> known, boolean events, float scale, boolean garbage) {
    static Batch of(int... ids) {
      return new Batch(
          Arrays.stream(ids).boxed().toList(),
          Arrays.stream(ids).mapToObj(id -> true).toList(),
          true,
          1,
          false);
    }
  }

  private final class Model implements AutoCloseable {
    final GraphBench bench = new GraphBench(embedDim());
    final TargetKind kind;
    final int width;
    final Operand<TFloat32> raw;
    final Operand<TFloat32> known;
    Operand<TFloat32> time;
    Operand<TFloat32> event;
    Operand<TFloat32> value;
    Operand<TInt32> label;
    final Operand<TInt32> trainingIndex;
    final Operand<TFloat32> loss;
    final Operand<TFloat32> sum;
    final Operand<TFloat32> gradient;

    Model(Loss part, TargetKind kind, int width) {
      this.kind = kind;
      this.width = width;
      boolean elements = kind == TargetKind.PATCHES;
      raw = elements
          ? bench.input(new float[width], 1, 1, width)
          : bench.input(new float[width], 1, width);
      known = elements
          ? bench.openInput(new float[] {1}, 1, 1)
          : kind == TargetKind.LABELS
              ? bench.openInput(new float[CLASSES], 1, CLASSES)
              : bench.openInput(new float[] {1}, 1);
      trainingIndex = bench.openInput(new int[1], 1);
      TargetInput target =
          switch (kind) {
            case SURVIVAL -> {
              time = bench.openInput(new float[] {1}, 1);
              event = bench.openInput(new float[] {1}, 1);
              yield TargetInput.survival(time, event, known);
            }
            case CLASS -> {
              label = bench.openInput(new int[1], 1);
              yield TargetInput.classes(label, known);
            }
            case PATCHES -> {
              label = bench.openInput(new int[1], 1, 1);
              yield TargetInput.patches(label, known);
            }
            case NUMBER, COUNT -> {
              value = bench.openInput(new float[1], 1);
              yield kind == TargetKind.NUMBER
                  ? TargetInput.number(value, known)
                  : TargetInput.count(value, known);
            }
            case LABELS -> {
              value = bench.openInput(new float[CLASSES], 1, CLASSES);
              yield TargetInput.labels(value, known);
            }
          };
      TargetInfo info =
          switch (kind) {
            case SURVIVAL -> width == 1
                ? TargetInfo.survival()
                : TargetInfo.survival(300, 600, 900);
            case CLASS -> TargetInfo.classes(CLASSES);
            case PATCHES -> TargetInfo.patches("wsi", TargetInfo.classes(CLASSES));
            case NUMBER -> TargetInfo.number(10, 2);
            case COUNT -> TargetInfo.count(5);
            case LABELS -> TargetInfo.labels(new float[] {0.5f, 0.1f, 0.8f}, List.of());
          };
      loss = part.loss(
          bench.training(), LossInput.of(raw, target, info).withTrainingIndex(trainingIndex, 16));
      check(loss != null, "the loss is null; it has to be one number");
      Ops tf = bench.tf();
      sum = tf.reduceSum(tf.reshape(loss, tf.array(-1)), tf.array(0));
      gradient = Gradients.of(bench, sum, List.of(raw)).get(0);
      bench.initialize(3);
    }

    void feed(Batch batch) {
      int b = batch.ids().size();
      int n = kind == TargetKind.PATCHES ? ELEMENTS : 1;
      float[] outputs = new float[b * n * width];
      float[] there = new float[b * n];
      float[] times = new float[b];
      float[] events = new float[b];
      float[] values = new float[b];
      int[] labels = new int[b * n];
      int[] places = new int[b];
      float[] present = new float[b * CLASSES];
      float[] labelled = new float[b * CLASSES];
      for (int i = 0; i < b; i++) {
        int id = batch.ids().get(i);
        boolean is = batch.known().get(i);
        Random random = new Random(500 + id + (batch.garbage() && !is ? 1000 : 0));
        Slices.fill(outputs, i * n * width, n * width, random, batch.scale());
        for (int e = 0; e < n; e++) {
          there[i * n + e] = is ? 1 : 0;
          labels[i * n + e] = is || batch.garbage() ? random.nextInt(CLASSES) : 0;
        }
        boolean told = is || batch.garbage();
        // a few times are tied
        times[i] = told ? 100 * (1 + random.nextInt(10)) : 0;
        events[i] = told && batch.events() && id % 3 != 0 ? 1 : 0;
        values[i] = !told
            ? 0
            : kind == TargetKind.COUNT
                ? random.nextInt(12)
                : (float) (10 + 2 * random.nextGaussian());
        for (int l = 0; l < CLASSES; l++) {
          present[i * CLASSES + l] = told && random.nextBoolean() ? 1 : 0;
          // one label of every third row is not known
          labelled[i * CLASSES + l] = is && (id % 3 != 0 || l != 1) ? 1 : 0;
        }
        places[i] = id % 16;
      }
      if (kind == TargetKind.PATCHES) {
        bench.feed(raw, outputs, b, n, width);
        bench.feed(known, there, b, n);
        bench.feed(label, labels, b, n);
      } else {
        bench.feed(raw, outputs, b, width);
        if (kind == TargetKind.LABELS) {
          bench.feed(known, labelled, b, CLASSES);
          bench.feed(value, present, b, CLASSES);
        } else {
          bench.feed(known, there, b);
        }
      }
      bench.feed(trainingIndex, places, b);
      if (kind == TargetKind.CLASS) {
        bench.feed(label, labels, b);
      } else if (kind == TargetKind.SURVIVAL) {
        bench.feed(time, times, b);
        bench.feed(event, events, b);
      } else if (kind == TargetKind.NUMBER || kind == TargetKind.COUNT) {
        bench.feed(value, values, b);
      }
    }

    /** The loss and its gradient. */
    List<float[]> run(Batch batch) {
      feed(batch);
      return bench.runAll(List.of(sum, gradient));
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  private Model model(Loss part, TargetKind kind) {
    return switch (kind) {
      case SURVIVAL -> {
        try {
          yield new Model(part, kind, 1);
        } catch (IllegalArgumentException e) {
          yield new Model(part, kind, BINS);
        }
      }
      case CLASS, PATCHES, LABELS -> new Model(part, kind, CLASSES);
      case NUMBER, COUNT -> new Model(part, kind, 1);
    };
  }

  private interface Look {
    void at(Model model);
  }

  /** Looks at a loss of each kind of target. */
  private void each(Look look) {
    Loss part = part();
    check(
        part.targets() != null && !part.targets().isEmpty(),
        "targets has to name at least one kind of target");
    for (TargetKind kind : part.targets()) {
      try (Model model = model(part(), kind)) {
        look.at(model);
      }
    }
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check("scalar", "the loss is one number", () -> each(this::checkScalar)));
    checks.add(new Check(
        "finite", "loss and gradient are finite for every batch", () -> each(this::checkFinite)));
    checks.add(new Check(
        "unknown", "rows without a known target leave no trace", () -> each(this::checkUnknown)));
    checks.add(
        new Check("order", "the order of rows does not matter", () -> each(this::checkOrder)));
    checks.add(new Check(
        "gradients",
        "the gradient agrees with central differences",
        () -> each(this::checkGradients)));
    checks.add(new Check(
        "determinism",
        "the same batch and step give the same number",
        () -> each(this::checkDeterminism)));
  }

  @Override
  void use(Loss part) {
    for (TargetKind kind : part.targets()) {
      try (Model model = model(part, kind)) {
        finite(model.run(Batch.of(1, 2, 3, 4)).get(0), "the loss has to be finite");
      }
    }
  }

  private void checkScalar(Model model) {
    for (Batch batch : List.of(Batch.of(1), Batch.of(1, 2, 3))) {
      model.feed(batch);
      Ops tf = model.bench.tf();
      float[] shape = model.bench.run(tf.dtypes.cast(tf.shape(model.loss), TFloat32.class));
      check(
          shape.length == 0,
          "the loss of a batch of " + batch.ids().size() + " has the shape "
              + Arrays.toString(shape)
              + "; it has to be one number, a scalar: take the mean over the rows that are known");
    }
  }

  private void checkFinite(Model model) {
    Batch several = Batch.of(1, 2, 3, 4, 5, 6);
    for (Batch batch : List.of(
        Batch.of(1),
        several,
        new Batch(several.ids(), several.known(), false, 1, false),
        new Batch(several.ids(), several.known(), true, 100, false))) {
      List<float[]> out = model.run(batch);
      String when = " of " + batch.ids().size() + (batch.events() ? "" : " without events")
          + (batch.scale() > 1 ? " with outputs of about ±100" : "");
      finite(out.get(0), "the loss of a batch" + when + " has to be finite");
      finite(out.get(1), "the gradient of a batch" + when + " has to be finite");
    }
  }

  private void checkUnknown(Model model) {
    Batch known = Batch.of(1, 2, 3, 4);
    List<float[]> alone = model.run(known);
    for (boolean garbage : new boolean[] {false, true}) {
      Batch more = new Batch(
          List.of(1, 2, 3, 4, 7, 8),
          List.of(true, true, true, true, false, false),
          true,
          1,
          garbage);
      List<float[]> with = model.run(more);
      same(
          alone.get(0),
          with.get(0),
          "rows whose target is not known change the loss; multiply by observedMask, and divide by how many are known");
      int of = alone.get(1).length;
      same(
          alone.get(1),
          Arrays.copyOf(with.get(1), of),
          "rows whose target is not known change the gradient of others");
      same(
          new float[with.get(1).length - of],
          Arrays.copyOfRange(with.get(1), of, with.get(1).length),
          "rows whose target is not known get a gradient; it has to be 0");
    }
    List<float[]> none =
        model.run(new Batch(List.of(1, 2, 3), List.of(false, false, false), true, 1, false));
    same(
        new float[none.get(0).length],
        none.get(0),
        "a batch without any known target has to give the loss 0;"
            + " tf.math.divNoNan divides without NaN");
    same(
        new float[none.get(1).length],
        none.get(1),
        "a batch without any known target has to give the gradient 0");
  }

  private void checkOrder(Model model) {
    List<float[]> first = model.run(Batch.of(1, 2, 3, 4, 5));
    List<float[]> turned = model.run(Batch.of(3, 5, 1, 4, 2));
    same(first.get(0), turned.get(0), "the loss depends on the order of the rows");
    int[] places = {2, 4, 0, 3, 1};
    for (int i = 0; i < places.length; i++) {
      same(
          Slices.row(first.get(1), 5, i),
          Slices.row(turned.get(1), 5, places[i]),
          "the gradient depends on the order of the rows");
    }
  }

  private void checkGradients(Model model) {
    float[] exact = model.run(Batch.of(1, 2, 3, 4)).get(1);
    boolean none = true;
    for (float g : exact) {
      none &= g == 0;
    }
    if (none) {
      Assertions.fail(
          "no gradient reaches the head's output, so that nothing would be learned from a target of kind "
              + model.kind);
    }
    Gradients.check(
        model.bench,
        model.sum,
        "the loss by the head's output",
        model.bench.fed(model.raw),
        exact,
        values -> model.bench.feed(model.raw, values));
  }

  private void checkDeterminism(Model model) {
    Batch batch = Batch.of(1, 2, 3, 4, 5);
    String otherwise =
        "the same batch and step give another loss; take random numbers from net.uniform or net.normal alone";
    float[] first = model.run(batch).get(0);
    same(first, model.run(batch).get(0), otherwise);
    try (Model again = model(part(), model.kind)) {
      same(first, again.run(batch).get(0), otherwise);
    }
  }
}
