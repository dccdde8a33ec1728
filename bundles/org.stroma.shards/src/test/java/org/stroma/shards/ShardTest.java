/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.stroma.command.UsageException;

class ShardTest {
  @Test
  void everyPieceFallsToOneShard() {
    for (int pieces = 0; pieces < 9; pieces++) {
      List<Integer> all = IntStream.range(0, pieces).boxed().toList();
      for (int count = 1; count < 6; count++) {
        TreeSet<Integer> taken = new TreeSet<>();
        for (Shard shard : Shard.all(count)) {
          List<Integer> own = shard.of(all);
          assertEquals(own, all.stream().filter(shard::has).toList());
          assertEquals(own.size(), shard.share(pieces), shard + " of " + pieces);
          own.forEach(piece -> assertTrue(taken.add(piece), shard + " has " + piece + " too"));
        }
        assertEquals(new TreeSet<>(all), taken);
      }
    }
  }

  @Test
  void itIsWrittenAndReadAsTheOptionWantsIt() {
    Shard shard = Shard.of("--shard", " 2/3 ");
    assertEquals(new Shard(2, 3), shard);
    assertEquals(shard, Shard.of("--shard", shard.toString()));
    assertFalse(shard.whole());
    assertTrue(Shard.of("--shard", "0/1").whole());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "3/3", "4/3", "0/0", "-1/3", "a/b", "1/2/3", "0/9999999", "1 / 3"})
  void anythingElseIsRefusedWithWhatWouldBeRight(String text) {
    UsageException refused = assertThrows(UsageException.class, () -> Shard.of("--shard", text));
    assertEquals(
        "--shard is \"" + text
            + "\"; it has to be i/n, shard number i of n, where i is 0 to n - 1, such as 0/4",
        refused.getMessage());
  }

  @Test
  void aProcessGetsTheLineWithItsShard() {
    assertEquals(
        List.of("extract", "slides", "--out", "a b", "--shard", "1/2"),
        ShardOptions.line(
            List.of("extract", "--processes", "2", "slides", "--processes=2", "--out", "a b"),
            new Shard(1, 2)));
  }
}
