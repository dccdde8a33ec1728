/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Objects;

/** Where a patch lies in its slide: the corner with the lowest x and y. Immutable. */
public final class PatchLocation {
  private final String slide;
  private final double x;
  private final double y;
  private final double size;
  private final boolean micrometres;

  private PatchLocation(String slide, double x, double y, double size, boolean micrometres) {
    this.slide = Objects.requireNonNull(slide);
    this.x = x;
    this.y = y;
    this.size = size;
    this.micrometres = micrometres;
  }

  /**
   * A patch of unknown size, in pixels of the slide's full resolution (level 0).
   *
   * @param slide the name of its slide: that of the slide's file of features without its ending
   * @param x from the slide's left edge
   * @param y from the slide's upper edge
   */
  public static PatchLocation of(String slide, double x, double y) {
    return new PatchLocation(slide, x, y, 0, false);
  }

  /** A patch of a slide of which nothing more is known. */
  public static PatchLocation unknown(String slide) {
    return of(slide, Double.NaN, Double.NaN);
  }

  /** The same with the length of the patch's side, in the unit of x and y; 0 where it is unknown. */
  public PatchLocation withSize(double size) {
    return new PatchLocation(slide, x, y, size, micrometres);
  }

  /** The same numbers, which are micrometres. */
  public PatchLocation inMicrometres() {
    return new PatchLocation(slide, x, y, size, true);
  }

  /** The name of its slide. */
  public String slide() {
    return slide;
  }

  /** From the slide's left edge; NaN where it is unknown. */
  public double x() {
    return x;
  }

  /** From the slide's upper edge; NaN where it is unknown. */
  public double y() {
    return y;
  }

  /** The length of the patch's side; 0 where it is unknown. */
  public double size() {
    return size;
  }

  /** Whether x, y and size are micrometres; else pixels of level 0. */
  public boolean micrometres() {
    return micrometres;
  }

  /** Whether x and y are known. */
  public boolean located() {
    return !Double.isNaN(x) && !Double.isNaN(y);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PatchLocation o
        && slide.equals(o.slide)
        && Double.compare(x, o.x) == 0
        && Double.compare(y, o.y) == 0
        && Double.compare(size, o.size) == 0
        && micrometres == o.micrometres;
  }

  @Override
  public int hashCode() {
    return Objects.hash(slide, x, y, size, micrometres);
  }

  @Override
  public String toString() {
    return slide + ": " + x + ", " + y + " (" + size + (micrometres ? " micrometres)" : " pixels)");
  }
}
