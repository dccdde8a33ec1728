/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.gated;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Encoding;
import org.stroma.api.Fused;
import org.stroma.api.Fusion;
import org.stroma.api.FusionPart;
import org.stroma.api.PartFacts;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Stack;
import org.tensorflow.op.core.Unstack;
import org.tensorflow.types.TFloat32;

/**
 * The gated multimodal unit (Arevalo et al. 2017) over M modalities: h_m = tanh(W_m x_m), a gate
 * z_m in [0, 1] for each of its d numbers from all modalities together, g_m = U_m [x_1 ... x_M],
 * and the sum of z_m * h_m.
 *
 * <p>With {@code gates = softmax} the gates are a softmax of g over the modalities that a patient
 * has, number by number, and sum to 1: for two modalities that is the paper's bimodal unit, z and 1
 * - z with z a sigmoid. With {@code gates = sigmoid} each is sigmoid(g_m) by itself, the paper's
 * unit for more than two. Absent modalities enter the gates as zeros and have gate 0. A patient
 * without any gets zeros. Unlike the paper's, the layers have biases.
 *
 * <p>Shows each modality's gate, the mean over its d numbers [B], by name.
 */
@Component(configurationPid = GatedFusion.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = GatedFusion.Settings.class, factory = true)
@FusionPart("gated")
@PartFacts(
    paper = "Arevalo et al. 2017",
    parameters = "M (d² + d) + M (M d² + d)",
    cost = "M² d² time")
public final class GatedFusion implements Fusion {
  static final String PID = "org.stroma.fusion.gated";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Gated fusion",
      description = "Gated multimodal units over the modalities there are")
  public @interface Settings {
    @AttributeDefinition(
        description = "how the gates are made",
        options = {
          @Option(label = "they sum to 1 over the modalities a patient has", value = "softmax"),
          @Option(label = "each by itself", value = "sigmoid")
        })
    String gates() default "softmax";
  }

  private final Settings settings;

  @Activate
  public GatedFusion(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    int d = net.embedDim();
    List<Operand<TFloat32>> inputs = new ArrayList<>();
    List<Operand<TFloat32>> present = new ArrayList<>(); // [B, 1]
    for (String name : encodings.keySet()) {
      present.add(net.expand(presence.get(name), 1));
      inputs.add(tf.math.mul(encodings.get(name).embedding(), net.expand(presence.get(name), 1)));
    }
    Operand<TFloat32> joined =
        inputs.size() == 1 ? inputs.get(0) : tf.concat(inputs, tf.constant(1)); // [B, M d]
    List<Operand<TFloat32>> hidden = new ArrayList<>();
    List<Operand<TFloat32>> scores = new ArrayList<>();
    for (String name : encodings.keySet()) {
      hidden.add(tf.math.tanh(net.scope(name).dense("hidden", inputs.get(hidden.size()), d)));
      scores.add(net.scope(name).dense("gate", joined, d));
    }
    Operand<TFloat32> mask = tf.stack(present, Stack.axis(2L)); // [B, 1, M]
    Operand<TFloat32> score = tf.stack(scores, Stack.axis(2L)); // [B, d, M]
    Operand<TFloat32> gates = settings.gates().equals("sigmoid")
        ? tf.math.mul(tf.math.sigmoid(score), mask)
        : net.maskedSoftmax(score, mask);
    Operand<TFloat32> fused =
        net.sum(tf.math.mul(gates, tf.stack(hidden, Stack.axis(2L))), 2, false); // [B, d]
    return withGates(net, Fused.of(fused), encodings.keySet(), gates);
  }

  /** Adds the mean gate [B] of each modality as attention. */
  private static Fused withGates(Net net, Fused fused, Set<String> names, Operand<TFloat32> gates) {
    var byModality = net.tf()
        .unstack(net.mean(gates, 1, false), (long) names.size(), Unstack.axis(1L))
        .output()
        .iterator();
    for (String name : names) {
      fused = fused.withAttention(name, byModality.next());
    }
    return fused;
  }
}
