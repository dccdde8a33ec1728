/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChanceTest {
  /**
   * Experiments are repeated with other versions of Stroma and of Java: the numbers of a place never change. The bits
   * were computed by ten lines of Python from the formula in the Javadoc of Chance.
   */
  @Test
  void theNumbersOfAPlaceArePinned() {
    assertEquals(6473319136153829954L, new Chance(0, 0, 0, 0).bits(Chance.Purpose.INITIAL_VALUES));
    assertEquals(2332626536563963338L, new Chance(7, 1, 2, 3).bits(4, Chance.Purpose.PATCH_DRAW));
    RandomGenerator random = new Chance(7, 1, 2, 3).generator(4, Chance.Purpose.BATCH_ORDER);
    assertEquals(
        "717 456 323 681",
        random.ints(4, 0, 1000).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    assertEquals(0.49590101045146184, random.nextDouble());
  }

  @Test
  void theSamePlaceDrawsTheSameWhateverWasDrawnBefore() {
    Chance chance = new Chance(3, 0, 1, 2);
    long[] first = chance.generator(5, Chance.Purpose.PATCH_DRAW).longs(20).toArray();
    chance.generator(4, Chance.Purpose.PATCH_DRAW).nextLong();
    chance.generator(5, Chance.Purpose.BATCH_ORDER).nextLong();
    assertEquals(
        Arrays.toString(first),
        Arrays.toString(new Chance(3, 0, 1, 2)
            .generator(5, Chance.Purpose.PATCH_DRAW)
            .longs(20)
            .toArray()));
  }

  @Test
  void placesThatDifferDrawOtherNumbers() {
    Set<Long> bits = new HashSet<>();
    int places = 0;
    for (long seed = -2; seed < 3; seed++) {
      for (int repeat = 0; repeat < 3; repeat++) {
        for (int fold = 0; fold < 3; fold++) {
          for (int member = 0; member < 3; member++) {
            Chance chance = new Chance(seed, repeat, fold, member);
            for (Chance.Purpose purpose : Chance.Purpose.values()) {
              bits.add(chance.bits(purpose));
              places++;
              for (int epoch = 0; epoch < 20; epoch++) {
                bits.add(chance.bits(epoch, purpose));
                places++;
              }
            }
          }
        }
      }
    }
    assertEquals(places, bits.size(), "no two places meet");
  }

  /** The number of bits that two neighbours share is binomial: 32 of 64, with standard deviation 4. */
  @Test
  void neighboursShareNoMoreThanChanceWould() {
    double shared = 0;
    int pairs = 2000;
    for (int epoch = 0; epoch < pairs; epoch++) {
      Chance chance = Chance.of(epoch);
      shared += 64
          - Long.bitCount(chance.bits(epoch, Chance.Purpose.DROPOUT)
              ^ chance.bits(epoch + 1, Chance.Purpose.DROPOUT));
      shared += 64
          - Long.bitCount(chance.bits(epoch, Chance.Purpose.DROPOUT)
              ^ chance.bits(epoch, Chance.Purpose.BATCH_ORDER));
    }
    double mean = shared / (2 * pairs);
    assertTrue(Math.abs(mean - 32) < 4 * 4 / Math.sqrt(2 * pairs), "shared bits: " + mean);
  }
}
