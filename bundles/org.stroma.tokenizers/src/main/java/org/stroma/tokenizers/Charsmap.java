/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tokenizers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;

/**
 * Checks SentencePiece's normalisation rules: the size of a double-array trie in bytes, the trie,
 * and the replacement texts, each terminated by a zero. The native code follows offsets without
 * bounds checks, so all of them are checked here first.
 */
final class Charsmap {
  private Charsmap() {}

  /**
   * The error in the rules, as the end of a sentence that begins with their path; null if there is
   * none.
   */
  static String fault(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return "is not in base64";
    }
    if (base64.length() % 4 != 0) {
      return "is not in base64: its length has to be a multiple of 4"; // the native code wants the
      // padding
    }
    if (bytes.length < 4) {
      return "holds " + bytes.length + " bytes; the size of its trie alone takes 4";
    }
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = Integer.toUnsignedLong(all.getInt());
    if (size > all.remaining()) {
      return "says that its trie has " + size + " bytes, and " + all.remaining()
          + " follow; it is damaged or cut";
    }
    int[] trie = new int[(int) size / 4];
    for (int i = 0; i < trie.length; i++) {
      trie[i] = all.getInt();
    }
    byte[] texts = new byte[all.remaining()];
    all.get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
      return trie.length == 0
          ? "has an empty trie"
          : broken(trie, texts) ? "has a trie that leads nowhere; it is damaged" : null;
    } catch (CharacterCodingException e) {
      return "has texts that are not in UTF-8; it is damaged";
    }
  }

  /** Whether some text could lead outside the trie or to an invalid offset of the replacements. */
  private static boolean broken(int[] trie, byte[] texts) {
    BitSet seen = new BitSet(trie.length);
    ArrayDeque<Integer> units = new ArrayDeque<>();
    units.add(0);
    seen.set(0);
    while (!units.isEmpty()) {
      int at = units.remove();
      long children = at ^ offset(trie[at]);
      if (children >= trie.length) {
        return true;
      }
      if (at != 0
          && (trie[at] >>> 8 & 1) == 1
          && !boundary(texts, trie[(int) children] & Integer.MAX_VALUE)) {
        return true;
      }
      for (int label = 1;
          label < 256;
          label++) { // lookups happen for every byte, whether or not there is such a child
        long child = children ^ label;
        if (child >= trie.length) {
          return true;
        }
        boolean its = (trie[(int) child] & 0x800000FF) == label;
        if (its && !seen.get((int) child)) {
          seen.set((int) child);
          units.add((int) child);
        }
      }
    }
    return false;
  }

  private static long offset(int unit) {
    return (unit >>> 10 & 0xFFFFFFFFL) << ((unit & 1 << 9) >>> 6);
  }

  private static boolean boundary(byte[] texts, int at) {
    return at < texts.length && (texts[at] & 0xC0) != 0x80;
  }
}
