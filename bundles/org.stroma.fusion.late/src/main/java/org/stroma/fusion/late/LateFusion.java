/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.late;

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
 * Late fusion, the baseline of one model a modality: each modality's vector [B, d] is a branch with
 * heads of its own, whose outputs are averaged over the modalities that a patient has. Nothing of
 * one modality enters the branch of another. Branches of absent modalities are zero and have weight
 * 0. Weights are a prior, as those of {@code mean}.
 *
 * <p>The embedding [B, d], for whoever wants one vector a patient, is the weighted mean of the
 * branches that there are.
 */
@Component(configurationPid = LateFusion.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LateFusion.Settings.class, factory = true)
@FusionPart("late")
@PartFacts(
    parameters = "none, or M (d² + d) with projection; and the heads' M times",
    cost = "M d time; and the heads' M times")
public final class LateFusion implements Fusion {
  static final String PID = "org.stroma.fusion.late";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Late fusion",
      description = "Heads of its own for each modality, then the mean")
  public @interface Settings {
    @AttributeDefinition(
        description = "whether each modality's vector goes through a linear layer before its heads")
    boolean projection() default false;

    @AttributeDefinition(
        description = "how much a modality counts, each as MODALITY=WEIGHT; 1 for those not named")
    String[] weights() default {};
  }

  private final boolean projection;
  private final Map<String, Float> weights = new TreeMap<>();

  @Activate
  public LateFusion(Settings settings) {
    projection = settings.projection();
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
    SortedMap<String, Operand<TFloat32>> branches = new TreeMap<>();
    SortedMap<String, Operand<TFloat32>> counts = new TreeMap<>();
    Operand<TFloat32> sum = null; // [B, d]
    Operand<TFloat32> total = null; // [B, 1]
    for (String name : encodings.keySet()) {
      Operand<TFloat32> present = net.expand(presence.get(name), 1);
      Operand<TFloat32> vector = tf.math.mul(encodings.get(name).embedding(), present);
      if (projection) {
        // the projection has a bias, so mask absent modalities again
        vector = tf.math.mul(net.scope(name).dense("projection", vector, net.embedDim()), present);
      }
      Operand<TFloat32> count =
          tf.math.mul(presence.get(name), tf.constant(weights.getOrDefault(name, 1f)));
      branches.put(name, vector);
      counts.put(name, count);
      Operand<TFloat32> weight = net.expand(count, 1);
      Operand<TFloat32> part = tf.math.mul(vector, weight);
      sum = sum == null ? part : tf.math.add(sum, part);
      total = total == null ? weight : tf.math.add(total, weight);
    }
    Fused fused = Fused.of(tf.math.divNoNan(sum, total));
    for (String name : branches.keySet()) {
      fused = fused.withBranch(name, branches.get(name), counts.get(name));
    }
    return fused;
  }
}
