/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.util.Collection;
import java.util.Locale;

/** Which of several names somebody may have meant. */
final class Closest {
  private Closest() {}

  /** The name that differs least, by a third of its letters at most; null for none. */
  static String to(String said, Collection<String> names) {
    String closest = null;
    int least = Integer.MAX_VALUE;
    for (String name : names) {
      int distance = distance(said.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < least && distance <= Math.max(1, name.length() / 3)) {
        least = distance;
        closest = name;
      }
    }
    return closest;
  }

  /** How many letters have to be put in, left out or changed (Levenshtein). */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + change);
      }
      before = now;
    }
    return before[b.length()];
  }
}
