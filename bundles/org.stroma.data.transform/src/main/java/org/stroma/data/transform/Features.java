/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;

/** Selects the learned features by name: another file may have more features, in another order. */
final class Features {
  private Features() {}

  static Matrix select(String transform, List<String> wanted, Matrix data) {
    if (wanted.equals(data.features())) {
      return data;
    }
    Map<String, Integer> columnIndices = new HashMap<>();
    for (int i = 0; i < data.features().size(); i++) {
      columnIndices.put(data.features().get(i), i);
    }
    List<String> lacking =
        wanted.stream().filter(name -> !columnIndices.containsKey(name)).toList();
    if (!lacking.isEmpty()) {
      throw new DataException(
          lacking.size() + " of the " + wanted.size() + " features of training are not there: "
              + String.join(", ", lacking.subList(0, Math.min(10, lacking.size())))
              + (lacking.size() > 10 ? ", ..." : ""));
    }
    int[] from = wanted.stream().mapToInt(columnIndices::get).toArray();
    return RowMapper.of(transform, wanted, data, (patient, row) -> {
      float[] picked = new float[from.length];
      for (int i = 0; i < from.length; i++) {
        picked[i] = row[from[i]];
      }
      return picked;
    });
  }
}
