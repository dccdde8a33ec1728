/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetKind;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * What can be fetched of an inference sub-graph.
 *
 * @param predictions of patients, by HEAD.NAME: [B, ...]
 */
record ModelOutputs(
    Map<String, Operand<TFloat32>> predictions, Map<AuxiliaryName, Operand<TFloat32>> auxiliary) {

  static ModelOutputs of(SubGraph inference, SortedMap<String, TargetInfo> statistics) {
    Map<String, Operand<TFloat32>> predictions = new LinkedHashMap<>();
    Map<AuxiliaryName, Operand<TFloat32>> auxiliary = new LinkedHashMap<>();
    inference.heads().forEach((head, output) -> {
      boolean patches = statistics.get(head).kind() == TargetKind.PATCHES;
      // sorted: the order of columns must not come from the order of a head's map
      new TreeMap<>(output.predictions()).forEach((prediction, value) -> {
        if (patches) {
          auxiliary.put(AuxiliaryName.patches(head, prediction), value);
        } else {
          predictions.put(OutputNames.of(head, prediction), value);
        }
      });
    });
    auxiliary.putAll(inference.auxiliary());
    return new ModelOutputs(predictions, auxiliary);
  }
}
