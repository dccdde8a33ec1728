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
   * Builds the loss: a finite scalar for every batch. A batch without information gives zero with
   * zero gradient.
   *
   * @throws IllegalArgumentException if the loss cannot take the output of this head; the
   *     message is a sentence for the user
   */
  Operand<TFloat32> loss(Net net, LossInput input);

  /** The kinds of target that the loss supports. */
  Set<TargetKind> targets();

  /**
   * Whether a head trained with it predicts the logarithm of a hazard ratio as its {@link Prediction#RISK}. Survival probabilities
   * then follow from the risk and the baseline hazard of the training patients.
   */
  default boolean proportionalHazards() {
    return false;
  }
}
