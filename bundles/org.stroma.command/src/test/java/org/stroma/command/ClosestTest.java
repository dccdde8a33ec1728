/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClosestTest {
  @Test
  void theNameThatWasMeantIsNear() {
    List<String> commands =
        List.of("run", "validate", "predict", "parts", "start", "stop", "describe");
    assertEquals("run", Closest.to("rnu", commands));
    assertEquals("validate", Closest.to("vaildate", commands));
    assertEquals("parts", Closest.to("PARTS", commands));
    assertEquals("start", Closest.to("strat", commands));
    assertEquals("; did you mean describe?", Closest.question("descirbe", commands));
    assertNull(Closest.to("fly", commands));
    assertNull(Closest.to("x".repeat(100_000), commands));
    assertEquals("", Closest.question("fly", commands));
  }
}
