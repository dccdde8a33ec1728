/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.example.radiomics;

import org.osgi.service.component.annotations.*;
import org.osgi.service.metatype.annotations.*;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Net;

/** Radiomics features [B, D] to an embedding [B, d]: dropout of features, linear, layer norm. */
@Component(
    configurationPid = RadiomicsEncoder.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RadiomicsEncoder.Settings.class, factory = true)
@EncoderPart("radiomics-mlp")
@PartFacts(parameters = "D d + 3 d", cost = "D d")
public final class RadiomicsEncoder implements Encoder {
  static final String PID = "org.example.radiomics.encoder";

  /** What can be set. */
  @ObjectClassDefinition(name = "Radiomics", description = "Linear layer and layer norm")
  public @interface Settings {
    @AttributeDefinition(description = "dropout of input features", min = "0", max = "0.99")
    double dropout() default 0.1;
  }

  private final Settings settings;

  @Activate
  public RadiomicsEncoder(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    var x = net.dropout("drop", input.vectors().values(), settings.dropout()); // [B, D]
    return Encoding.of(net.layerNorm("norm", net.dense("projection", x, net.embedDim()))); // [B, d]
  }
}
