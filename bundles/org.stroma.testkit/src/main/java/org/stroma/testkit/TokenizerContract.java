/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;

/**
 * The contract of a tokenizer. Beside what {@link PartContract} tells:
 * <ul>
 * <li>{@code ids}: ids are from 1 to below the vocabulary's size (0 is padding), and the class token comes first in every
 *     text, known or not; blank ones may have no id at all; {@link Tokenizer#length} is no less than what encode gives;
 * <li>{@code json}: what was learned does the same after it was written and read;
 * <li>{@code determinism}: the same texts give the same.
 * </ul>
 */
@ProviderType
public final class TokenizerContract extends PartContract<Tokenizer, TokenizerContract> {

  private List<String> training = List.of(
      "Invasive ductal carcinoma, grade 2.", "No residual tumour; margins free.",
      "Carcinoma of the adrenal cortex, 11 cm, weight 340 g.", "Metastases in 3 of 14 nodes.");
  private List<String> others = List.of(
      "Adenocarcinoma with signet-ring cells",
      "margins free",
      "",
      "   ",
      "Größe 3 × 4 mm – \u0000\uD83D\uDE00 日本");
  private ReadContext context = new TestCohort(Path.of("").toAbsolutePath(), null, "patient_id");

  TokenizerContract(Made<Tokenizer> made) {
    super("tokenizer", Tokenizer.class, made);
  }

  /** What the tokenizer sees of the experiment; without it relative paths start where the tests run. */
  public TokenizerContract context(ReadContext context) {
    this.context = context;
    return this;
  }

  /** Other texts than those of the contract: to learn from, and to encode besides. */
  public TokenizerContract texts(List<String> training, List<String> others) {
    this.training = List.copyOf(training);
    this.others = List.copyOf(others);
    return this;
  }

  @Override
  boolean upperBounds() {
    return false;
  }

  @Override
  void use(Tokenizer part) {
    Learned learned = part.fit(context, training);
    part.encode(learned, others.get(0));
  }

  @Override
  void addTo(List<Check> checks) {
    checks.add(new Check(
        "ids", "ids are in the vocabulary, and the class token comes first", this::checkIds));
    checks.add(new Check("json", "what was learned can be written and read", this::checkJson));
    checks.add(new Check("determinism", "the same texts give the same", this::checkDeterminism));
  }

  private List<String> all() {
    List<String> all = new java.util.ArrayList<>(training);
    all.addAll(others);
    return all;
  }

  private void checkIds() {
    Tokenizer part = part();
    Learned learned = part.fit(context, training);
    int size = part.vocabularySize(learned);
    int first = -1;
    for (String text : all()) {
      int[] ids = part.encode(learned, text);
      if (ids.length == 0) {
        check(
            text.isBlank(),
            "the text \"" + text
                + "\" has no ids, as if the patient had none; it has to have the class token at least");
        continue;
      }
      for (int id : ids) {
        check(
            id > 0 && id < size,
            "the text \"" + text + "\" has the id " + id
                + "; ids have to be from 1 (0 is padding) to below the size of the"
                + " vocabulary, which is " + size);
      }
      first = first < 0 ? ids[0] : first;
      check(
          ids[0] == first,
          "the text \"" + text + "\" starts with " + ids[0] + " and others with " + first
              + "; every text has to start with the class token");
      int length = part.length(learned, text);
      check(
          length >= ids.length,
          "the text \"" + text + "\" has " + ids.length + " ids, and its length is said to be "
              + length);
    }
  }

  private void checkJson() {
    Tokenizer part = part();
    Learned learned = part.fit(context, training);
    Learned read = Stored.again(learned);
    compare(
        part,
        learned,
        part(),
        read,
        "what was learned does something else after it was written as JSON and read; keep all of it in what fit returns, and"
            + " nothing in the object");
  }

  private void checkDeterminism() {
    Tokenizer one = part();
    Tokenizer other = part();
    compare(
        one,
        one.fit(context, training),
        other,
        other.fit(context, training),
        "the same texts get other ids the second time");
  }

  private void compare(
      Tokenizer one, Learned expected, Tokenizer other, Learned actual, String otherwise) {
    check(one.vocabularySize(expected) == other.vocabularySize(actual), otherwise);
    for (String text : all()) {
      check(
          Arrays.equals(one.encode(expected, text), other.encode(actual, text)),
          otherwise + ": \"" + text + "\"");
    }
  }
}
