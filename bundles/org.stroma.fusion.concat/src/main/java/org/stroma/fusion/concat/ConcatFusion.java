/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fusion.concat;

import java.util.ArrayList;
import java.util.List;
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
import org.tensorflow.types.TFloat32;

/**
 * Concatenates the modalities' vectors, absent ones as zeros, and projects to d. With
 * {@code scale = present} the input is divided by the fraction of present modalities, so that
 * patients with missing ones are not drawn towards zero.
 */
@Component(configurationPid = ConcatFusion.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConcatFusion.Settings.class, factory = true)
@FusionPart("concat")
@PartFacts(parameters = "M d² + d", cost = "M d²")
public final class ConcatFusion implements Fusion {
  static final String PID = "org.stroma.fusion.concat";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Concatenation",
      description = "The modalities' vectors side by side")
  public @interface Settings {
    @AttributeDefinition(
        description = "whether the vectors of patients who lack modalities are scaled up",
        options = {
          @Option(label = "no", value = "none"),
          @Option(label = "by the share they have", value = "present")
        })
    String scale() default "none";
  }

  private final Settings settings;

  @Activate
  public ConcatFusion(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Fused fuse(
      Net net,
      SortedMap<String, Encoding> encodings,
      SortedMap<String, Operand<TFloat32>> presence) {
    var tf = net.tf();
    Operand<TFloat32> count = null; // [B]
    for (Operand<TFloat32> present : presence.values()) {
      count = count == null ? present : tf.math.add(count, present);
    }
    Operand<TFloat32> factor =
        tf.math.div(tf.constant((float) encodings.size()), tf.math.maximum(count, tf.constant(1f)));
    List<Operand<TFloat32>> joined = new ArrayList<>();
    encodings.forEach((name, encoding) -> {
      Operand<TFloat32> present = presence.get(name);
      Operand<TFloat32> gate =
          settings.scale().equals("present") ? tf.math.mul(present, factor) : present;
      joined.add(tf.math.mul(encoding.embedding(), net.expand(gate, 1)));
    });
    Operand<TFloat32> all = joined.size() == 1 ? joined.get(0) : tf.concat(joined, tf.constant(1));
    return Fused.of(net.dense("fuse", all, net.embedDim()));
  }
}
