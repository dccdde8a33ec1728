/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes of texts and tables: numbers, words, lines and cells; and how the text is encoded. */
final class Texts {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
  private static final Pattern WORD = Pattern.compile("[\\w.-]+");

  private Texts() {}

  static byte[] changed(byte[] bytes, Random random) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int kind = random.nextInt(16);
    if (kind >= 13) {
      return encoded(bytes, text, random);
    }
    String changed =
        switch (kind) {
          case 0, 1 -> token(text, NUMBER, Numbers.written(random), random);
          case 2 -> token(text, WORD, Numbers.text(random), random);
          case 3 -> swapped(text, random);
          case 4 -> lines(text, random);
          case 5, 6, 7, 8 -> cells(text, random);
          case 9 -> inserted(text, Numbers.text(random), random);
          case 10 -> inserted(text, "[{(\"',;\t".charAt(random.nextInt(8)) + "", random);
          case 11 -> inserted(
              text,
              ("[{(\"',;\t".charAt(random.nextInt(8)) + "").repeat(1 << random.nextInt(14)),
              random);
          default -> text.replace("\n", random.nextBoolean() ? "\r\n" : "\r");
        };
    return changed.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encoded(byte[] bytes, String text, Random random) {
    switch (random.nextInt(6)) {
      case 0:
        return ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
      case 1:
        return ("\uFEFF" + text).getBytes(Charset.forName("UTF-32LE"));
      case 2:
        return ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
      case 3:
        return Bytes.gzip(bytes);
      case 4:
        // half a character, and a character in more bytes than it needs
        byte[] odd = random.nextBoolean()
            ? new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}
            : new byte[] {(byte) 0xc0, (byte) 0x80};
        return Bytes.replaced(bytes, random.nextInt(bytes.length + 1), 0, odd);
      default:
        return text.replace('a', '\u00e4').getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private static String token(String text, Pattern pattern, String with, Random random) {
    List<MatchResult> found = pattern.matcher(text).results().toList();
    if (found.isEmpty()) {
      return inserted(text, with, random);
    }
    MatchResult one = found.get(random.nextInt(found.size()));
    return text.substring(0, one.start()) + with + text.substring(one.end());
  }

  private static String swapped(String text, Random random) {
    List<MatchResult> found = WORD.matcher(text).results().toList();
    if (found.size() < 2) {
      return text + text;
    }
    MatchResult a = found.get(random.nextInt(found.size()));
    MatchResult b = found.get(random.nextInt(found.size()));
    if (a.start() > b.start()) {
      MatchResult c = a;
      a = b;
      b = c;
    }
    return a.start() == b.start()
        ? text.substring(0, a.start()) + text.substring(a.end())
        : text.substring(0, a.start())
            + b.group()
            + text.substring(a.end(), b.start())
            + a.group()
            + text.substring(b.end());
  }

  private static String inserted(String text, String what, Random random) {
    int at = random.nextInt(text.length() + 1);
    return text.substring(0, at) + what + text.substring(at);
  }

  private static String lines(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return "\n";
    }
    int at = random.nextInt(lines.size());
    switch (random.nextInt(6)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
      case 2 -> lines.add(at, "");
      case 3 -> Collections.swap(lines, 0, at);
      case 4 -> lines.addAll(Collections.nCopies(1 << random.nextInt(10), lines.get(at)));
      default -> lines.set(at, lines.get(at).substring(lines.get(at).length() / 2));
    }
    return String.join("\n", lines) + (random.nextInt(4) == 0 ? "" : "\n");
  }

  private static String cells(String text, Random random) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (lines.isEmpty()) {
      return ",";
    }
    String separator = text.contains(",") ? "," : "\t";
    if (random.nextInt(6) == 0) { // a column more, or one less, in all rows
      boolean more = random.nextBoolean();
      String cell = random.nextBoolean() ? Numbers.text(random) : Numbers.written(random);
      lines.replaceAll(line -> more
          ? line + separator + cell
          : line.substring(0, Math.max(0, line.lastIndexOf(separator))));
      return String.join("\n", lines) + "\n";
    }
    int at = random.nextInt(3) == 0 ? 0 : random.nextInt(lines.size());
    List<String> cells = new ArrayList<>(List.of(lines.get(at).split(separator, -1)));
    int cell = random.nextInt(cells.size());
    switch (random.nextInt(9)) {
      case 0 -> cells.remove(cell);
      case 1 -> cells.add(cell, cells.get(random.nextInt(cells.size())));
      case 2 -> cells.set(cell, "");
      case 3 -> cells.set(cell, Numbers.text(random));
      case 4, 5 -> cells.set(cell, Numbers.written(random));
      case 6 -> cells.set(cell, "\"" + cells.get(cell));
      case 7 -> cells.set(cell, "\"" + cells.get(cell) + "\n" + Numbers.text(random) + "\"");
      default -> {
        int many = 1 << random.nextInt(13);
        for (int i = 0; i < many; i++) {
          cells.add("c" + i);
        }
      }
    }
    lines.set(at, String.join(separator, cells));
    return String.join("\n", lines) + "\n";
  }
}
