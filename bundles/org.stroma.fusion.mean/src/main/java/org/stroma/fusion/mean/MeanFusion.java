/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.mean;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
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
 * Weighted mean of the modalities that a patient has, each projected separately: patients with
 * missing modalities are neither drawn towards zero nor on another scale. Weights are a prior: a
 * modality known to be less informative can get less weight from the start, which small cohorts
 * cannot learn.
 */
@Component(configurationPid = MeanFusion.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MeanFusion.Settings.class, factory = true)
@FusionPart("mean")
@PartFacts(parameters = "M (d² + d)", cost = "M d²")
public final class MeanFusion implements Fusion {
  static final String PID = "org.stroma.fusion.mean";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Mean",
      description = "The mean of the modalities' projections, over those there are")
  public @interface Settings {
    @AttributeDefinition(
        description = "how much a modality counts, each as MODALITY=WEIGHT; 1 for those not named")
    String[] weights() default {};
  }

  private final Map<String, Float> weights = new TreeMap<>();

  @Activate
  public MeanFusion(Settings settings) {
    for (String weight : settings.weights()) {
      int equals = weight.lastIndexOf('=');
      float number = -1;
      try {
        number = equals < 1 ? -1 : Float.parseFloat(weight.substring(equals + 1).strip());
      } catch (NumberFormatException e) {
        // reported below
      }
      if (!(number > 0 && number <= 1e6f)) {
        throw new IllegalArgumentException("weights holds \"" + weight
            + "\"; it has to be MODALITY=WEIGHT with a weight above 0, such as rna=0.5");
      }
      weights.put(weight.substring(0, equals).strip(), number);
    }
  }

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    for (String name : weights.keySet()) {
      if (!encodings.containsKey(name)) {
        throw new IllegalArgumentException("weights names \"" + name + "\"; the modalities are "
            + String.join(", ", encodings.keySet()));
      }
    }
    Ops tf = net.tf();
    Operand<TFloat32> sum = null; // [B, d]
    Operand<TFloat32> total = null; // [B, 1]
    for (String name : encodings.keySet()) {
      Operand<TFloat32> weight = tf.math.mul(
          net.expand(presence.get(name), 1), tf.constant(weights.getOrDefault(name, 1f)));
      Operand<TFloat32> projected =
          net.scope(name).dense("projection", encodings.get(name).embedding(), net.embedDim());
      Operand<TFloat32> part = tf.math.mul(projected, weight);
      sum = sum == null ? part : tf.math.add(sum, part);
      total = total == null ? weight : tf.math.add(total, weight);
    }
    return Fused.of(tf.math.divNoNan(sum, total));
  }
}
