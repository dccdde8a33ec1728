/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.genomicmlp;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * A multi-layer perceptron over one vector per patient [B, G]: two hidden layers, each with linear,
 * batch norm, ReLU and dropout; then linear to d and layer norm. Batch statistics are computed over
 * the patients who have the modality. Either hidden layer, or both, can be left out for small
 * cohorts.
 */
@Component(configurationPid = GenomicMlp.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = GenomicMlp.Settings.class, factory = true)
@EncoderPart("genomic-mlp")
@PartFacts(
    parameters = "D hidden1 + 3 hidden1 + hidden1 hidden2 + 3 hidden2 + hidden2 d + 3 d",
    cost = "constant")
public final class GenomicMlp implements Encoder {
  static final String PID = "org.stroma.encoder.genomicmlp";

  /** What can be set. */
  @ObjectClassDefinition(name = "Genomic MLP", description = "Perceptron over one vector a patient")
  public @interface Settings {
    @AttributeDefinition(
        description = "units of the first hidden layer; 0 leaves it out",
        min = "0",
        max = "65536")
    int hidden1() default 1024;

    @AttributeDefinition(
        description = "units of the second hidden layer; 0 leaves it out",
        min = "0",
        max = "65536")
    int hidden2() default 512;

    @AttributeDefinition(description = "activation of the hidden layers")
    Activation activation() default Activation.relu;

    @AttributeDefinition(description = "dropout after each hidden layer", min = "0", max = "0.99")
    double dropout() default 0.1;

    @AttributeDefinition(description = "dropout of input features", min = "0", max = "0.99")
    double inputDropout() default 0;

    @AttributeDefinition(
        description = "normalisation in hidden layers",
        options = {
          @Option(label = "over the batch", value = "batch"),
          @Option(label = "over the units", value = "layer"),
          @Option(label = "none", value = "none")
        })
    String norm() default "batch";

    @AttributeDefinition(description = "whether a layer norm ends the encoder")
    boolean outputNorm() default true;
  }

  private final Settings settings;

  @Activate
  public GenomicMlp(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    Operand<TFloat32> x = net.dropout("drop0", input.vectors().values(), settings.inputDropout());
    int[] units = {settings.hidden1(), settings.hidden2()};
    for (int i = 0; i < units.length; i++) {
      if (units[i] > 0) {
        int layer = i + 1;
        x = net.dense("hidden" + layer, x, units[i]);
        x = switch (settings.norm()) {
          case "batch" -> net.batchNorm("norm" + layer, x, input.presence());
          case "layer" -> net.layerNorm("norm" + layer, x);
          default -> x;
        };
        x = net.dropout(
            "drop" + layer, net.activation(settings.activation(), x), settings.dropout());
      }
    }
    x = net.dense("output", x, net.embedDim());
    return Encoding.of(settings.outputNorm() ? net.layerNorm("norm", x) : x);
  }
}
