/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param check what was looked at, such as {@code missing-data}
 * @param sentence for people, whole
 * @param evidence numbers by name
 * @param place where: {@code file}, {@code pointer} into an experiment, {@code modality}, {@code column}, {@code head}; those alone
 *     that say something
 */
record Finding(
    String check,
    Level level,
    String sentence,
    Map<String, Object> evidence,
    Map<String, String> place) {
  static Finding of(String check, Level level, String sentence) {
    return new Finding(check, level, sentence, Map.of(), Map.of());
  }

  /** The same with one more number, or whatever JSON can hold; nothing where it is null. */
  Finding with(String name, @Nullable Object value) {
    if (value == null) {
      return this;
    }
    Map<String, Object> more = new LinkedHashMap<>(evidence);
    more.put(name, value);
    return new Finding(check, level, sentence, Collections.unmodifiableMap(more), place);
  }

  /** The same with a place. */
  Finding at(String kind, String name) {
    Map<String, String> more = new LinkedHashMap<>(place);
    more.put(kind, name);
    return new Finding(check, level, sentence, evidence, Collections.unmodifiableMap(more));
  }
}
