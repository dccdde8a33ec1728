/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;

/** Tells how fast an extraction goes, and how long it may still take. */
final class ExtractionRate {
  private final Progress progress;
  private final long started = System.nanoTime();

  ExtractionRate(Progress progress) {
    this.progress = progress;
  }

  /**
   * What a slide tells its patches to: first less than 0, minus how many there will be, then how many more are done.
   *
   * @param number of the slide, from 1
   * @param count of all slides
   */
  IntConsumer listener(String name, int number, int count) {
    AtomicInteger total = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    long begun = System.nanoTime();
    return n -> {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancelledException();
      }
      if (n < 0) {
        total.set(-n);
        return;
      }
      int now = done.addAndGet(n);
      double seconds = (System.nanoTime() - begun) / 1e9;
      long left = Math.round(seconds / now * (total.get() - now));
      // what is known of the slides to come: that they take as long as those before
      double each = (System.nanoTime() - started)
          / 1e9
          / Math.max(0.01, number - 1 + (double) now / total.get());
      long all = left + Math.round(each * (count - number));
      progress.at(String.format(
          Locale.ROOT,
          "slide %d/%d  %s  patch %d/%d  %.0f patches/s  %d:%02d left, %d:%02d in all",
          number,
          count,
          name,
          now,
          total.get(),
          now / seconds,
          left / 60,
          left % 60,
          all / 60,
          all % 60));
    };
  }
}
