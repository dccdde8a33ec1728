/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class ModalityInputTest {
  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Operand<TFloat32> values = tf.constant(new float[][][] {{{1, 2}}});
  private final Operand<TFloat32> others = tf.constant(new float[][][] {{{3, 4}}});
  private final Operand<TFloat32> mask = tf.constant(new float[][] {{1}});
  private final Operand<TFloat32> otherMask = tf.constant(new float[][] {{0}});
  private final Operand<TInt32> ids = tf.constant(new int[][] {{7}});
  private final Operand<TInt32> coordinates = tf.constant(new int[][][] {{{3, 4}}});
  private final Operand<TFloat32> presence = tf.constant(new float[] {1});

  private final ModalityInput vectors = ModalityInput.vectors(values, presence);
  private final ModalityInput bags = ModalityInput.bags(values, mask, coordinates, presence);
  private final ModalityInput texts = ModalityInput.texts(ids, mask, presence, 9);

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void aViewGivesWhatItWasMadeOf() {
    assertSame(values, vectors.vectors().values());
    assertSame(values, bags.bags().values());
    assertSame(mask, bags.bags().mask());
    assertSame(coordinates, bags.bags().coordinates().orElseThrow());
    assertSame(ids, texts.texts().ids());
    assertSame(mask, texts.texts().mask());
    assertEquals(9, texts.texts().vocabularySize());
    for (ModalityInput input : new ModalityInput[] {vectors, bags, texts}) {
      assertSame(presence, input.presence());
    }
    assertInstanceOf(ModalityInput.Vectors.class, vectors);
    assertInstanceOf(ModalityInput.Bags.class, bags);
    assertInstanceOf(ModalityInput.Texts.class, texts);
  }

  @Test
  void placesThatAreUnknownAreEmpty() {
    assertTrue(ModalityInput.bags(values, mask, presence).coordinates().isEmpty());
    assertThrows(
        NullPointerException.class, () -> ModalityInput.bags(values, mask, null, presence));
  }

  @Test
  void aViewOfAnotherKindIsRefusedInASentenceThatNamesBoth() {
    String row = "the encoder takes one vector a patient, such as a row of a matrix";
    String bag = "the encoder takes a bag of vectors a patient, such as the patches of a slide";
    String text = "the encoder takes texts that a tokenizer has made into ids";
    refuses(row + "; the modality gives bags of vectors", bags, ModalityInput::vectors);
    refuses(row + "; the modality gives texts", texts, ModalityInput::vectors);
    refuses(bag + "; the modality gives vectors", vectors, ModalityInput::bags);
    refuses(bag + "; the modality gives texts", texts, ModalityInput::bags);
    refuses(text + "; the modality gives vectors", vectors, ModalityInput::texts);
    refuses(text + "; the modality gives bags of vectors", bags, ModalityInput::texts);
  }

  private static void refuses(
      String sentence, ModalityInput input, Function<ModalityInput, ?> view) {
    var e = assertThrows(IllegalArgumentException.class, () -> view.apply(input));
    assertEquals(sentence, e.getMessage());
  }

  @Test
  void whatIsChangedIsACopyWithAllTheRest() {
    ModalityInput.Vectors v = vectors.vectors().withValues(others);
    assertSame(others, v.values());
    assertSame(presence, v.presence());
    ModalityInput.Bags b = bags.bags().withValues(others).withMask(otherMask);
    assertSame(others, b.values());
    assertSame(otherMask, b.mask());
    assertSame(coordinates, b.coordinates().orElseThrow());
    assertSame(presence, b.presence());
    Operand<TInt32> other = tf.constant(new int[][] {{8}});
    ModalityInput.Texts t = texts.texts().withIds(other).withMask(otherMask);
    assertSame(other, t.ids());
    assertSame(otherMask, t.mask());
    assertEquals(9, t.vocabularySize());
    assertSame(presence, t.presence());
    assertSame(values, vectors.vectors().values());
    assertSame(values, bags.bags().values());
    assertSame(mask, bags.bags().mask());
    assertSame(ids, texts.texts().ids());
    assertSame(mask, texts.texts().mask());
  }

  @Test
  void aTaskOfOneModalitySaysSoIfItIsGivenSeveral() {
    assertEquals("rna", Pretext.only(new TreeMap<>(Map.of("rna", vectors))));
    var e = assertThrows(
        IllegalArgumentException.class,
        () -> Pretext.only(new TreeMap<>(Map.of("wsi", bags, "rna", vectors))));
    assertEquals("the task takes one modality, and is given 2: rna, wsi", e.getMessage());
  }
}
