/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.huggingface;

import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.TokenizerPart;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;

/**
 * WordPiece (Devlin et al. 2019, section 3), BPE (Sennrich et al. 2016, section 3.2) or Unigram
 * (Kudo 2018, section 3.2) as described by the {@code tokenizer.json} of a pretrained model,
 * including normalisation and special tokens. As in Hugging Face's library, a special token spelled
 * out in a text is that token, except padding, which is dropped. Characters missing from the
 * vocabulary become the unknown token; a BPE vocabulary without one drops them.
 *
 * <p>Id 0 is padding: if id 0 of the file is not a padding token (as in RoBERTa and GPT-2), all ids
 * are one higher. If the file puts no token before a text, an additional class token with the last
 * id is used. A text without words has no ids. The dropout of BPE models is disabled, so that a
 * text always has the same ids.
 */
@Component(
    configurationPid = HuggingFaceTokenizer.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = Tokenizer.class)
@Designate(ocd = HuggingFaceTokenizer.Settings.class, factory = true)
@TokenizerPart("huggingface")
public final class HuggingFaceTokenizer extends PretrainedPart {
  static final String PID = "org.stroma.data.huggingface.tokenizer";

  /** What can be set. */
  @ObjectClassDefinition(
      name = "Pretrained tokenizer",
      description = "WordPiece, BPE or Unigram from a tokenizer.json")
  public @interface Settings {
    @AttributeDefinition(
        description = "the tokenizer.json of a pretrained model; it is kept with the run")
    String path();

    @AttributeDefinition(
        description =
            "tokens a text at most, special ones included; its end is left out and the user told",
        min = "2")
    int maxTokens() default 512;
  }

  private final Settings settings;

  @Activate
  public HuggingFaceTokenizer(Settings settings) {
    super(settings.maxTokens());
    this.settings = settings;
  }

  @Override
  Source source(ReadContext context) {
    Path file = context.resolve(settings.path());
    return new Source(json(file, "tokenizer.json"), file.toString());
  }
}
