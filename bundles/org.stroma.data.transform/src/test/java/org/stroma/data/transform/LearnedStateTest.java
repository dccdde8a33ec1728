/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stroma.api.data.DataException;
import org.stroma.api.data.Learned;
import org.stroma.api.data.ModalityData.Matrix;
import org.stroma.api.data.Transform;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.Stored;

/** A damaged or foreign state is refused in words, where it would give numbers that look right. */
class LearnedStateTest {
  private static final Matrix DATA = Matrix.of(List.of("a", "b"), Map.of("p", new float[] {1, 2}));

  private static final Transform ZSCORE = new ZScore(Defaults.of(ZScore.Settings.class));
  private static final Transform TOP = new TopVariance(Defaults.of(TopVariance.Settings.class));
  private static final Transform LOG = new Log1p(Defaults.of(Log1p.Settings.class));

  private static void refuses(Transform transform, String state, String words) {
    Learned learned = Stored.of(state.replace('\'', '"'));
    String message =
        assertThrows(DataException.class, () -> transform.apply(learned, DATA)).getMessage();
    assertTrue(message.contains(words.replace('\'', '"')), message);
    assertTrue(message.contains("preparation.json"), message);
    assertFalse(message.contains("\n"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'features': ['a', 'b'], 'mean': null, 'standardDeviation': [1, 1]} | 'mean' is null",
        "{'features': ['a', 'b'], 'standardDeviation': [1, 1]} | 'mean' is not there",
        "{'features': ['a', 'b'], 'mean': [1, 2]} | 'standardDeviation' is not there",
        "{'features': ['a', 'b'], 'mean': [1], 'standardDeviation': [1, 1]} | 'mean' holds 1 numbers",
        "{'features': ['a', 'b'], 'mean': [1, 2, 3], 'standardDeviation': [1, 1]} | 'mean' holds 3 numbers",
        "{'features': ['a', 'b'], 'mean': ['1', 2], 'standardDeviation': [1, 1]} | 'mean' holds '1' for feature a",
        "{'features': ['a', 'b'], 'mean': [1, null], 'standardDeviation': [1, 1]} | 'mean' holds null for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 'NaN'], 'standardDeviation': [1, 1]} | 'mean' holds 'NaN' for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 1e39], 'standardDeviation': [1, 1]} | 'mean' holds 1.0E39 for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': [1, -1]} | 'standardDeviation' holds -1 for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': [1, true]} | 'standardDeviation' holds true for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': [1, []]} | 'standardDeviation' holds [] for feature b",
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': {'a': 1}} | 'standardDeviation' is {'a':1}",
        "{'features': ['a', 7], 'mean': [1, 2], 'standardDeviation': [1, 1]} | 'features' holds 7 as number 2",
        "{'features': ['a', 'a'], 'mean': [1, 2], 'standardDeviation': [1, 1]} | 'features' holds 'a' as number 1 and as number 2",
        "{'features': [], 'mean': [], 'standardDeviation': []} | 'features' is empty",
        "{'mean': [1, 2], 'standardDeviation': [1, 1]} | 'features' is not there",
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': [1, 1], 'x': 1} | it holds 'x'",
        "{} | 'features' is not there",
      })
  void stateOfZscore(String state, String words) {
    refuses(ZSCORE, state, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'features': ['a', 'b'], 'mean': [1, 2], 'standardDeviation': [1, 1]} | it holds 'mean', which top-variance does not learn",
        "{'features': ['a', null]} | 'features' holds null as number 2",
        "{'features': ['a', '']} | as number 2",
        "{'features': ['b', 'b']} | 'features' holds 'b' as number 1 and as number 2",
        "{'features': 'a'} | 'features' is 'a'",
        "{'features': []} | 'features' is empty",
        "{} | 'features' is not there",
      })
  void stateOfTopVariance(String state, String words) {
    refuses(TOP, state, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{'features': ['a']} | it holds 'features'"})
  void stateOfLog1p(String state, String words) {
    refuses(LOG, state, words);
  }

  @Test
  void stateThatIsNotThereIsRefused() {
    for (Transform transform : List.of(ZSCORE, TOP, LOG)) {
      assertTrue(assertThrows(DataException.class, () -> transform.apply(null, DATA))
          .getMessage()
          .contains("it is not there"));
    }
  }

  /** A feature that does not vary in training has a deviation of 0, and all of a small fold may be such. */
  @Test
  void featureWithoutVariationIsNoDamage() {
    Learned learned = Stored.of(
        "{\"features\": [\"a\", \"b\"], \"mean\": [1, 0.5], \"standardDeviation\": [0, 0.5]}");
    assertArrayEquals(new float[] {0, 3}, ZSCORE.apply(learned, DATA).rows().get("p"));
  }
}
