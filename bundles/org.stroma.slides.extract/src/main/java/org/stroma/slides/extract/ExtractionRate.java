/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;

/** Tells how fast an extraction goes, and how long it may still take. */
final class ExtractionRate {
  private static final double NANOS = 1e9;

  /** A first batch says little: threads start, and a model warms up. */
  private static final double FIRST_SECONDS = 3;

  private final Progress progress;
  private final Map<String, Long> work;
  private final LongSupplier clock;
  private final long started;

  /** Of the slides that are done, and of all that are not. */
  private double done;

  private double waiting;

  /**
   * For slides that are about to be extracted.
   *
   * @param work what each may take, in any unit: bytes of the file; 0 for one that is there already
   */
  ExtractionRate(Progress progress, Map<String, Long> work) {
    this(progress, work, System::nanoTime);
  }

  ExtractionRate(Progress progress, Map<String, Long> work, LongSupplier clock) {
    this.progress = progress;
    this.work = work;
    this.clock = clock;
    started = clock.getAsLong();
    waiting = work.values().stream().mapToDouble(Long::doubleValue).sum();
  }

  /**
   * What slides may take: their bytes, as how many patches each has is not known before it is read.
   *
   * @param there whether a slide has features already
   */
  static Map<String, Long> work(Map<String, Path> slides, Predicate<String> there) {
    Map<String, Long> work = new LinkedHashMap<>();
    slides.forEach((name, file) ->
        work.put(name, there.test(name) ? 0 : Math.max(1, file.toFile().length())));
    return work;
  }

  /** A slide has come to its end, whatever that was. */
  void ended(String name, boolean worked) {
    long its = work.getOrDefault(name, 0L);
    waiting -= its;
    done += worked ? its : 0;
  }

  /**
   * What a slide tells its patches to: first less than 0, minus how many there will be, then how many more are done.
   *
   * @param number of the slide, from 1
   * @param count of all slides
   */
  IntConsumer listener(String name, int number, int count) {
    AtomicInteger total = new AtomicInteger();
    AtomicInteger patches = new AtomicInteger();
    long begun = clock.getAsLong();
    double its = work.getOrDefault(name, 0L);
    double before = done;
    double all = waiting;
    return n -> {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancelledException();
      }
      if (n < 0) {
        total.set(-n);
        return;
      }
      int now = patches.addAndGet(n);
      double share = (double) now / total.get();
      progress.at(String.format(
          Locale.ROOT,
          "slide %d/%d  %s  patch %d/%d  %.0f patches/s%s",
          number,
          count,
          name,
          now,
          total.get(),
          now / seconds(begun),
          left(before + its * share, all - its * share)));
    };
  }

  private double seconds(long since) {
    return Math.max(1e-9, (clock.getAsLong() - since) / NANOS);
  }

  /** Slides to come take as long for a byte as those before. */
  private String left(double worked, double ahead) {
    double seconds = seconds(started);
    return seconds < FIRST_SECONDS || !(worked > 0)
        ? ""
        : "  " + words(seconds / worked * Math.max(0, ahead));
  }

  /** A time as people say it: nobody wants to know the seconds of three hours. */
  static String words(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return "about " + whole + " s left";
    }
    long minutes = Math.round(seconds / 60);
    if (minutes < 60) {
      return "about " + minutes + " min left";
    }
    long hours = minutes / 60;
    return hours < 48
        ? "about " + hours + " h " + minutes % 60 + " min left"
        : "about " + hours / 24 + " d " + hours % 24 + " h left";
  }
}
