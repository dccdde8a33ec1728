/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Transform;
import org.stroma.experiment.Experiment;
import org.stroma.parts.PartInvoker;
import org.stroma.parts.PartKind;
import org.stroma.parts.PartUse;
import org.stroma.parts.WiredParts;

/** Where explanations start: the mean of the training patients, after the transforms. */
class TrainingMeanTest {
  private static final Map<String, float[]> ROWS = Map.of(
      "a", new float[] {1, Float.NaN, Float.NaN},
      "b", new float[] {3, 5, Float.NaN},
      "test", new float[] {100, 100, 100});

  private static final Transform SAME = new Transform() {
    @Override
    public Learned fit(ModalityData.Matrix training) {
      return Learned.builder().build();
    }

    @Override
    public ModalityData.Matrix apply(Learned learned, ModalityData.Matrix data) {
      return data;
    }
  };

  private static Dataset.Vectors prepared(String transform, ObjectNode kept, ObjectNode learned) {
    WiredParts parts = new WiredParts() {
      @Override
      public <P> P get(String slot, Class<P> kind) {
        return kind.cast(SAME);
      }

      @Override
      public PartInvoker code() {
        throw new AssertionError();
      }
    };
    List<PartUse> transforms =
        List.of(new PartUse("transform", PartKind.TRANSFORM, transform, Map.of()));
    return new MatrixPreparation(new ModalityPreparation(
            "rna",
            new Experiment.Modality(false, null, transforms, null, null),
            parts,
            kept == null ? Set.of("a", "b") : null,
            kept,
            learned,
            true,
            new MissingCellsTest.Notes(new ArrayList<>())))
        .prepare(ModalityData.Matrix.of(List.of("x", "y", "z"), ROWS));
  }

  @Test
  void itIsOfTrainingPatientsWhoHaveTheCellAndIsKept() {
    ObjectNode learned = JsonNodeFactory.instance.objectNode();
    Dataset.Vectors fitted = prepared("log1p", null, learned);
    assertArrayEquals(new float[] {2, 5, 0}, fitted.mean());
    assertEquals(List.of("x", "y", "z"), fitted.features());
    ObjectNode again = JsonNodeFactory.instance.objectNode();
    assertArrayEquals(new float[] {2, 5, 0}, prepared("log1p", learned, again).mean());
    learned.remove("mean");
    assertNull(prepared("log1p", learned, again).mean(), "a run of before");
  }

  @Test
  void whatIsStandardisedStartsAtZeroAndKeepsNothing() {
    ObjectNode learned = JsonNodeFactory.instance.objectNode();
    assertArrayEquals(new float[3], prepared("zscore", null, learned).mean());
    assertFalse(learned.has("mean"));
    assertArrayEquals(
        new float[3],
        prepared("zscore", learned, JsonNodeFactory.instance.objectNode()).mean());
  }
}
