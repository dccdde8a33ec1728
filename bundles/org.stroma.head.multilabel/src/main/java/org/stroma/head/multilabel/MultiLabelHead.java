/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.head.multilabel;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Head;
import org.stroma.api.HeadInput;
import org.stroma.api.HeadPart;
import org.stroma.api.PartFacts;
import org.stroma.api.Prediction;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * Logits [B, L] of several labels at once, such as mutations: layer norm, linear, ReLU, dropout, linear. It predicts
 * {@code probability} [B, L], the sigmoid of each by itself.
 */
@Component(configurationPid = MultiLabelHead.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MultiLabelHead.Settings.class, factory = true)
@HeadPart("multi-label")
@PartFacts(parameters = "d² + 3 d + (d + 1) labels", cost = "d²")
public final class MultiLabelHead implements Head {
  static final String PID = "org.stroma.head.multilabel";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Multi-label head",
      description = "Logits of several labels at once, each by itself")
  public @interface Settings {
    @AttributeDefinition(description = "dropout before the last layer", min = "0", max = "0.99")
    double dropout() default 0.3;

    @AttributeDefinition(
        description = "units of the hidden layer; 0 for embedDim",
        min = "0",
        max = "65536")
    int hidden() default 0;

    @AttributeDefinition(description = "activation of the hidden layer")
    Activation activation() default Activation.relu;
  }

  private final Settings settings;

  @Activate
  public MultiLabelHead(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Operand<TFloat32> predict(Net net, HeadInput input) {
    int units = settings.hidden() == 0 ? net.embedDim() : settings.hidden();
    Operand<TFloat32> x = net.activation(
        settings.activation(),
        net.dense("hidden", net.layerNorm("norm", input.embedding()), units));
    return net.dense(
        "output",
        net.dropout("drop", x, settings.dropout()),
        input.info().requireLabels().count()); // [B, L]
  }

  @Override
  public Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info) {
    return Map.of(Prediction.PROBABILITY, net.tf().math.sigmoid(raw));
  }

  @Override
  public TargetKind target() {
    return TargetKind.LABELS;
  }
}
