/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

import java.util.List;
import java.util.Locale;
import org.stroma.report.markup.Words;

/**
 * A linear axis.
 *
 * @param label what it measures, and in which unit
 * @param least where it begins
 * @param most where it ends, above that
 * @param ticks where numbers stand
 * @param decimals of the numbers
 * @param percent whether shares are written in percent
 */
public record Axis(
    String label, double least, double most, List<Double> ticks, int decimals, boolean percent) {
  private static final int ABOUT = 5;

  /** From a number to another, with ticks between. */
  public static Axis of(String label, double least, double most) {
    double from = Double.isFinite(least) ? least : 0;
    double to = Double.isFinite(most) && most > from ? most : from + 1;
    double step = Ticks.step(to - from, ABOUT);
    return new Axis(label, from, to, Ticks.within(from, to, step), Ticks.decimals(step), false);
  }

  /** So long that all numbers have room, from a tick to a tick. */
  public static Axis around(String label, double least, double most) {
    double from = Double.isFinite(least) ? least : 0;
    double to = Double.isFinite(most) ? most : from + 1;
    if (!(to > from)) {
      double some = from == 0 ? 1 : Math.abs(from) * 0.1;
      from -= some;
      to += some;
    }
    double step = Ticks.step(to - from, ABOUT);
    return of(label, Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step);
  }

  /** A probability or a share, in percent. */
  public static Axis share(String label) {
    return new Axis(label, 0, 1, Ticks.within(0, 1, 0.2), 0, true);
  }

  /** A number between 0 and 1. */
  public static Axis unit(String label) {
    return of(label, 0, 1);
  }

  /** Ticks that somebody asked for. */
  public Axis withTicks(List<Double> places) {
    return new Axis(label, least, most, List.copyOf(places), decimals, percent);
  }

  /** The text of a tick. */
  String text(double tick) {
    return percent
        ? Words.percent(tick)
        : Math.abs(tick) >= 1e7
            ? String.format(Locale.ROOT, "%.0e", tick)
            : Words.fixed(tick, decimals);
  }
}
