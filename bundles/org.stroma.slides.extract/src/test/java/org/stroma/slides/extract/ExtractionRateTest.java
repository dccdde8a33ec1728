/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;

class ExtractionRateTest {
  private final List<String> lines = new ArrayList<>();
  private final Progress progress = new Progress() {
    @Override
    public void note(String line) {}

    @Override
    public void at(String state) {
      lines.add(state);
    }
  };

  @Test
  void patchesAreCountedOfAllThatASlideHas() {
    var listener = new ExtractionRate(progress).listener("s7", 2, 5);
    listener.accept(-12);
    assertEquals(List.of(), lines, "nothing is done yet");
    listener.accept(8);
    listener.accept(4);
    assertTrue(lines.get(0).startsWith("slide 2/5  s7  patch 8/12  "), lines.get(0));
    assertTrue(lines.get(1).startsWith("slide 2/5  s7  patch 12/12  "), lines.get(1));
    assertTrue(lines.get(1).contains("  0:00 left, "), lines.get(1));
  }

  @Test
  void anInterruptedExtractionEnds() {
    var listener = new ExtractionRate(progress).listener("s", 1, 1);
    Thread.currentThread().interrupt();
    try {
      assertThrows(CancelledException.class, () -> listener.accept(1));
    } finally {
      assertTrue(Thread.interrupted(), "the interrupt is for others to see, too");
    }
  }
}
