/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedCellsTest {
  private static PackedCells pack(List<String> cells) {
    PackedCells.Packer packer = new PackedCells.Packer(cells.size());
    for (int i = 0; i < cells.size(); i++) {
      char[] chars = (" " + cells.get(i) + "!").toCharArray();
      packer.set(i, chars, 1, cells.get(i).length());
    }
    return packer.row();
  }

  private static void unchanged(List<String> cells) {
    PackedCells packed = pack(cells);
    char[] chars = new char[PackedCells.LONGEST_DECIMAL];
    for (int i = 0; i < cells.size(); i++) {
      assertEquals(cells.get(i), packed.get(i));
      int length = packed.decimal(i, chars);
      if (length >= 0) {
        assertEquals(cells.get(i), new String(chars, 0, length));
      }
    }
  }

  @Test
  void cellsComeBackToTheLetter() {
    unchanged(List.of(
        "",
        "0",
        "-0",
        "00",
        "007",
        "0.5",
        "0.05",
        "-0.050",
        ".5",
        "5.",
        "+5",
        "-",
        ".",
        "-.",
        "--1",
        "1.2.3",
        "12345678",
        "-12345678",
        "123456789",
        "99999999",
        "1.2345678",
        "0.0000001",
        "0.0000000",
        "0.00000001",
        "1234567.8",
        "12345.6789",
        "-9999999.9",
        "1e5",
        "NA",
        "a,b",
        "M\u00fcller",
        "\u05d0",
        "\ud83e\uddec",
        "\u0661",
        "x".repeat(127),
        "x".repeat(128),
        "\u00e9".repeat(20_000)));
  }

  @Test
  void randomCellsComeBackToTheLetter() {
    Random random = new Random(5);
    String alphabet = "0123456789.-+e";
    for (int round = 0; round < 2_000; round++) {
      List<String> cells = java.util.stream.IntStream.range(0, 20)
          .mapToObj(i -> random
              .ints(random.nextInt(12), 0, random.nextBoolean() ? 10 : alphabet.length())
              .mapToObj(c -> alphabet.substring(c, c + 1))
              .reduce("", String::concat))
          .toList();
      unchanged(cells);
    }
    for (int round = 0; round < 20_000; round++) {
      unchanged(List.of(String.format(
          java.util.Locale.ROOT, "%." + random.nextInt(9) + "f", random.nextGaussian() * 100)));
    }
  }

  @Test
  void aCellOfARowThatIsGivenUpLeavesNoTrace() {
    PackedCells.Packer packer = new PackedCells.Packer(2);
    packer.set(0, "text".toCharArray(), 0, 4);
    packer.set(1, "1.5".toCharArray(), 0, 3);
    packer.forget();
    packer.set(1, "2.5".toCharArray(), 0, 3);
    PackedCells row = packer.row();
    assertEquals("", row.get(0));
    assertEquals("2.5", row.get(1));
    assertEquals("", packer.row().get(1));
  }

  @Test
  void measurementsTakeFourBytes() {
    List<String> cells = java.util.Collections.nCopies(1000, "12.3456");
    assertEquals(4000, pack(cells).bytes());
    assertTrue(pack(List.of("1.23456789012345")).bytes() <= 4 + 17);
  }
}
