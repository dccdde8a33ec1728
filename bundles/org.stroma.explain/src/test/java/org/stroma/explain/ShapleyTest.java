/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapleyTest {
  /** Two have a left glove, one a right one; a pair is worth 1 (Shapley and Shubik 1969). */
  @Test
  void glovesAreWorthWhatTheyAreByHand() {
    double[] values =
        Shapley.values(0b111, hands -> (hands & 0b100) != 0 && (hands & 0b011) != 0 ? 1 : 0);
    assertArrayEquals(new double[] {1 / 6.0, 1 / 6.0, 4 / 6.0}, values, 1e-12);
  }

  /** The mean over all orders, of a game with random worths and players at scattered bits. */
  @Test
  void itIsTheMeanOverAllOrders() {
    long players = 0b1010110;
    Random random = new Random(2);
    double[] worths = new double[128];
    Arrays.setAll(worths, i -> i == 0 ? 0 : random.nextGaussian());
    long[] bits = {0b10, 0b100, 0b10000, 0b1000000};
    double[] mean = new double[4];
    List<int[]> orders = orders(new ArrayList<>(), new int[0]);
    for (int[] order : orders) {
      long there = 0;
      for (int player : order) {
        mean[player] +=
            (worths[(int) (there | bits[player])] - worths[(int) there]) / orders.size();
        there |= bits[player];
      }
    }
    double[] values = Shapley.values(players, coalition -> worths[(int) coalition]);
    assertEquals(24, orders.size());
    assertArrayEquals(mean, values, 1e-12);
    assertEquals(worths[(int) players], Arrays.stream(values).sum(), 1e-12);
  }

  private static List<int[]> orders(List<int[]> all, int[] begun) {
    if (begun.length == 4) {
      all.add(begun);
    }
    for (int i = 0; i < 4 && begun.length < 4; i++) {
      int next = i;
      if (Arrays.stream(begun).noneMatch(b -> b == next)) {
        int[] longer = Arrays.copyOf(begun, begun.length + 1);
        longer[begun.length] = i;
        orders(all, longer);
      }
    }
    return all;
  }

  @Test
  void oneAndNoPlayerAreWorthAllOfIt() {
    assertArrayEquals(
        new double[] {2.5}, Shapley.values(0b1000, coalition -> coalition == 0 ? 0.5 : 3));
    assertEquals(0, Shapley.values(0, coalition -> 3).length);
    assertThrows(IllegalArgumentException.class, () -> Shapley.values((1 << 21) - 1, c -> 0));
  }
}
