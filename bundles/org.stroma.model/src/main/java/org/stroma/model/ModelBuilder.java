/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadOutput;
import org.stroma.api.Loss;
import org.stroma.api.LossInput;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.stroma.api.TargetKind;
import org.stroma.api.TemporalModule;
import org.stroma.experiment.Experiment;
import org.stroma.nn.Net;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Builds one sub-graph of a model out of its parts: encoders, fusion, temporal module, heads, and for training the losses;
 * of a pretraining what {@link PretextBuilder} makes. A builder builds once.
 */
final class ModelBuilder {
  private final Net net;
  private final Ops tf;
  private final Experiment experiment;
  private final WiredParts parts;
  private final SortedMap<String, TargetInfo> statistics;
  private final int trainingPatients;
  private final ModelInputs inputs;
  private final SortedMap<String, Encoding> encodings = new TreeMap<>();
  private final SortedMap<String, Operand<TFloat32>> presence = new TreeMap<>();
  private final Map<AuxiliaryName, Operand<TFloat32>> auxiliary = new LinkedHashMap<>();
  private final List<Made> made = new ArrayList<>();
  private final Objective objective;
  private final SortedMap<String, Branches> branches = new TreeMap<>();
  private boolean countsPatients;

  /**
   * What the heads look at. Without a temporal module both are the same.
   *
   * @param visits an embedding a visit, [R, d]
   * @param patients an embedding a patient, [B, d]
   */
  private record VisitStates(Operand<TFloat32> visits, Operand<TFloat32> patients) {}

  /** @param net of training or of inference */
  ModelBuilder(Net net, ModelSpec spec, ModelInputs inputs) {
    this.net = net;
    this.tf = net.tf();
    this.objective = new Objective(net);
    this.experiment = spec.experiment();
    this.parts = spec.parts();
    this.statistics = spec.statistics();
    this.trainingPatients = spec.trainingPatients();
    this.inputs = inputs;
  }

  SubGraph build() {
    if (!experiment.pretraining().isEmpty()) {
      return PretextBuilder.build(net, experiment, parts, inputs);
    }
    encode();
    Fused fused = experiment.joint() == null ? fuse() : withJoint(fuse());
    SortedMap<String, VisitStates> states = states(fused);
    Map<String, HeadOutput> heads = new LinkedHashMap<>();
    experiment.heads().forEach((name, use) -> heads.put(name, head(name, use, states, fused)));
    return new SubGraph(
        net,
        encodings,
        heads,
        branches,
        auxiliary,
        made,
        objective.terms(),
        net.training() ? objective(heads) : null);
  }

  /** Whether a loss has asked how many training patients there are. */
  boolean countsPatients() {
    return countsPatients;
  }

  private void encode() {
    experiment.modalities().forEach((name, modality) -> {
      Encoder encoder = parts.get(modality.encoder().slot(), Encoder.class);
      Net scope = net.scope("modalities").scope(name);
      Encoding encoding = encoding(
          modality.encoder(),
          () -> encoder.encode(
              experiment.frozen(name) ? scope.frozen() : scope, inputs.modality(name)));
      encodings.put(name, encoding);
      made.add(new Made(modality.encoder(), "modalities/" + name, encoding.embedding()));
      presence.put(name, inputs.modality(name).presence());
      encoding
          .attention()
          .forEach((attention, weights) ->
              auxiliary.put(AuxiliaryName.attention(name, attention), weights));
    });
  }

  private Encoding encoding(PartUse use, Supplier<Encoding> build) {
    return encoding(experiment, parts, use, build);
  }

  /** An encoder's result, of the width that the experiment wants. */
  static Encoding encoding(
      Experiment experiment, WiredParts parts, PartUse use, Supplier<Encoding> build) {
    Encoder encoder = parts.get(use.slot(), Encoder.class);
    Encoding encoding = parts.code().run(use, encoder, build);
    PartInvoker.check(
        use, encoder, "an embedding", encoding.embedding(), -1, experiment.embedDim());
    return encoding;
  }

  private Fused fuse() {
    Fusion fusion = parts.get(experiment.fusion().slot(), Fusion.class);
    Fused fused = parts
        .code()
        .run(
            experiment.fusion(),
            fusion,
            () -> fusion.fuse(net.scope("fusion"), encodings, presence));
    if (fused.branches().isEmpty()) {
      PartInvoker.check(
          experiment.fusion(),
          fusion,
          "an embedding",
          fused.embedding(),
          -1,
          experiment.embedDim());
    }
    fused
        .attention()
        .forEach((name, weights) -> auxiliary.put(AuxiliaryName.fusion(name), weights));
    if (fused.branches().isEmpty()) {
      made.add(new Made(experiment.fusion(), "fusion", fused.embedding()));
    }
    return fused;
  }

  /** Beside the modalities' branches one of all of them, with encoders of its own, so that nothing is learned for both. */
  private Fused withJoint(Fused fused) {
    Net own = net.scope(Experiment.JOINT);
    SortedMap<String, Encoding> again = new TreeMap<>();
    experiment.modalities().forEach((name, modality) -> {
      Encoder encoder = parts.get(modality.encoder().slot(), Encoder.class);
      Net scope = own.scope("modalities").scope(name);
      again.put(
          name, encoding(modality.encoder(), () -> encoder.encode(scope, inputs.modality(name))));
    });
    Fusion fusion = parts.get(experiment.joint().slot(), Fusion.class);
    Fused joint = parts
        .code()
        .run(experiment.joint(), fusion, () -> fusion.fuse(own.scope("fusion"), again, presence));
    PartInvoker.check(
        experiment.joint(), fusion, "an embedding", joint.embedding(), -1, experiment.embedDim());
    made.add(new Made(experiment.joint(), Experiment.JOINT, joint.embedding()));
    Operand<TFloat32> any = null;
    for (Operand<TFloat32> present : presence.values()) {
      any = any == null ? present : tf.math.maximum(any, present);
    }
    return fused.withBranch(Experiment.JOINT, joint.embedding(), any);
  }

  /** The states of each branch of a late fusion by modality, else of the one embedding by the empty name. */
  private SortedMap<String, VisitStates> states(Fused fused) {
    SortedMap<String, VisitStates> states = new TreeMap<>();
    Net temporal = net.scope("temporal");
    if (fused.branches().isEmpty()) {
      states.put("", states(temporal, "", fused.embedding(), inputs.visitMask()));
    } else {
      fused.branches().forEach((name, branch) -> {
        Operand<TFloat32> mask = visitsWith(fused.weights().get(name));
        states.put(name, states(temporal.scope(name), name, branch, mask));
      });
    }
    return states;
  }

  private VisitStates states(
      Net scope, String modality, Operand<TFloat32> visits, Operand<TFloat32> mask) {
    if (experiment.temporal() == null) {
      return new VisitStates(visits, visits);
    }
    TemporalModule.Sequence sequence = temporal(scope, visits, mask);
    sequence
        .progression()
        .ifPresent(steps -> auxiliary.put(AuxiliaryName.progression(modality), steps));
    return new VisitStates(
        tf.reshape(sequence.states(), tf.array(-1, experiment.embedDim())), // [B, T, d] -> [R, d]
        sequence.embedding());
  }

  /** The mask [B, T] of visits where a modality counts, from its weights [R]. */
  private Operand<TFloat32> visitsWith(Operand<TFloat32> weights) {
    Operand<TFloat32> counts = tf.dtypes.cast(
        tf.math.greater(tf.reshape(weights, tf.shape(inputs.days())), tf.constant(0f)),
        TFloat32.class);
    return tf.math.mul(inputs.visitMask(), counts);
  }

  /** From an embedding a visit, [R, d], to one a patient. */
  private TemporalModule.Sequence temporal(
      Net scope, Operand<TFloat32> visits, Operand<TFloat32> mask) {
    int width = experiment.embedDim();
    Operand<TFloat32> byPatient = tf.reshape(
        visits,
        tf.concat(
            List.of(tf.shape(inputs.days()), tf.constant(new int[] {width})),
            tf.constant(0))); // [B, T, d]
    TemporalModule module = parts.get(experiment.temporal().slot(), TemporalModule.class);
    TemporalModule.Sequence sequence = parts
        .code()
        .run(
            experiment.temporal(),
            module,
            () -> module.reason(scope, byPatient, inputs.days(), mask));
    PartInvoker.check(experiment.temporal(), module, "states", sequence.states(), -1, -1, width);
    PartInvoker.check(
        experiment.temporal(), module, "an embedding", sequence.embedding(), -1, width);
    made.add(new Made(experiment.temporal(), "temporal", sequence.embedding()));
    return sequence;
  }

  private HeadOutput head(
      String name, Experiment.HeadUse use, SortedMap<String, VisitStates> states, Fused fused) {
    Head head = parts.get(use.part().slot(), Head.class);
    TargetInfo info = statistics.get(name);
    Net scope = net.scope("heads").scope(name);
    Operand<TFloat32> raw =
        parts.code().run(use.part(), head, () -> raw(scope, name, head, states, fused, info));
    made.add(new Made(use.part(), "heads/" + name, raw));
    Map<Prediction, Operand<TFloat32>> read =
        parts.code().run(use.part(), head, () -> head.read(scope, raw, info));
    Prediction wanted = info.kind().prediction();
    if (read.get(wanted) == null) {
      throw new FaultsException(
          List.of(new Fault(
              use.part().slot(),
              "the head " + use.part().type() + " gives " + read.keySet()
                  + "; of a target of its kind it has to give \"" + wanted + "\"")),
          false);
    }
    return HeadOutput.of(raw, read);
  }

  /** One head over one vector, or one head a modality and what becomes of their raw outputs (late and stacked fusion). */
  private Operand<TFloat32> raw(
      Net scope,
      String name,
      Head head,
      SortedMap<String, VisitStates> states,
      Fused fused,
      TargetInfo info) {
    if (fused.branches().isEmpty()) {
      return head.predict(scope, headInput(states.get(""), info));
    }
    Branches own = new Branches(new TreeMap<>(), new TreeMap<>());
    states.forEach((modality, branch) -> {
      own.raw().put(modality, head.predict(scope.scope(modality), headInput(branch, info)));
      own.weights().put(modality, branchWeight(fused.weights().get(modality), branch, info));
    });
    if (info.kind() != TargetKind.PATCHES) {
      branches.put(name, own);
    } else if (fused.isStacked()) {
      throw new IllegalArgumentException("the fusion " + experiment.fusion().type()
          + " stacks no heads of patches, which belong to one modality; take fusion late");
    }
    return fused.isStacked() ? own.stacked(net, name) : own.mean(tf);
  }

  private HeadInput headInput(VisitStates states, TargetInfo info) {
    return HeadInput.of(states.patients(), info)
        .withVisits(states.visits())
        .withEncodings(encodings, presence);
  }

  /** The weight of a branch from its weights [R]: [B, 1], or [R, 1, 1] for patches. */
  private Operand<TFloat32> branchWeight(
      Operand<TFloat32> weights, VisitStates states, TargetInfo info) {
    if (info.kind() == TargetKind.PATCHES) {
      return tf.reshape(weights, tf.array(-1, 1, 1));
    }
    Operand<TFloat32> byPatient = weights;
    if (states.visits() != states.patients()) {
      // a modality counts for a patient by the visits that have it
      byPatient = tf.reduceSum(tf.reshape(weights, tf.shape(inputs.days())), tf.array(1)); // [B]
    }
    return tf.reshape(byPatient, tf.array(-1, 1));
  }

  /** The weighted sum of the losses, and what parts have added to it. */
  private Operand<TFloat32> objective(Map<String, HeadOutput> heads) {
    for (int i = 0; i < experiment.losses().size(); i++) {
      Experiment.LossUse use = experiment.losses().get(i);
      TargetInput target = inputs.target(experiment.heads().get(use.head()).target());
      if (use.onModalities()) {
        onModalities(use, i, target);
      } else {
        term(use, i, "", heads.get(use.head()), target);
      }
    }
    return objective.whole();
  }

  /** A loss of each modality, over the patients who have it. */
  private void onModalities(Experiment.LossUse use, int number, TargetInput target) {
    Branches own = branches.get(use.head());
    if (own == null) {
      throw new FaultsException(
          List.of(
              new Fault(
                  use.part().slot() + "/on",
                  target.kind() == TargetKind.PATCHES
                      ? "is \"modalities\", and head " + use.head()
                          + " is of patches, which belong to one modality; leave it out"
                      : "is \"modalities\", and the fusion "
                          + experiment.fusion().type()
                          + " leaves no modality a head of its own; take fusion late or stacked, or leave it out")),
          false);
    }
    Head head = parts.get(experiment.heads().get(use.head()).part().slot(), Head.class);
    SortedMap<String, Operand<TFloat32>> have = own.presence(tf);
    for (String modality : own.raw().keySet()) {
      Operand<TFloat32> raw = own.raw().get(modality);
      HeadOutput output = HeadOutput.of(
          raw,
          head.read(
              net.scope("heads").scope(use.head()).scope(modality),
              raw,
              statistics.get(use.head())));
      Operand<TFloat32> present = have.get(modality);
      Operand<TFloat32> mask =
          target.kind() == TargetKind.LABELS ? net.expand(present, 1) : present;
      term(
          use,
          number,
          modality,
          output,
          target.withObservedMask(tf.math.mul(target.observedMask(), mask)));
    }
  }

  /** A weighted loss, of one modality or, with an empty name, of all together. */
  private void term(
      Experiment.LossUse use, int number, String modality, HeadOutput output, TargetInput target) {
    Loss loss = parts.get(use.part().slot(), Loss.class);
    Net losses = net.scope("losses").scope("" + number);
    Net scope = modality.isEmpty() ? losses : losses.scope(modality);
    LossInput input = new WatchedLossInput(
        LossInput.of(output, target, statistics.get(use.head()))
            .withEncodings(encodings, presence)
            .withTrainingIndex(inputs.trainingIndex(), trainingPatients),
        () -> countsPatients = true);
    Operand<TFloat32> value = parts.code().run(use.part(), loss, () -> loss.loss(scope, input));
    PartInvoker.check(use.part(), loss, "a loss", value);
    made.add(new Made(use.part(), "losses/" + number, value));
    Operand<TFloat32> term = experiment.training().learnedWeights()
        ? TaskWeights.uncertain(scope, value, use.weight())
        : TaskWeights.fixed(scope, value, use.weight());
    objective.add(
        use.head() + "." + use.part().type() + (modality.isEmpty() ? "" : "." + modality), term);
  }
}
