/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.List;
import org.stroma.experiment.Precision;
import org.stroma.nn.graph.TensorFloat32;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;

/** Has TensorFlow compute in the precision of an experiment for as long as a session is open. */
final class PrecisionHold {
  private PrecisionHold() {}

  /** @throws FaultsException while something else in this process computes in another precision */
  static TensorFloat32.Hold of(ModelSpec spec) {
    try {
      return TensorFloat32.hold(spec.experiment().training().precision() == Precision.TENSORFLOAT32
          && spec.computing().config().getDeviceCountOrDefault("GPU", 1) > 0);
    } catch (IllegalStateException e) {
      throw new FaultsException(List.of(new Fault("/training/precision", e.getMessage())), false);
    }
  }
}
