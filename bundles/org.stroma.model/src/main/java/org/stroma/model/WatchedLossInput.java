/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.SortedMap;
import org.stroma.api.Encoding;
import org.stroma.api.HeadOutput;
import org.stroma.api.LossInput;
import org.stroma.api.TargetInfo;
import org.stroma.api.TargetInput;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The input of a loss, which notes whether the loss wants to know how many training patients there are: only then does the graph depend on
 * their number.
 */
record WatchedLossInput(LossInput input, Runnable counted) implements LossInput {
  @Override
  public HeadOutput output() {
    return input.output();
  }

  @Override
  public TargetInput target() {
    return input.target();
  }

  @Override
  public TargetInfo info() {
    return input.info();
  }

  @Override
  public SortedMap<String, Encoding> encodings() {
    return input.encodings();
  }

  @Override
  public SortedMap<String, Operand<TFloat32>> presence() {
    return input.presence();
  }

  @Override
  public Operand<TInt32> trainingIndex() {
    return input.trainingIndex();
  }

  @Override
  public int trainingPatients() {
    counted.run();
    return input.trainingPatients();
  }

  @Override
  public LossInput withEncodings(
      SortedMap<String, Encoding> encodings, SortedMap<String, Operand<TFloat32>> presence) {
    return new WatchedLossInput(input.withEncodings(encodings, presence), counted);
  }

  @Override
  public LossInput withTrainingIndex(Operand<TInt32> trainingIndex, int trainingPatients) {
    return new WatchedLossInput(input.withTrainingIndex(trainingIndex, trainingPatients), counted);
  }
}
