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
import java.util.Map;
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

  private long now;

  private ExtractionRate rate(Map<String, Long> work) {
    return new ExtractionRate(progress, work, () -> now);
  }

  private void pass(double seconds) {
    now += Math.round(seconds * 1e9);
  }

  @Test
  void patchesAreCountedOfAllThatASlideHas() {
    var listener = rate(Map.of("s7", 10L)).listener("s7", 2, 5);
    listener.accept(-12);
    assertEquals(List.of(), lines, "nothing is done yet");
    pass(2);
    listener.accept(8);
    pass(2);
    listener.accept(4);
    assertEquals("slide 2/5  s7  patch 8/12  4 patches/s", lines.get(0), "too early to tell");
    assertEquals("slide 2/5  s7  patch 12/12  3 patches/s  about 0 s left", lines.get(1));
  }

  /** By hand: 100 bytes took 30 s; half of 200 take 30 s more, so 200 bytes in 60 s, and 1000 wait. */
  @Test
  void theTimeLeftIsByTheBytesOfTheSlides() {
    ExtractionRate rate = rate(Map.of("a", 100L, "there", 0L, "b", 200L, "bad", 500L, "c", 900L));
    var a = rate.listener("a", 1, 5);
    a.accept(-10);
    pass(30);
    a.accept(10);
    assertTrue(lines.get(0).endsWith("  about 8 min left"), lines.get(0)); // 1600 bytes at 0.3 s
    rate.ended("a", true);
    rate.ended("there", false);
    rate.ended("bad", false);
    var b = rate.listener("b", 4, 5);
    b.accept(-4);
    pass(30);
    b.accept(2);
    assertTrue(lines.get(1).endsWith("  about 5 min left"), lines.get(1)); // 1000 bytes at 0.3 s
  }

  @Test
  void timesAreSaidAsPeopleDo() {
    assertEquals("about 42 s left", ExtractionRate.words(42.4));
    assertEquals("about 1 min left", ExtractionRate.words(59.9));
    assertEquals("about 1 h 0 min left", ExtractionRate.words(3599));
    assertEquals("about 3 h 20 min left", ExtractionRate.words(12_000));
    assertEquals("about 2 d 2 h left", ExtractionRate.words(180_000));
  }

  @Test
  void anInterruptedExtractionEnds() {
    var listener = rate(Map.of()).listener("s", 1, 1);
    Thread.currentThread().interrupt();
    try {
      assertThrows(CancelledException.class, () -> listener.accept(1));
    } finally {
      assertTrue(Thread.interrupted(), "the interrupt is for others to see, too");
    }
  }
}
