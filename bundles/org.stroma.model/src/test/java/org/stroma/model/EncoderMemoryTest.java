/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.stroma.api.Encoder;
import org.stroma.api.Encoding;
import org.stroma.api.ModalityInput;
import org.stroma.api.TargetKind;
import org.stroma.api.data.Bag;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Dataset;
import org.stroma.experiment.TestExperiments;
import org.stroma.nn.Net;
import org.stroma.parts.FaultsException;

/** A bag that cannot be evaluated whole is refused before anything is trained. */
class EncoderMemoryTest {
  /** Memory of self-attention with one head. */
  private static final Encoder SQUARE = new Encoder() {
    @Override
    public Encoding encode(Net net, ModalityInput input) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long memory(long elements) {
      return 8 * elements * elements;
    }
  };

  private static final Dataset PREPARED = new Dataset(
      new TreeMap<>(Map.of(
          "m",
          new Dataset.Bags(
              1,
              Map.of(
                  "short",
                  Bag.of(1, new float[100], null),
                  "long",
                  Bag.of(1, new float[20_000], null))))),
      JsonNodeFactory.instance.objectNode());

  private final EncoderMemory memory = new EncoderMemory(
      TestExperiments.of(Map.of("os", TargetKind.SURVIVAL), null), modality -> SQUARE);

  @Test
  void theLongestBagIsComparedWithWhatIsFree() {
    Map<String, List<Cohort.Visit>> visits = Cohort.single(List.of("short", "long"));
    String message = assertThrows(
            FaultsException.class,
            () -> memory.check(PREPARED, visits, List.of("short", "long"), 2L << 30))
        .getMessage();
    assertTrue(
        message.startsWith(
            "/modalities/m/encoder: needs about 2 GB for the 20,000 patches of patient long"),
        message);
    assertDoesNotThrow(() -> memory.check(PREPARED, visits, List.of("short", "long"), 4L << 30));
    assertDoesNotThrow(() -> memory.check(PREPARED, visits, List.of("short"), 2L << 30));
  }

  @Test
  void encodersThatSayNothingNeedNothing() {
    Encoder linear = (net, input) -> null;
    assertEquals(0, linear.memory(1_000_000));
  }

  @Test
  void aStepThatWouldNotFitIsRefusedWithItsSizesAndWaysOut() {
    Map<String, List<Cohort.Visit>> visits = Cohort.single(List.of("short", "long"));
    long each = 8L * 20_000 * 20_000; // and 32 times the width of embeddings an element
    String message = assertThrows(
            FaultsException.class,
            () -> memory.checkStep(PREPARED, visits, List.of("short", "long"), 16, 0, 2 * each))
        .getMessage();
    assertTrue(
        message.startsWith(
            "/modalities/m/encoder: needs about 5 GB for a training step of 2 patients with up to 20,000 patches each, and 5 GB are free"),
        message);
    assertTrue(message.contains("training.patchBudget"), message);
    assertDoesNotThrow(
        () -> memory.checkStep(PREPARED, visits, List.of("short", "long"), 16, 0, 3 * each));
    assertDoesNotThrow(() -> memory.checkStep(PREPARED, visits, List.of("short"), 16, 0, 1L << 30));
    assertDoesNotThrow(
        () -> memory.checkStep(PREPARED, visits, List.of("short", "long"), 16, 5_000, 1L << 30),
        "a budget of patches is what a step sees");
  }
}
