/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.api.data.UnknownTokens;
import org.stroma.experiment.Experiment;
import org.stroma.parts.WiredParts;

/**
 * Prepares one modality.
 *
 * @param training the samples that transforms and tokenizers learn from; null where nothing is learned
 * @param kept what was learned before; null where it is learned now
 * @param learned where what was learned is put
 * @param gaps whether the encoder takes missing cells
 */
record ModalityPreparation(
    String name,
    Experiment.Modality modality,
    WiredParts parts,
    Set<String> training,
    JsonNode kept,
    ObjectNode learned,
    boolean gaps,
    ReadContext files) {

  Dataset.Input prepare(ModalityData data) {
    if (modality.tokenizer() != null && !(data instanceof ModalityData.Texts)) {
      throw Preparation.refuse(
          "/modalities/" + name + "/tokenizer",
          "the reader gives numbers; a tokenizer takes texts");
    }
    if (!modality.transforms().isEmpty() && !(data instanceof ModalityData.Matrix)) {
      Optional<ModalityData.Matrix> vectors =
          parts.get(modality.transforms().get(0).slot(), Transform.class).vectors(data);
      if (vectors.isPresent()) {
        return new MatrixPreparation(this).prepare(vectors.get());
      }
      throw Preparation.refuse(
          "/modalities/" + name + "/transforms",
          "the reader gives "
              + (data instanceof ModalityData.Texts
                  ? "texts"
                  : data instanceof ModalityData.Tokens ? "token ids" : "bags of vectors")
              + (data instanceof ModalityData.Bags
                  ? "; transforms take one vector a patient, which bag-mean makes if it is the first"
                  : "; transforms take one vector a patient"));
    }
    if (data instanceof ModalityData.Matrix matrix) {
      return new MatrixPreparation(this).prepare(matrix);
    }
    if (data instanceof ModalityData.Texts texts) {
      return texts(texts);
    }
    if (data instanceof ModalityData.Tokens tokens) {
      return tokens(tokens);
    }
    return bags((ModalityData.Bags) data);
  }

  void note(String message) {
    files.note("modality " + name + ": " + message);
  }

  private Dataset.Tokens tokens(ModalityData.Tokens tokens) {
    // ids that training has not seen have no embedding
    int size =
        kept == null ? tokens.vocabularySize() : kept.path("vocabularySize").asInt();
    if (tokens.vocabularySize() > size) {
      throw new DataException("it has token ids up to " + (tokens.vocabularySize() - 1)
          + ", and those of training end at " + (size - 1));
    }
    learned.put("vocabularySize", size);
    return new Dataset.Tokens(size, tokens.ids());
  }

  private Dataset.Bags bags(ModalityData.Bags data) {
    Dataset.Bags bags = new Dataset.Bags(data.width(), data.bags());
    learned.put("elementWidth", data.width()).put("located", bags.located());
    if (kept != null && kept.path("elementWidth").asInt(data.width()) != data.width()) {
      throw new DataException(
          "it has " + data.width() + " features an element and the model was trained with "
              + kept.path("elementWidth").asInt());
    }
    return bags;
  }

  private Dataset.Tokens texts(ModalityData.Texts texts) {
    if (modality.tokenizer() == null) {
      throw Preparation.refuse(
          "/modalities/" + name + "/tokenizer",
          "is missing; the reader gives texts, and they need a tokenizer");
    }
    Tokenizer tokenizer = parts.get(modality.tokenizer().slot(), Tokenizer.class);
    Learned state = kept == null
        ? tokenizer.fit(
            files,
            texts.texts().entrySet().stream()
                .filter(e -> training.contains(e.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList())
        : LearnedJson.read(modality.tokenizer().type(), kept.path("tokenizer"));
    learned.set("tokenizer", LearnedJson.write(state));
    int vocabularySize = tokenizer.vocabularySize(state);
    if (kept != null) {
      if (vocabularySize != kept.path("vocabularySize").asInt(-1)) {
        throw new DataException("its tokenizer has " + vocabularySize
            + " ids and the model was trained with " + kept.path("vocabularySize")
            + "; the run's files are damaged");
      }
      UnknownTokens unknown = tokenizer.unknown(state, texts.texts().values());
      if (unknown.notable()) {
        note(unknown.told("these texts", "the tokenizer"));
      }
    }
    Map<String, int[]> ids = new LinkedHashMap<>();
    List<String> cut = new ArrayList<>();
    texts.texts().forEach((sample, text) -> {
      int[] encoded = tokenizer.encode(state, text);
      // what is cut of the training texts has been told by the tokenizer itself
      if (encoded.length > 0
          && (kept != null || !training.contains(sample))
          && tokenizer.length(state, text) > encoded.length) {
        cut.add(sample);
      }
      // a text without a word is no text: the patient lacks the modality
      if (encoded.length > 0) {
        ids.put(sample, encoded);
      }
    });
    if (!cut.isEmpty()) {
      note(cut.size() + (cut.size() == 1 ? " text" : " texts")
          + (kept == null ? " outside of training" : "") + (cut.size() == 1 ? " is" : " are")
          + " longer than the tokenizer's limit and cut, such as that of " + cut.get(0));
    }
    learned.put("vocabularySize", vocabularySize);
    return new Dataset.Tokens(vocabularySize, ids);
  }
}
