/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Location of a patch in its slide: the corner with the lowest x and y. Immutable. */
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
   * @param slide name of the slide: the name of its feature file without extension
   * @param x from the slide's left edge
   * @param y from the slide's upper edge
   */
  public static PatchLocation of(String slide, double x, double y) {
    return new PatchLocation(slide, x, y, 0, false);
  }

  /** A patch of a slide at an unknown position. */
  public static PatchLocation unknown(String slide) {
    return of(slide, Double.NaN, Double.NaN);
  }

  /** A copy with a side length in the unit of x and y; 0 if unknown. */
  public PatchLocation withSize(double size) {
    return new PatchLocation(slide, x, y, size, micrometres);
  }

  /** A copy with the same numbers as micrometres. */
  public PatchLocation inMicrometres() {
    return new PatchLocation(slide, x, y, size, true);
  }

  /** Name of the slide. */
  public String slide() {
    return slide;
  }

  /** Distance from the slide's left edge; NaN if unknown. */
  public double x() {
    return x;
  }

  /** Distance from the slide's upper edge; NaN if unknown. */
  public double y() {
    return y;
  }

  /** Side length of the patch; 0 if unknown. */
  public double size() {
    return size;
  }

  /** Whether x, y and size are in micrometres; otherwise in pixels of level 0. */
  public boolean micrometres() {
    return micrometres;
  }

  /** Whether x and y are known. */
  public boolean located() {
    return !Double.isNaN(x) && !Double.isNaN(y);
  }

  @Override
  public boolean equals(@Nullable Object other) {
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
