/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.Optimizer;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortSettings;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.nn.Initializer;
import org.stroma.nn.Net;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * A model that can be computed by hand: two numbers a patient, each times its weight, which starts at 1; their sum is the
 * prediction, and the loss is the mean square of its error.
 */
final class ToyModel {
  /** Patients a and b with the numbers (1, 2) and (3, 4). */
  static final Dataset DATASET = new Dataset(
      new TreeMap<>(Map.of(
          "m", new Dataset.Vectors(2, Map.of("a", new float[] {1, 2}, "b", new float[] {3, 4})))),
      null);

  /** What is true of a and b: 0 and 1. */
  static final SortedMap<String, Cohort.Target> TARGETS = new TreeMap<>(Map.of(
      "size",
      new Cohort.NumberTarget(
          Map.of("a", new Cohort.NumberValue(0), "b", new Cohort.NumberValue(1)))));

  private ToyModel() {}

  private static final Encoder ENCODER = (net, input) -> {
    Operand<TFloat32> weights =
        net.variable("weights").shape(2).initializer(Initializer.ONES).create().value();
    Operand<TFloat32> values = input.vectors().values();
    return Encoding.of(net.tf().math.mul(values, weights))
        .withAttention(net.tf().identity(values))
        .withAttention("twice", net.tf().math.add(values, values));
  };

  private static final Fusion FUSION = new Fusion() {
    @Override
    public Fused fuse(
        Net net,
        SortedMap<String, Encoding> encodings,
        SortedMap<String, Operand<TFloat32>> presence) {
      return Fused.of(encodings.get("m").embedding())
          .withAttention("gate", net.tf().identity(presence.get("m")));
    }
  };

  private static final Head HEAD = new Head() {
    @Override
    public Operand<TFloat32> predict(Net net, HeadInput input) {
      var tf = net.tf();
      return tf.reshape(tf.reduceSum(input.embedding(), tf.array(1)), tf.array(-1, 1));
    }

    @Override
    public Map<Prediction, Operand<TFloat32>> read(
        Net net, Operand<TFloat32> raw, TargetInfo info) {
      return Map.of(Prediction.VALUE, raw);
    }

    @Override
    public TargetKind target() {
      return TargetKind.NUMBER;
    }
  };

  private static final Loss LOSS = new Loss() {
    @Override
    public Operand<TFloat32> loss(Net net, LossInput input) {
      var tf = net.tf();
      TargetInput.Real target = (TargetInput.Real) input.target();
      Operand<TFloat32> error =
          tf.math.sub(tf.reshape(input.output().raw(), tf.array(-1)), target.value());
      return tf.math.mean(tf.math.mul(tf.math.square(error), target.observedMask()), tf.array(0));
    }

    @Override
    public Set<TargetKind> targets() {
      return Set.of(TargetKind.NUMBER);
    }
  };

  /** Gradient descent with the learning rate 1. */
  private static final Optimizer OPTIMIZER = context -> context.gradients().stream()
      .map(g -> (Op) context
          .net()
          .tf()
          .assignSubVariableOp(
              g.variable().handle(), context.net().tf().math.mul(context.scale(), g.value())))
      .toList();

  private static PartUse use(String slot, PartKind kind) {
    return new PartUse(slot, kind, "toy", Map.of());
  }

  static Experiment experiment(double maxGradNorm, Precision precision) {
    return new Experiment(
        Path.of("e.json"),
        "test",
        1,
        new CohortSettings(
            "t.csv",
            "id",
            null,
            new TreeMap<>(Map.of(
                "size",
                new CohortSettings.TargetSettings(
                    TargetKind.NUMBER, null, null, "size", null, List.of()))),
            Set.of()),
        new TreeMap<>(Map.of(
            "m",
            new Experiment.Modality(
                false, null, List.of(), null, use("encoder", PartKind.ENCODER)))),
        2,
        use("fusion", PartKind.FUSION),
        null,
        null,
        new TreeMap<>(Map.of("head", new Experiment.HeadUse(use("head", PartKind.HEAD), "size"))),
        List.of(new Experiment.LossUse(use("loss", PartKind.LOSS), "head", 1, false)),
        new Experiment.Training(
            1,
            2,
            maxGradNorm,
            0,
            0,
            1,
            0,
            false,
            precision,
            use("optimizer", PartKind.OPTIMIZER),
            null),
        use("split", PartKind.SPLIT),
        1,
        List.of(),
        List.of(),
        Experiment.Reporting.USUAL,
        null,
        null,
        null,
        new TreeMap<>(),
        null);
  }

  private static final Map<String, Object> PARTS = new HashMap<>(Map.of(
      "encoder", ENCODER, "fusion", FUSION, "head", HEAD, "loss", LOSS, "optimizer", OPTIMIZER));

  /** The same, computed otherwise. */
  static ModelSpec with(ModelSpec spec, Computing computing) {
    return new ModelSpec(
        spec.experiment(),
        spec.parts(),
        spec.dataset(),
        spec.statistics(),
        spec.trainingPatients(),
        spec.seed(),
        computing);
  }

  static ModelSpec spec(double maxGradNorm) {
    return spec(maxGradNorm, Precision.FLOAT32);
  }

  static ModelSpec spec(double maxGradNorm, Precision precision) {
    return spec(maxGradNorm, precision, DATASET, Map.of());
  }

  /** @param others parts that stand in for the toy's, by slot */
  static ModelSpec spec(double maxGradNorm, Dataset dataset, Map<String, Object> others) {
    return spec(maxGradNorm, Precision.FLOAT32, dataset, others);
  }

  static ModelSpec spec(
      double maxGradNorm, Precision precision, Dataset dataset, Map<String, Object> others) {
    WiredParts parts = new WiredParts() {
      @Override
      public <P> P get(String slot, Class<P> kind) {
        return kind.cast(others.getOrDefault(slot, PARTS.get(slot)));
      }

      @Override
      public PartInvoker code() {
        return new PartInvoker(20);
      }
    };
    return new ModelSpec(
        experiment(maxGradNorm, precision),
        parts,
        dataset,
        new TreeMap<>(Map.of("head", TargetInfo.number(0, 1))),
        2,
        1,
        Computing.USUAL);
  }
}
