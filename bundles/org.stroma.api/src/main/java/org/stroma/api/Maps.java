/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Copies of unmodifiable maps with an entry added. */
final class Maps {
  private Maps() {}

  static <V> SortedMap<String, V> with(SortedMap<String, V> map, String name, V value) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name is empty");
    }
    SortedMap<String, V> copy = new TreeMap<>(map);
    copy.put(name, requireNonNull(value, name));
    return Collections.unmodifiableSortedMap(copy);
  }
}
