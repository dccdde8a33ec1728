/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.mean;

import java.util.SortedMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.FusionPart;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Each modality's vector through a projection of its own, and the mean over the modalities that a patient has: those who
 * lack some are neither drawn towards zero nor compared on another scale.
 */
@Component(configurationPid = Mean.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Mean.Settings.class, factory = true)
@FusionPart("mean")
public final class Mean implements Fusion {
  static final String PID = "org.stroma.fusion.mean";

  /** Nothing can be set. */
  @ObjectClassDefinition(name = "Mean", description = "The mean of the modalities' projections, over those there are")
  public @interface Settings {}

  @Override
  public Fused fuse(
      Net net, SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    Operand<TFloat32> sum = null; // [B, d]
    Operand<TFloat32> count = null; // [B, 1]
    for (String name : encodings.keySet()) {
      Operand<TFloat32> there = net.expand(presence.get(name), 1);
      Operand<TFloat32> part =
          tf.math.mul(net.scope(name).dense("projection", encodings.get(name).embedding(), net.embedDim()), there);
      sum = sum == null ? part : tf.math.add(sum, part);
      count = count == null ? there : tf.math.add(count, there);
    }
    return Fused.of(tf.math.div(sum, tf.math.maximum(count, tf.constant(1f))));
  }
}
