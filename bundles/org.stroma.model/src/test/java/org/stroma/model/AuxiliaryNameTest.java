/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoding;
import org.stroma.api.Prediction;

class AuxiliaryNameTest {
  @Test
  void theKeyIsTheModalityThatIsAttendedOver() {
    assertEquals("wsi", AuxiliaryName.attention("wsi", Encoding.ATTENTION).key());
    assertEquals("wsi", AuxiliaryName.attention("wsi", "head 2").key());
    assertEquals("wsi", AuxiliaryName.fusion("text->wsi").key());
    assertEquals("gate", AuxiliaryName.fusion("gate").key());
    assertTrue(AuxiliaryName.fusion("text->wsi").isCross());
    assertFalse(AuxiliaryName.attention("wsi", "a->b").isCross(), "an encoder's own name");
    assertFalse(AuxiliaryName.patches("tissue", Prediction.PROBABILITY).isCross());
  }

  @Test
  void unnamedComesBeforeNamedAndAttentionBeforeFusion() {
    AuxiliaryName unnamed = AuxiliaryName.attention("wsi", Encoding.ATTENTION);
    AuxiliaryName named = AuxiliaryName.attention("wsi", "a");
    AuxiliaryName other = AuxiliaryName.attention("wsi2", Encoding.ATTENTION);
    AuxiliaryName fusion = AuxiliaryName.fusion("a");
    assertEquals(
        List.of(unnamed, named, other, fusion),
        List.copyOf(new TreeSet<>(List.of(fusion, other, named, unnamed))));
  }
}
