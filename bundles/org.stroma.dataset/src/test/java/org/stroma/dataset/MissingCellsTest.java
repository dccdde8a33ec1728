/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.ReadContext;
import org.stroma.api.data.Table;
import org.stroma.experiment.Experiment;
import org.stroma.parts.Json;

class MissingCellsTest {
  private static final Experiment.Modality PLAIN =
      new Experiment.Modality(false, null, List.of(), null, null);

  private static Dataset.Vectors prepared(
      ModalityData.Matrix matrix, ObjectNode before, boolean gaps, List<String> notes) {
    return new MatrixPreparation(new ModalityPreparation(
            "blood",
            PLAIN,
            null,
            Set.of("p"),
            before,
            JsonNodeFactory.instance.objectNode(),
            gaps,
            new Notes(notes)))
        .prepare(matrix);
  }

  /** Hears what the user is told, and gives no files. */
  record Notes(List<String> notes) implements ReadContext {
    @Override
    public Path resolve(String path) {
      throw new AssertionError();
    }

    @Override
    public Map<String, List<Path>> files(String template, String table, boolean absent) {
      throw new AssertionError();
    }

    @Override
    public Table cohort() {
      throw new AssertionError();
    }

    @Override
    public String idColumn() {
      throw new AssertionError();
    }

    @Override
    public void note(String message) {
      notes.add(message);
    }
  }

  @Test
  void theyComeToAnEncoderThatTakesThemAndToNoOther() {
    ModalityData.Matrix matrix = ModalityData.Matrix.of(
        List.of("crp", "ldh"), Map.of("p", new float[] {1, Float.NaN}, "q", new float[] {2, 3}));
    Dataset.Vectors vectors = prepared(matrix, null, true, new ArrayList<>());
    assertArrayEquals(new float[] {1, Float.NaN}, vectors.rows().get("p"));
    String message = assertThrows(
            DataException.class, () -> prepared(matrix, null, false, new ArrayList<>()))
        .getMessage();
    assertTrue(
        message.contains("patient p has no value for ldh; add the transform zscore"), message);
  }

  @Test
  void aColumnThatANewCohortLacksIsOneOfMissingCells() {
    ObjectNode before = JsonNodeFactory.instance.objectNode().put("width", 2);
    before.putArray("features").add("crp").add("ldh");
    List<String> notes = new ArrayList<>();
    Dataset.Vectors vectors = prepared(
        ModalityData.Matrix.of(List.of("ldh"), Map.of("q", new float[] {3})), before, true, notes);
    assertArrayEquals(new float[] {Float.NaN, 3}, vectors.rows().get("q"));
    assertEquals(1, notes.size());
  }

  @Test
  void whatAPartLearnedIsReadAsItWasWritten() throws Exception {
    String json =
        "{\"features\":[\"a\"],\"mean\":[0.1,1.0E-5,2.0],\"size\":300,\"tokenizer\":{\"id\":null,\"pairs\":[[\"x\",-1.5]]}}";
    Learned learned = LearnedJson.read("zscore", Json.MAPPER.readTree(json));
    assertEquals(json, LearnedJson.write(learned).toString());
    assertArrayEquals(new double[] {0.1, 1e-5, 2}, learned.doubles("mean"));
    assertEquals(
        "[0.1,0.25]",
        LearnedJson.write(Learned.builder().put("x", new float[] {0.1f, 0.25f}).build())
            .path("x")
            .toString());
  }

  @Test
  void whatIsKeptOfAPartHasToBeAnObject() throws Exception {
    for (String[] kept : new String[][] {
      {"[]", "it is [] and"},
      {"7", "it is 7 and"},
      {"{\"transforms\": null}", "it is null and"},
      {"{}", "it is not there"}
    }) {
      JsonNode json = Json.MAPPER.readTree(kept[0]);
      JsonNode state = json.isObject() ? json.path("transforms") : json;
      String message = assertThrows(DataException.class, () -> LearnedJson.read("zscore", state))
          .getMessage();
      assertTrue(
          message.startsWith(
              "what zscore learned (in preparation.json) cannot be used: " + kept[1]),
          message);
    }
  }
}
