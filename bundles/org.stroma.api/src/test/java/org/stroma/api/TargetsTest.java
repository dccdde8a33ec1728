/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;

class TargetsTest {
  private static final TargetInfo.Classes THREE =
      TargetInfo.classes(new float[] {0.5f, 0.25f, 0.25f}, List.of("a", "b", "c"));

  private static void refused(String words, Executable executable) {
    String message = assertThrows(IllegalArgumentException.class, executable).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void whatIsKnownIsToldApartByItsClass() {
    TargetInfo patches = TargetInfo.patches("wsi", THREE);
    assertEquals(TargetKind.PATCHES, patches.kind());
    assertEquals("wsi", patches.requirePatches().modality());
    assertEquals(3, patches.requireLabelled().count());
    assertArrayEquals(
        new float[] {0.5f, 0.25f, 0.25f}, patches.requireLabelled().shares());
    assertEquals(List.of("a", "b", "c"), patches.requireLabelled().names());
    assertSame(THREE, THREE.requireClasses());
    assertArrayEquals(new float[] {1, 2}, TargetInfo.survival(1, 2).cuts());
    assertEquals(2, TargetInfo.number(5, 2).scale());
    assertArrayEquals(new float[] {0.5f, 0.5f}, TargetInfo.classes(2).shares());
  }

  @Test
  void anotherKindIsRefusedInASentence() {
    refused(
        "takes targets of kind class; this one is of kind patches",
        () -> TargetInfo.patches("wsi", THREE).requireClasses());
    refused(
        "takes targets of kind class or patches; this one is of kind number",
        () -> TargetInfo.number(0, 1).requireLabelled());
    refused("kind survival", THREE::requireSurvival);
    refused(
        "there are 1 shares of classes and 2 names",
        () -> TargetInfo.classes(new float[] {1}, List.of("a", "b")));
  }

  @Test
  void whatIsKnownCannotBeChanged() {
    THREE.shares()[0] = 9;
    assertEquals(0.5f, THREE.shares()[0]);
    float[] cuts = {1, 2};
    TargetInfo.Survival survival = TargetInfo.survival(cuts);
    cuts[0] = 9;
    assertEquals(1, survival.cuts()[0]);
  }

  @Test
  void valuesAndWhatIsKnownOfThemAreOfOneKind() {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      var numbers = tf.constant(new float[] {1, 2});
      TargetInput value = TargetInput.number(numbers, numbers);
      assertSame(numbers, value.requireNumber().value());
      refused("takes targets of kind patches; this one is of kind number", value::requirePatches);
      refused(
          "the values are of a number target, and what is known is of one of kind class",
          () -> LossInput.of(numbers, value, THREE));
      LossInput input = LossInput.of(numbers, value, TargetInfo.number(0, 1));
      assertEquals(0, input.trainingPatients());
      assertThrows(IllegalStateException.class, input::trainingIndex);
      var index = tf.constant(new int[] {4, 7});
      assertSame(index, input.withTrainingIndex(index, 9).trainingIndex());
      assertEquals(9, input.withTrainingIndex(index, 9).trainingPatients());
    }
  }

  @Test
  void everyKindHasAPrediction() {
    assertEquals(
        Map.of(
            TargetKind.SURVIVAL, Prediction.RISK,
            TargetKind.CLASS, Prediction.PROBABILITY,
            TargetKind.NUMBER, Prediction.VALUE,
            TargetKind.COUNT, Prediction.VALUE,
            TargetKind.LABELS, Prediction.PROBABILITY,
            TargetKind.PATCHES, Prediction.PROBABILITY),
        java.util.Arrays.stream(TargetKind.values())
            .collect(java.util.stream.Collectors.toMap(kind -> kind, TargetKind::prediction)));
  }

  @Test
  void predictionsAreEqualByName() {
    assertEquals(Prediction.RISK, Prediction.of("risk"));
    assertEquals(Prediction.RISK.hashCode(), Prediction.of("risk").hashCode());
    for (String name : List.of("", "a.b", "heads/x", "2nd", "a b")) {
      refused("cannot be called \"" + name + "\"", () -> Prediction.of(name));
    }
  }
}
