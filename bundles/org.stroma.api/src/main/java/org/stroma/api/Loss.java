/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;
import org.stroma.nn.Net;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** A loss of one head. */
@ConsumerType
public interface Loss {
  /**
   * Builds the loss: a finite scalar for every batch, zero with zero gradient for a batch that it can learn nothing
   * from.
   *
   * @throws IllegalArgumentException for a head whose output the loss cannot take, in a sentence
   */
  Operand<TFloat32> loss(Net net, LossInput input);

  /** The kinds of target that the loss understands. */
  Set<TargetKind> targets();
}
