/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.util.List;
import java.util.Random;

/** Numbers and texts that readers tend to forget. */
final class Numbers {
  private static final long[] WHOLE = {
    0,
    1,
    2,
    -1,
    -2,
    7,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    1 << 28,
    1 << 30,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Integer.MIN_VALUE
  };

  private static final List<String> WRITTEN = List.of(
      "0",
      "-0",
      "1",
      "-1",
      "2",
      "0.5",
      "1e400",
      "-1e400",
      "1e-400",
      "1e999999999",
      "1e-999999999",
      "NaN",
      "Infinity",
      "-inf",
      "nan",
      "1e308",
      "3.4e38",
      "3.5e38",
      "2147483647",
      "2147483648",
      "-2147483648",
      "4294967296",
      "9223372036854775807",
      "9223372036854775808",
      "99999999999999999999999999",
      "1" + "0".repeat(400),
      "0." + "3".repeat(2000),
      "0x1F",
      "1_000",
      "1,5",
      "1.234.567",
      "00",
      "+1",
      ".5",
      "5.",
      "1e",
      "1d",
      "1f",
      "\u0661",
      "",
      "NA",
      "null",
      "true");

  private static final List<String> TEXTS = List.of(
      "",
      " ",
      ".",
      "..",
      "../x",
      "../../../../etc/passwd",
      "/etc/passwd",
      "/dev/zero",
      "/dev/stdin",
      "/proc/self/mem",
      "\0",
      "a\0b",
      "\uFEFF",
      "\u202E",
      "\u2028",
      "\uD800",
      "\uD83D\uDE00",
      "\r",
      "\n",
      "\t",
      "\"",
      "'",
      "\\",
      "%s%n%d",
      "${x}",
      "{x}",
      "{",
      "}",
      "{}",
      "*",
      "**",
      "?",
      "[",
      "(a+)+$",
      ";",
      ",",
      "a;b;c",
      "#",
      "//",
      "<script>",
      "$.x",
      "~0~1",
      "constructor",
      "type",
      "id",
      "os",
      "a",
      "x".repeat(300),
      "x".repeat(70_000),
      "\u00e4\u00f6\u00fc",
      "\u0130",
      "CON");

  private Numbers() {}

  static long whole(Random random) {
    return WHOLE[random.nextInt(WHOLE.length)];
  }

  static String written(Random random) {
    return WRITTEN.get(random.nextInt(WRITTEN.size()));
  }

  static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }
}
