/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.stacked;

import java.util.SortedMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.FusionPart;
import org.stroma.api.PartFacts;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A model a modality, each with encoder, heads and losses of its own, and a weighted sum of what they say (Wolpert 1992; Breiman
 * 1996). How long each is trained, and what it counts, is learned on inner folds of the training patients: weights are those with
 * which the models predict patients best whom they were not trained with. None is negative, and a ridge draws them towards equal ones.
 * A patient who lacks a modality is predicted from the others.
 *
 * <p>The embedding [B, d], for whoever wants one vector a patient, is the plain mean of the modalities that there are.
 */
@Component(configurationPid = StackedFusion.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = StackedFusion.Settings.class, factory = true)
@FusionPart("stacked")
@PartFacts(
    paper = "Wolpert 1992; Breiman 1996",
    parameters = "none; the heads' M times, and M weights a head",
    cost = "M d time; the heads' M times; trained once for each inner fold too")
public final class StackedFusion implements Fusion {
  static final String PID = "org.stroma.fusion.stacked";

  /** Nothing can be set. */
  @ObjectClassDefinition(
      name = "Stacked fusion",
      description = "A model a modality, weighted by out-of-fold predictions")
  public @interface Settings {}

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    Operand<TFloat32> sum = null; // [B, d]
    Operand<TFloat32> count = null; // [B, 1]
    for (String name : encodings.keySet()) {
      Operand<TFloat32> present = net.expand(presence.get(name), 1);
      Operand<TFloat32> vector = tf.math.mul(encodings.get(name).embedding(), present);
      sum = sum == null ? vector : tf.math.add(sum, vector);
      count = count == null ? present : tf.math.add(count, present);
    }
    Fused fused = Fused.of(tf.math.divNoNan(sum, count));
    for (String name : encodings.keySet()) {
      Operand<TFloat32> present = net.expand(presence.get(name), 1);
      fused = fused.withBranch(
          name, tf.math.mul(encodings.get(name).embedding(), present), presence.get(name));
    }
    return fused.stacked();
  }
}
