/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import java.util.Collection;
import java.util.Locale;

/** Which of several names somebody may have meant. */
public final class Closest {
  private Closest() {}

  /** A question that follows a sentence, such as "; did you mean cox?"; empty where nothing is near. */
  public static String question(String said, Collection<String> names) {
    String closest = to(said, names);
    return closest == null ? "" : "; did you mean " + closest + "?";
  }

  /**
   * The name that differs least: in letters put in, left out, changed or swapped with their neighbours, a third of them at most.
   *
   * @return null for none
   */
  public static String to(String said, Collection<String> names) {
    String closest = null;
    int least = Integer.MAX_VALUE;
    for (String name : names) {
      int distance = said.length() > 100
          ? Integer.MAX_VALUE
          : distance(said.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
      if (distance < least && distance <= Math.max(1, Math.max(said.length(), name.length()) / 3)) {
        least = distance;
        closest = name;
      }
    }
    return closest;
  }

  /** Optimal string alignment (Damerau 1964). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
