/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Turns the fused representation into what is predicted. */
@ConsumerType
public interface Head {
  /**
   * Builds the head.
   *
   * @param fused [B, d]
   * @param classes the number of classes of the head's target; 0 where the target has none
   */
  HeadOutput predict(Net net, Operand<TFloat32> fused, int classes);

  /** The kind of target that the head predicts. */
  TargetKind target();
}
