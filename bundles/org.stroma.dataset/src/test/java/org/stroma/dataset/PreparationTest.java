/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoder;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Tokenizer;
import org.stroma.api.data.Transform;
import org.stroma.cohort.Cohort;
import org.stroma.experiment.Experiment;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/** A matrix whose training mean is taken off, and texts whose words are known where training had them. */
class PreparationTest {
  private static final Transform CENTRE = new Transform() {
    @Override
    public Learned fit(ModalityData.Matrix training) {
      double sum = training.rows().values().stream().mapToDouble(row -> row[0]).sum();
      return Learned.builder().put("mean", sum / training.rows().size()).build();
    }

    @Override
    public ModalityData.Matrix apply(Learned learned, ModalityData.Matrix data) {
      Map<String, float[]> rows = new LinkedHashMap<>();
      data.rows()
          .forEach((sample, row) ->
              rows.put(sample, new float[] {(float) (row[0] - learned.number("mean"))}));
      return ModalityData.Matrix.of(data.features(), rows);
    }
  };

  /** The id of a text's only word is its place in the vocabulary, 0 where it is not there; at most 2 ids. */
  private static final Tokenizer WORDS = new Tokenizer() {
    @Override
    public Learned fit(ReadContext context, Collection<String> training) {
      return Learned.builder().put("words", String.join(" ", training)).build();
    }

    private List<String> words(Learned learned) {
      return Arrays.asList(("pad " + learned.values().get("words")).split(" "));
    }

    @Override
    public int vocabularySize(Learned learned) {
      return words(learned).size();
    }

    @Override
    public int[] encode(Learned learned, String text) {
      return Arrays.stream(text.strip().split(" "))
          .filter(word -> !word.isEmpty())
          .limit(2)
          .mapToInt(word -> Math.max(0, words(learned).indexOf(word)))
          .toArray();
    }

    @Override
    public int length(Learned learned, String text) {
      return text.strip().split(" ").length;
    }
  };

  private static final Encoder ENCODER = (net, input) -> {
    throw new AssertionError("nothing is built here");
  };

  private static final WiredParts PARTS = new WiredParts() {
    @Override
    public <P> P get(String slot, Class<P> kind) {
      return kind.cast(
          Map.of("centre", CENTRE, "words", WORDS, "encoder", ENCODER).get(slot));
    }

    @Override
    public PartInvoker code() {
      throw new AssertionError();
    }
  };

  private static PartUse use(String slot, PartKind kind) {
    return new PartUse(slot, kind, slot, Map.of());
  }

  private static Experiment experiment(Experiment.Initialize initialize) {
    PartUse encoder = use("encoder", PartKind.ENCODER);
    return new Experiment(
        Path.of("e.json"),
        "test",
        1,
        null,
        new TreeMap<>(Map.of(
            "note",
            new Experiment.Modality(
                false, null, List.of(), use("words", PartKind.TOKENIZER), encoder),
            "lab",
            new Experiment.Modality(
                false, null, List.of(use("centre", PartKind.TRANSFORM)), null, encoder))),
        2,
        null,
        null,
        null,
        new TreeMap<>(),
        List.of(),
        null,
        null,
        1,
        List.of(),
        List.of(),
        Experiment.Reporting.USUAL,
        null,
        null,
        initialize,
        new TreeMap<>(),
        null);
  }

  private static Cohort cohort(Map<String, Float> lab, Map<String, String> notes) {
    Map<String, float[]> rows = new TreeMap<>();
    lab.forEach((patient, value) -> rows.put(patient, new float[] {value}));
    List<String> patients = new ArrayList<>(rows.keySet());
    notes.keySet().stream().filter(p -> !rows.containsKey(p)).sorted().forEach(patients::add);
    TreeMap<String, ModalityData> modalities = new TreeMap<>();
    modalities.put("lab", ModalityData.Matrix.of(List.of("crp"), rows));
    if (!notes.isEmpty()) {
      modalities.put("note", ModalityData.Texts.of(new TreeMap<>(notes)));
    }
    return new Cohort(patients, Cohort.single(patients), new TreeMap<>(), modalities, null);
  }

  private static final Cohort COHORT = cohort(
      Map.of("a", 1f, "b", 3f, "c", 100f),
      Map.of("a", "pain", "b", "fever", "c", "cough pain again", "d", "pain"));

  private final List<String> told = new ArrayList<>();

  private Dataset fit(Experiment experiment, Cohort cohort, Preparation.Source source) {
    return Preparation.fit(
        experiment, PARTS, cohort, List.of("a", "b"), source, new MissingCellsTest.Notes(told));
  }

  private static float lab(Dataset dataset, String sample) {
    return ((Dataset.Vectors) dataset.inputs().get("lab")).rows().get(sample)[0];
  }

  private static int[] ids(Dataset dataset, String sample) {
    return ((Dataset.Tokens) dataset.inputs().get("note")).ids().get(sample);
  }

  @Test
  void trainingPatientsAloneAreLearnedFrom() {
    Dataset dataset = fit(experiment(null), COHORT, null);
    assertEquals(-1, lab(dataset, "a"), "1 less the mean of 1 and 3");
    assertEquals(98, lab(dataset, "c"));
    assertArrayEquals(new int[] {2}, ids(dataset, "b"));
    assertArrayEquals(new int[] {0, 1}, ids(dataset, "c"), "cough is not a word of training");
    assertEquals(
        List.of("modality note: 1 text outside of training is longer than the tokenizer's limit and"
            + " cut, such as that of c"),
        told);
  }

  @Test
  void newPatientsArePreparedByWhatWasLearned() {
    ObjectNode learned = fit(experiment(null), COHORT, null).learned();
    Dataset applied = Preparation.apply(
        experiment(null),
        PARTS,
        cohort(Map.of("x", 5f), Map.of("x", "fever")),
        learned,
        new MissingCellsTest.Notes(told));
    assertEquals(3, lab(applied, "x"));
    assertArrayEquals(new int[] {2}, ids(applied, "x"));
    assertEquals(learned, applied.learned());
    Dataset shapes = Dataset.shapes(learned);
    assertEquals(1, shapes.inputs().get("lab").width());
    assertEquals(3, ((Dataset.Tokens) shapes.inputs().get("note")).vocabularySize());
  }

  @Test
  void aCohortMayLackAModality() {
    ObjectNode learned = fit(experiment(null), COHORT, null).learned();
    Dataset applied = Preparation.apply(
        experiment(null),
        PARTS,
        cohort(Map.of("x", 5f), Map.of()),
        learned,
        new MissingCellsTest.Notes(told));
    assertEquals(Set.of(), applied.inputs().get("note").samples());
    assertEquals(3, ((Dataset.Tokens) applied.inputs().get("note")).vocabularySize());
  }

  @Test
  void aPatientWhoseOnlyTextHasNoWordsIsRefused() {
    Cohort cohort = cohort(Map.of("a", 1f, "b", 3f), Map.of("a", "pain", "b", "fever", "d", "  "));
    assertEquals(
        "patient d has no modality left: the text holds no words",
        assertThrows(DataException.class, () -> fit(experiment(null), cohort, null))
            .getMessage());
  }

  @Test
  void whatAnEncoderStartsFromIsPreparedAsThere() {
    ObjectNode learned = fit(experiment(null), COHORT, null).learned();
    Experiment starting =
        experiment(new Experiment.Initialize(Path.of("earlier"), List.of("lab"), false));
    ObjectNode modalities = JsonNodeFactory.instance.objectNode();
    modalities.putObject("lab").putArray("transforms").addObject().put("type", "centre");
    told.clear();
    Dataset dataset = fit(
        starting,
        cohort(Map.of("a", 11f, "b", 13f), Map.of("a", "rash", "b", "pain")),
        new Preparation.Source(learned, modalities));
    assertEquals(9, lab(dataset, "a"), "the mean of the earlier run is taken off");
    assertArrayEquals(new int[] {1}, ids(dataset, "a"), "the text is learned anew");
    assertEquals(
        List.of("modality lab is prepared as in earlier, where its encoder starts from"), told);
    modalities.withObject("lab").putArray("transforms").addObject().put("type", "log1p");
    String message = assertThrows(
            FaultsException.class,
            () -> fit(starting, COHORT, new Preparation.Source(learned, modalities)))
        .getMessage();
    assertTrue(
        message.contains(
            "has the transforms and tokenizer [centre]; the encoder starts from earlier"
                + ", where they are [log1p]"),
        message);
  }
}
