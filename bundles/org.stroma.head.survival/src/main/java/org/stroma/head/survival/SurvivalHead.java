/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.survival;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Head;
import org.stroma.api.HeadOutput;
import org.stroma.api.HeadPart;
import org.stroma.api.TargetKind;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The log hazard [B, 1] of a proportional-hazards model (Katzman et al. 2018): layer norm, linear, ReLU, dropout, linear.
 * It predicts {@code risk} [B], higher for an earlier event.
 */
@Component(configurationPid = SurvivalHead.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SurvivalHead.Settings.class, factory = true)
@HeadPart("survival")
public final class SurvivalHead implements Head {
  static final String PID = "org.stroma.head.survival";

  /** What can be set. */
  @ObjectClassDefinition(name = "Survival head", description = "Log hazard of a proportional-hazards model")
  public @interface Settings {
    @AttributeDefinition(description = "dropout before the last layer", min = "0", max = "0.99")
    double dropout() default 0.3;

    @AttributeDefinition(description = "units of the hidden layer; 0 for embedDim / 2", min = "0", max = "65536")
    int hidden() default 0;

    @AttributeDefinition(description = "whether the fused vector is normalised first; without, its length counts too")
    boolean norm() default true;
  }

  private final Settings settings;

  @Activate
  public SurvivalHead(Settings settings) {
    this.settings = settings;
  }

  @Override
  public HeadOutput predict(Net net, Operand<TFloat32> fused, int classes) {
    int units = settings.hidden() == 0 ? net.embedDim() / 2 : settings.hidden();
    Operand<TFloat32> input = settings.norm() ? net.layerNorm("norm", fused) : fused;
    Operand<TFloat32> x = net.relu(net.dense("hidden", input, units));
    Operand<TFloat32> hazard = net.dense("output", net.dropout("drop", x, settings.dropout()), 1);
    return new HeadOutput(hazard, Map.of("risk", net.tf().reshape(hazard, net.tf().array(-1))));
  }

  @Override
  public TargetKind target() {
    return TargetKind.SURVIVAL;
  }
}
