/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PartDescriptionTest {
  @Test
  void defaultsAreWrittenAsInAnExperiment() {
    assertEquals("[]", PartDescription.value(null));
    assertEquals("[1, 2]", PartDescription.value(new int[] {1, 2}));
    assertEquals("[0.5]", PartDescription.value(new Double[] {0.5}));
    assertEquals("\"last\"", PartDescription.value("last"));
    assertEquals("1.0E-4", PartDescription.value(1e-4));
    assertEquals("true", PartDescription.value(true));
  }
}
