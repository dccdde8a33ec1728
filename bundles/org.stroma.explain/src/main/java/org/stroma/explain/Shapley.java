/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import java.util.function.LongToDoubleFunction;

/**
 * Shapley values (1953): of each player the mean, over all orders in which players may join, of what the game's worth changes by when
 * the player does. They add up to the worth of all less that of none.
 */
final class Shapley {
  private Shapley() {}

  /**
   * Exactly, from all coalitions.
   *
   * @param players the bits of those who play, 20 at most
   * @param worth of each coalition, by its bits
   * @return a value a player, in the order of the bits
   */
  static double[] values(long players, LongToDoubleFunction worth) {
    int count = Long.bitCount(players);
    if (count > 20) {
      throw new IllegalArgumentException(count + " players have too many coalitions");
    }
    long[] bits = bits(players);
    double[] worths = new double[1 << count];
    for (int coalition = 0; coalition < worths.length; coalition++) {
      worths[coalition] = worth.applyAsDouble(spread(coalition, bits));
    }
    // of the orders, the share in which a player joins when just those of a coalition of that size
    // are there
    double[] share = new double[count];
    for (int size = 0; size < count; size++) {
      share[size] = size == 0 ? 1.0 / count : share[size - 1] * size / (count - size);
    }
    double[] values = new double[count];
    for (int coalition = 0; coalition < worths.length; coalition++) {
      for (int player = 0; player < count; player++) {
        if ((coalition >> player & 1) == 0) {
          values[player] += share[Integer.bitCount(coalition)]
              * (worths[coalition | 1 << player] - worths[coalition]);
        }
      }
    }
    return values;
  }

  private static long[] bits(long of) {
    long[] bits = new long[Long.bitCount(of)];
    long rest = of;
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Long.lowestOneBit(rest);
      rest ^= bits[i];
    }
    return bits;
  }

  private static long spread(int coalition, long[] bits) {
    long spread = 0;
    for (int i = 0; i < bits.length; i++) {
      spread |= (coalition >> i & 1) == 0 ? 0 : bits[i];
    }
    return spread;
  }
}
