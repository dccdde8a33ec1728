/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.stroma.api.Optimizer;
import org.stroma.api.TargetInfo;
import org.stroma.api.data.Bag;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;
import org.stroma.nn.AttentionMethod;
import org.stroma.nn.MatrixProducts;
import org.stroma.nn.Net;
import org.stroma.nn.graph.Variables;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;
import org.tensorflow.op.Ops;

/**
 * All that a model is built from.
 *
 * @param dataset its widths and vocabularies alone are looked at
 * @param statistics what was learned of the targets, by head
 * @param trainingPatients how many there are; losses may remember something of each
 * @param seed of what parts draw
 * @param computing how the machine does it
 */
public record ModelSpec(
    Experiment experiment,
    WiredParts parts,
    Dataset dataset,
    SortedMap<String, TargetInfo> statistics,
    int trainingPatients,
    long seed,
    Computing computing) {

  /** For a model that learns nothing: each of its variables is alone, to be assigned whatever others are. */
  public static ModelSpec ofTrained(
      Experiment experiment,
      WiredParts parts,
      Dataset dataset,
      SortedMap<String, TargetInfo> statistics,
      Computing computing) {
    return new ModelSpec(
        experiment, parts, dataset, statistics, 1, experiment.seed(), computing.alone());
  }

  /** Whether what stands at a path may change: it is not of a modality that is frozen. */
  boolean learns(String path) {
    return experiment.modalities().keySet().stream()
        .noneMatch(m -> experiment.frozen(m) && path.startsWith("modalities/" + m + "/"));
  }

  /**
   * Variables for a graph of this; joined as the machine wants it, where the optimizer takes that.
   *
   * @param apart those that cannot be joined; one that turns out to be such is added, and the build fails
   */
  Variables variables(Ops tf, Set<String> apart) {
    return computing.joined() && elementwise()
        ? Variables.joined(tf, path -> learns(path) && !apart.contains(path), apart::add)
        : new Variables(tf);
  }

  private boolean elementwise() {
    PartUse use = experiment.training().optimizer();
    Optimizer optimizer = parts.get(use.slot(), Optimizer.class);
    return parts.code().run(use, optimizer, optimizer::elementwise);
  }

  /** A net over these data that computes as the experiment and the machine want it. */
  Net computed(Net net) {
    return net.with(attention())
        .with(
            experiment.training().precision() == Precision.BFLOAT16
                ? computing.bfloat16()
                : MatrixProducts.FLOAT32);
  }

  /** How attention is computed over batches of these data. */
  AttentionMethod attention() {
    long longest = 0;
    for (Dataset.Input input : dataset.inputs().values()) {
      IntStream lengths = input instanceof Dataset.Bags bags
          ? bags.bags().values().stream().mapToInt(Bag::size)
          : input instanceof Dataset.Tokens tokens
              ? tokens.ids().values().stream().mapToInt(ids -> ids.length)
              : IntStream.empty();
      longest = Math.max(longest, lengths.max().orElse(0));
    }
    return computing.attention().of(experiment.training().batchSize() * longest * longest);
  }
}
