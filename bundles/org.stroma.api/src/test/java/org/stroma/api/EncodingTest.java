/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/** What parts hand out: encodings, fused vectors, sequences of visits. */
class EncodingTest {
  private static final EncodingKey<TFloat32> SCORES =
      EncodingKey.of("org.example.scores", TFloat32.class);
  private static final EncodingKey<TInt32> CLUSTERS =
      EncodingKey.of("org.example.clusters", TInt32.class);

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Operand<TFloat32> a = tf.constant(1f);
  private final Operand<TFloat32> b = tf.constant(2f);
  private final Operand<TFloat32> c = tf.constant(3f);

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void anEmbeddingAloneHasNothingElse() {
    Encoding encoding = Encoding.of(a);
    assertSame(a, encoding.embedding());
    assertTrue(encoding.tokens().isEmpty());
    assertTrue(encoding.attention().isEmpty());
    assertTrue(encoding.get(SCORES).isEmpty());
    assertTrue(encoding.values().isEmpty());
    assertThrows(NullPointerException.class, () -> Encoding.of(null));
  }

  @Test
  void anEncodingIsBuiltInAnyOrderAndEachStepIsACopy() {
    Operand<TInt32> clusters = tf.constant(4);
    Encoding plain = Encoding.of(a);
    Encoding all = plain
        .with(CLUSTERS, clusters)
        .withAttention("second", c)
        .withAttention(b)
        .withTokens(b, c)
        .with(SCORES, c);
    assertSame(a, all.embedding());
    assertSame(b, all.tokens().orElseThrow().values());
    assertSame(c, all.tokens().orElseThrow().mask());
    assertEquals(Map.of(Encoding.ATTENTION, b, "second", c), all.attention());
    assertSame(c, all.get(SCORES).orElseThrow());
    assertSame(clusters, all.get(CLUSTERS).orElseThrow());
    assertEquals(List.of(CLUSTERS, SCORES), List.copyOf(all.values().keySet()));
    assertTrue(plain.tokens().isEmpty() && plain.attention().isEmpty());
    assertTrue(plain.values().isEmpty());
  }

  @Test
  void whatIsGivenAgainReplacesInTheCopyAlone() {
    Encoding first = Encoding.of(a).withAttention(a).with(SCORES, a).withTokens(a, a);
    Encoding second = first.withAttention(b).with(SCORES, b).withTokens(b, b);
    assertSame(a, first.attention().get(Encoding.ATTENTION));
    assertSame(a, first.get(SCORES).orElseThrow());
    assertSame(a, first.tokens().orElseThrow().values());
    assertSame(b, second.attention().get(Encoding.ATTENTION));
    assertSame(b, second.get(SCORES).orElseThrow());
    assertSame(b, second.tokens().orElseThrow().values());
  }

  @Test
  void whatIsReadCannotBeChanged() {
    Encoding encoding = Encoding.of(a).withAttention(b).with(SCORES, c);
    assertThrows(UnsupportedOperationException.class, () -> encoding.attention().put("x", a));
    assertThrows(UnsupportedOperationException.class, () -> encoding.values().clear());
    Fused fused = Fused.of(a).withAttention("x", b).withBranch("rna", a, b);
    assertThrows(UnsupportedOperationException.class, () -> fused.attention().clear());
    assertThrows(UnsupportedOperationException.class, () -> fused.branches().clear());
    assertThrows(UnsupportedOperationException.class, () -> fused.weights().clear());
  }

  @Test
  void halfOfAPairIsRefused() {
    Encoding encoding = Encoding.of(a);
    assertThrows(NullPointerException.class, () -> encoding.withTokens(a, null));
    assertThrows(NullPointerException.class, () -> encoding.withTokens(null, a));
    assertThrows(NullPointerException.class, () -> Fused.of(a).withBranch("rna", a, null));
    assertThrows(IllegalArgumentException.class, () -> encoding.withAttention(" ", a));
  }

  /** Parts of different bundles meet by the key's name and type; neither has the other's constant. */
  @Test
  void keysOfOneNameAndTypeAreOne() {
    assertEquals(SCORES, EncodingKey.of("org.example.scores", TFloat32.class));
    assertEquals(
        SCORES.hashCode(), EncodingKey.of("org.example.scores", TFloat32.class).hashCode());
    assertNotEquals(SCORES, EncodingKey.of("org.example.scores", TInt32.class));
    assertNotEquals(SCORES, EncodingKey.of("org.example.others", TFloat32.class));
    Encoding encoding = Encoding.of(a).with(SCORES, b);
    assertSame(
        b, encoding.get(EncodingKey.of("org.example.scores", TFloat32.class)).orElseThrow());
    assertTrue(encoding.get(EncodingKey.of("org.example.scores", TInt32.class)).isEmpty());
  }

  /** Only an unchecked cast gets there, such as that of a part written without generics. */
  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void aValueOfAnotherTypeThanItsKeyIsRefusedInASentence() {
    EncodingKey<TType> raw = (EncodingKey) CLUSTERS;
    Operand<TType> value = (Operand) a;
    var e = assertThrows(IllegalArgumentException.class, () -> Encoding.of(a).with(raw, value));
    assertEquals("org.example.clusters is of TInt32, and not of TFloat32", e.getMessage());
  }

  @Test
  void theKeysOfClamAndDsmilAreDifferent() {
    assertEquals(
        3,
        java.util.Set.of(
                EncodingKey.INSTANCE_LOGITS,
                EncodingKey.CLASS_ATTENTION,
                EncodingKey.INSTANCE_SCORES)
            .size());
  }

  @Test
  void fusedBranchesHaveAWeightEach() {
    Fused plain = Fused.of(a);
    Fused late = plain.withBranch("wsi", b, c).withBranch("rna", c, b).withAttention("x", a);
    assertSame(a, late.embedding());
    assertEquals(Map.of("rna", c, "wsi", b), late.branches());
    assertEquals(Map.of("rna", b, "wsi", c), late.weights());
    assertEquals(Map.of("x", a), late.attention());
    assertEquals("rna", late.branches().firstKey());
    assertTrue(plain.branches().isEmpty() && plain.weights().isEmpty());
    assertTrue(plain.attention().isEmpty());
  }

  @Test
  void aSequenceTellsOfProgressionOnlyIfItHasAny() {
    TemporalModule.Sequence plain = TemporalModule.Sequence.of(a, b);
    assertTrue(plain.progression().isEmpty());
    TemporalModule.Sequence with = plain.withProgression(c);
    assertSame(a, with.embedding());
    assertSame(b, with.states());
    assertSame(c, with.progression().orElseThrow());
    assertTrue(plain.progression().isEmpty());
  }
}
