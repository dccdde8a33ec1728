/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn;

import java.nio.charset.StandardCharsets;

/** Derives seeds from seeds and names. */
public final class Seeds {
  private Seeds() {}

  /**
   * Derives a seed from a name and a seed (FNV-1a with a final mix); stable across machines and
   * Java versions.
   */
  public static long of(String name, long seed) {
    long h = 0xcbf29ce484222325L ^ seed * 0x9E3779B97F4A7C15L;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    h = (h ^ (h >>> 30)) * 0xbf58476d1ce4e5b9L;
    return h ^ (h >>> 31);
  }
}
