/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.encoder.clinicaltransformer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.Encoder;
import org.stroma.api.EncoderPart;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.PartFacts;
import org.stroma.nn.Activation;
import org.stroma.nn.Net;
import org.stroma.nn.Transformer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A transformer over the tokens of a text (Devlin et al. 2019, with sinusoidal positions): the
 * state of the class token stands for the text. Padding receives no attention.
 */
@Component(
    configurationPid = ClinicalTransformer.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ClinicalTransformer.Settings.class, factory = true)
@EncoderPart("clinical-transformer")
@PartFacts(
    paper = "Vaswani et al. 2017; Devlin et al. 2019 (class token)",
    parameters = "vocabulary d + layers (12 d² + 13 d) + 2 d",
    cost = "layers (12 N d² + 2 N² d) time, layers N d memory")
public final class ClinicalTransformer implements Encoder {
  static final String PID = "org.stroma.encoder.clinicaltransformer";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Clinical transformer",
      description = "Transformer over the tokens of a text")
  public @interface Settings {
    @AttributeDefinition(description = "transformer layers", min = "1", max = "48")
    int layers() default 2;

    @AttributeDefinition(
        description = "attention heads; have to divide embedDim",
        min = "1",
        max = "128")
    int heads() default 8;

    @AttributeDefinition(
        description = "units of the feed-forward layers; 0 for 4 x embedDim",
        min = "0",
        max = "65536")
    int feedForward() default 0;

    @AttributeDefinition(description = "activation of the feed-forward layers")
    Activation activation() default Activation.gelu;

    @AttributeDefinition(description = "dropout", min = "0", max = "0.99")
    double dropout() default 0.1;
  }

  private final Settings settings;

  @Activate
  public ClinicalTransformer(Settings settings) {
    this.settings = settings;
  }

  @Override
  public Encoding encode(Net net, ModalityInput input) {
    ModalityInput.Texts texts = input.texts();
    Ops tf = net.tf();
    int d = net.embedDim();
    Operand<TInt32> ids = texts.ids();
    Operand<TInt32> length =
        tf.reshape(tf.slice(tf.shape(ids), tf.array(1), tf.array(1)), tf.array(new int[0]));
    Operand<TFloat32> positions =
        tf.dtypes.cast(tf.range(tf.constant(0), length, tf.constant(1)), TFloat32.class); // [L]
    Operand<TFloat32> x = tf.math.add(
        net.embedding("tokens", ids, texts.vocabularySize(), d), net.sinusoid(positions, d));
    Transformer.States states = net.transformer("transformer")
        .layers(settings.layers())
        .heads(settings.heads())
        .feedForward(settings.feedForward())
        .dropout(settings.dropout())
        .activation(settings.activation())
        .applyWithFirst(net.dropout("drop", x, settings.dropout()), texts.mask());
    return Encoding.of(states.first()).withTokens(states.all(), texts.mask());
  }
}
