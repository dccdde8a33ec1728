/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.crossmodal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.types.TFloat32;

/**
 * Cross-modal attention: each modality's vector is a query over the other modalities, with separate
 * projections for each ordered pair and one softmax over all others that the patient has. The result
 * is added to the modality's own vector and normalised; the modalities are concatenated, absent ones
 * as zeros, and projected to d. With a single modality its vector is used unchanged.
 *
 * <p>With {@code level = vectors} the keys are one vector per other modality. The attention of QUERY
 * is given under that name: [B, heads, M-1] over the others, sorted by name.
 *
 * <p>With {@code level = tokens} the keys are all tokens (patches, words) of the others, or the
 * vector of a modality whose encoder gives no tokens, with one softmax over all of them: the
 * co-attention of Chen et al. 2021 (MCAT), here from every modality to all others. The attention of
 * QUERY over the N tokens of KEY is given as {@code QUERY->KEY} [B, N], the mean over the heads. It
 * is zero on padding and if the patient lacks either modality; otherwise it sums to 1 over all keys.
 */
@Component(
    configurationPid = CrossModalAttention.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = CrossModalAttention.Settings.class, factory = true)
@FusionPart("cross-modal-attention")
@PartFacts(
    paper = "Chen et al. 2021 (level tokens)",
    parameters = "3 M (M-1) (d² + d) + M (2 d² + 3 d) + d, for tokens of width d",
    cost =
        "M² d² time; level tokens M heads d N time and M heads N memory more, N the tokens of all modalities")
public final class CrossModalAttention implements Fusion {
  static final String PID = "org.stroma.fusion.crossmodal";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Cross-modal attention",
      description = "Each modality attends over the patient's others")
  public @interface Settings {
    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(description = "dropout of what attention finds", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(
        description = "what is attended over",
        options = {
          @Option(label = "one vector a modality", value = "vectors"),
          @Option(label = "the tokens of each modality", value = "tokens")
        })
    String level() default "vectors";
  }

  private final Settings settings;

  @Activate
  public CrossModalAttention(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    Ops tf = net.tf();
    int d = net.embedDim();
    Net.headWidth(d, settings.heads());
    List<String> names = List.copyOf(encodings.keySet());
    Map<String, Operand<TFloat32>> vectors = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> present = new LinkedHashMap<>(); // [B, 1]
    encodings.forEach((name, encoding) -> {
      Operand<TFloat32> gate = net.expand(presence.get(name), 1);
      present.put(name, gate);
      vectors.put(name, tf.math.mul(encoding.embedding(), gate));
    });
    Map<String, Operand<TFloat32>> attention = new LinkedHashMap<>();
    Map<String, Operand<TFloat32>> updated = new LinkedHashMap<>(vectors);
    // a single modality has nothing to attend to
    if (names.size() > 1) {
      List<Operand<TFloat32>> updates = settings.level().equals("tokens")
          ? new TokenAttention(net, encodings, present, settings.heads())
              .updates(vectors, settings.dropout(), attention)
          : new VectorAttention(net, names, settings.heads())
              .updates(vectors, present, settings.dropout(), attention);
      for (int i = 0; i < names.size(); i++) {
        updated.put(names.get(i), tf.math.addN(List.of(vectors.get(names.get(i)), updates.get(i))));
      }
    }
    List<Operand<TFloat32>> joined = new ArrayList<>();
    updated.forEach((name, vector) ->
        joined.add(tf.math.mul(net.scope(name).layerNorm("norm", vector), present.get(name))));
    Fused fused = Fused.of(net.dense(
        "fuse", joined.size() == 1 ? joined.get(0) : tf.concat(joined, tf.constant(1)), d));
    for (Map.Entry<String, Operand<TFloat32>> entry : attention.entrySet()) {
      fused = fused.withAttention(entry.getKey(), entry.getValue());
    }
    return fused;
  }
}
