/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.stroma.api.ReaderGives;
import org.stroma.api.ReaderPart;
import org.stroma.api.data.AbsentDataException;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Problems;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Reader;

/**
 * Token ids in NumPy files, [L] or [1, L] per sample. 0 is padding; a text of padding only counts
 * as missing.
 */
@Component(
    configurationPid = NpyTokensReader.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = NpyTokensReader.Settings.class, factory = true)
@ReaderPart("npy-tokens")
@ReaderGives(ReaderGives.Kind.TOKENS)
public final class NpyTokensReader implements Reader {
  static final String PID = "org.stroma.data.arrays.npytokens";

  /** Larger than any vocabulary: an id beyond it indicates the wrong file. */
  private static final int LARGEST = 100_000_000;

  /** Settings of the reader. */
  @ObjectClassDefinition(
      name = "Token ids in NumPy files",
      description = "Texts that were made into token ids elsewhere")
  public @interface Settings {
    @AttributeDefinition(
        description =
            "the samples' files, with columns in braces, such as clinical_text/{patient_id}.npy")
    String path();

    @AttributeDefinition(
        description = "whether a file that is not there means that the sample lacks it")
    boolean absentFiles() default false;

    @AttributeDefinition(
        description = "the number of token ids; 0: one more than the largest that is there",
        min = "0")
    int vocabularySize() default 0;
  }

  private final Settings settings;

  @Activate
  public NpyTokensReader(Settings settings) {
    this.settings = settings;
  }

  @Override
  public ModalityData read(ReadContext context) {
    Problems problems = new Problems();
    Map<String, int[]> texts = new LinkedHashMap<>();
    context
        .files(settings.path(), "", settings.absentFiles())
        .forEach((sample, files) -> problems.check(() -> {
          int[] ids = ids(NpyVectorsReader.singleFile(sample, files));
          if (ids.length > 0) {
            texts.put(sample, ids);
          }
        }));
    problems.throwIfAny();
    if (texts.isEmpty()) {
      throw new AbsentDataException("no sample has token ids in a file " + settings.path());
    }
    int vocabulary = settings.vocabularySize() > 0
        ? settings.vocabularySize()
        : texts.values().stream().flatMapToInt(Arrays::stream).max().orElse(0) + 1;
    return ModalityData.Tokens.of(vocabulary, texts);
  }

  /** The ids without trailing padding; empty if there is only padding. */
  private int[] ids(NpyFile file) {
    if (!file.elementType().isInteger()) {
      throw new DataException(
          file.file() + " holds " + file.elementType().type() + "; token ids have to be integers");
    }
    double[] numbers = file.vector();
    int length = numbers.length;
    while (length > 0 && numbers[length - 1] == 0) {
      length--;
    }
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = (int) numbers[i];
      if (numbers[i] < 0 || numbers[i] >= LARGEST) {
        throw new DataException(file.file() + ": id " + (i + 1) + " is " + Math.round(numbers[i])
            + "; it has to be 0 or above, and below " + LARGEST);
      }
      if (settings.vocabularySize() > 0 && ids[i] >= settings.vocabularySize()) {
        throw new DataException(file.file() + " holds the token id " + ids[i]
            + "; vocabularySize is " + settings.vocabularySize() + ", and ids have to be below it");
      }
    }
    return ids;
  }
}
