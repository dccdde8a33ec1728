/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.plot;

/**
 * How a series is drawn. Colours are those of Okabe and Ito, which people with colour blindness tell apart; dashes tell the first ones
 * apart on paper without colours.
 */
public enum Ink {
  BLUE("#0072b2", ""),
  ORANGE("#d55e00", "7 3"),
  GREEN("#007f5f", "2 3"),
  PINK("#b5548c", "9 3 2 3"),
  SKY("#3b8fc4", "4 2"),
  BROWN("#8a6d00", "1 2"),
  BLACK("#222222", ""),
  GREY("#8a8f98", "");

  private final String colour;
  private final String dashes;

  Ink(String colour, String dashes) {
    this.colour = colour;
    this.dashes = dashes;
  }

  /** The ink of the series at a place. */
  public static Ink at(int place) {
    return values()[place % BLACK.ordinal()];
  }

  /** By day; the style sheet has another by night. */
  public String colour() {
    return colour;
  }

  /** As of {@code stroke-dasharray}; null for none. */
  String dashes() {
    return dashes.isEmpty() ? null : dashes;
  }

  /** The class of what it draws as a line. */
  String line() {
    return "l-" + name().toLowerCase(java.util.Locale.ROOT);
  }

  /** The class of what it fills. */
  String fill() {
    return "f-" + name().toLowerCase(java.util.Locale.ROOT);
  }
}
