/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Implementation of {@link BaselineInput}. */
record BaselineInputValues(
    SortedMap<String, float[] @Nullable []> modalities, TargetValues target, long seed)
    implements BaselineInput {
  BaselineInputValues {
    modalities = Collections.unmodifiableSortedMap(new TreeMap<>(modalities));
    int patients =
        modalities.isEmpty() ? target.size() : modalities.get(modalities.firstKey()).length;
    modalities.forEach((name, rows) -> {
      if (rows.length != patients || rows.length < target.size()) {
        throw new IllegalArgumentException("modality " + name + " has " + rows.length
            + " patients; there are " + patients + ", and " + target.size() + " targets");
      }
    });
  }

  @Override
  public int patients() {
    return modalities.isEmpty() ? target.size() : modalities.get(modalities.firstKey()).length;
  }

  @Override
  public int training() {
    return target.size();
  }
}
