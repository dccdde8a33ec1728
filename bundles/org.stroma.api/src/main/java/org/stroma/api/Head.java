/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Predicts a target from the fused representation. */
@ConsumerType
public interface Head {
  /**
   * Builds the head.
   *
   * @return the raw output for losses, such as logits [B, C] or a log hazard [B, 1]
   */
  Operand<TFloat32> predict(Net net, HeadInput input);

  /**
   * What users read, made of what {@link #predict} returned (or of an average of several, for late fusion): each [B] or
   * [B, k], or [R, N, C] for patches. What {@link TargetKind#prediction} names has to be there: {@link Prediction#RISK} of
   * survival, {@link Prediction#PROBABILITY} of classes and labels, {@link Prediction#VALUE} of a number or count. No variables are made here.
   */
  Map<Prediction, Operand<TFloat32>> read(Net net, Operand<TFloat32> raw, TargetInfo info);

  /** The kind of target that the head predicts. */
  TargetKind target();

  /**
   * Number of time bins into which follow-up times are cut, at quantiles of the training patients'
   * event times; 0 for none.
   */
  default int bins() {
    return 0;
  }
}
