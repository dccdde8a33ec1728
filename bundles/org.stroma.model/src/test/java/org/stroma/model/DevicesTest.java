/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stroma.experiment.Precision.FLOAT32;
import static org.stroma.experiment.Precision.TENSORFLOAT32;

import org.junit.jupiter.api.Test;

class DevicesTest {
  @Test
  void aGpuComputesInThePrecisionThatIsWantedOrTheRunIsRefusedWithWhatToSet() {
    assertNull(Devices.objection(FLOAT32, true, null));
    assertNull(Devices.objection(FLOAT32, true, "0"));
    assertNull(Devices.objection(TENSORFLOAT32, true, null));
    assertNull(Devices.objection(TENSORFLOAT32, true, "1"));
    assertTrue(Devices.objection(TENSORFLOAT32, true, "0").contains("unset that"));
    assertNull(Devices.objection(FLOAT32, false, "0"));
    assertTrue(Devices.objection(FLOAT32, false, null).contains("set NVIDIA_TF32_OVERRIDE=0"));
    assertNull(Devices.objection(TENSORFLOAT32, false, null));
  }
}
