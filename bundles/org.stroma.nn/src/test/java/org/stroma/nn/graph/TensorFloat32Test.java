/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.nn.graph;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorFloat32Test {
  @Test
  void tensorFlowsSwitchIsReachedAndTurned() {
    assertTrue(TensorFloat32.reachable());
    try (TensorFloat32.Hold on = TensorFloat32.hold(true)) {
      assertTrue(TensorFloat32.enabled());
    }
    assertFalse(TensorFloat32.enabled());
    try (TensorFloat32.Hold off = TensorFloat32.hold(false)) {
      assertFalse(TensorFloat32.enabled());
    }
  }

  @Test
  void theProcessHasOnePrecision() {
    TensorFloat32.Hold one = TensorFloat32.hold(true);
    TensorFloat32.Hold other = TensorFloat32.hold(true);
    String said = assertThrows(IllegalStateException.class, () -> TensorFloat32.hold(false))
        .getMessage();
    assertTrue(said.contains("computes in tensorfloat32"), said);
    other.close();
    other.close();
    assertTrue(TensorFloat32.enabled(), "one is still open, closed twice or not");
    assertThrows(IllegalStateException.class, () -> TensorFloat32.hold(false));
    one.close();
    TensorFloat32.hold(false).close();
  }

  @Test
  void aSwitchThatWasTurnedFromOutsideIsTold() {
    TensorFloat32.Hold hold = TensorFloat32.hold(true);
    TensorFloat32.turn(false);
    String said = assertThrows(IllegalStateException.class, hold::close).getMessage();
    assertTrue(said.contains("not to be trusted"), said);
    TensorFloat32.hold(false).close();
  }
}
