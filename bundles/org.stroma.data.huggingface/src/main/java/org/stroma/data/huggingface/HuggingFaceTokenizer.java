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
 * WordPiece (Devlin et al. 2019, section 3), BPE (Sennrich et al. 2016, section 3.2) or Unigram (Kudo 2018, section 3.2) as
 * the {@code tokenizer.json} of a pretrained model describes it, with its normalisation and special tokens. A special token
 * that a text spells out is that token, as in Hugging Face's library, except for padding, which is left out. Characters that
 * the vocabulary lacks become its unknown token; a BPE vocabulary without one leaves them out.
 *
 * <p>Ids are the file's, and one higher where its id 0 is no padding token (as in RoBERTa and GPT-2): id 0 is padding. A file
 * that puts no token before a text gets a class token of its own, the last id. A text without a word has no ids at all. The
 * dropout of a BPE model is left out, so that a text has the same ids every time.
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
