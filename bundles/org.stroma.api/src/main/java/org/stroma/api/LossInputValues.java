/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Implementation of {@link LossInput}. */
record LossInputValues(
    HeadOutput output,
    TargetInput target,
    TargetInfo info,
    SortedMap<String, Encoding> encodings,
    SortedMap<String, Operand<TFloat32>> presence,
    @Nullable Operand<TInt32> trainingIndex,
    int trainingPatients)
    implements LossInput {
  LossInputValues {
    if (target.kind() != info.kind()) {
      throw new IllegalArgumentException("the values are of a " + target.kind().label()
          + " target, and what is known is of one of kind " + info.kind().label());
    }
  }

  @Override
  public Operand<TInt32> trainingIndex() {
    if (trainingIndex == null) {
      throw new IllegalStateException(
          "the loss asks which training patients are in the batch, and was not told of any");
    }
    return trainingIndex;
  }

  @Override
  public LossInput withEncodings(
      SortedMap<String, Encoding> newEncodings, SortedMap<String, Operand<TFloat32>> newPresence) {
    return new LossInputValues(
        output, target, info, newEncodings, newPresence, trainingIndex, trainingPatients);
  }

  @Override
  public LossInput withTrainingIndex(Operand<TInt32> index, int patients) {
    return new LossInputValues(output, target, info, encodings, presence, index, patients);
  }
}
