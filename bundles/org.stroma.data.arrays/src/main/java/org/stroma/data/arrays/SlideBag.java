/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.stroma.api.data.Bag;

/** The patches of a patient's slides, one slide after the other; on the grid the slides stand side by side. */
final class SlideBag implements Bag {
  /** Columns left free between two slides, so that no patch is another slide's neighbour. */
  private static final int GAP = 2;

  /** A slide: its features, and its grid coordinates and labels, or null where there are none. */
  record Slide(Rows features, Supplier<int[]> grid, Supplier<int[]> labels) {}

  private final List<Slide> slides;
  private final int size;
  private int[] coordinates;
  private int[] labels;

  SlideBag(List<Slide> slides) {
    this.slides = List.copyOf(slides);
    this.size = slides.stream().mapToInt(s -> s.features().count()).reduce(0, Math::addExact);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void read(int[] elements, FloatBuffer target) {
    int first = 0;
    int at = 0;
    for (Slide slide : slides) {
      int count = slide.features().count();
      if (elements == null) {
        slide.features().readFinite(null, target);
      } else {
        int end = at;
        while (end < elements.length && elements[end] < first + count) {
          end++;
        }
        int[] its = new int[end - at];
        for (int i = 0; i < its.length; i++) {
          its[i] = elements[at + i] - first;
        }
        if (its.length > 0) {
          slide.features().readFinite(its, target);
        }
        at = end;
      }
      first += count;
    }
  }

  @Override
  public boolean located() {
    return slides.stream().allMatch(s -> s.grid() != null);
  }

  @Override
  public synchronized int[] coordinates() {
    if (coordinates == null && located()) {
      int[] all = new int[2 * size];
      int at = 0;
      int left = 0;
      for (Slide slide : slides) {
        int[] grid = slide.grid().get();
        int right = 0;
        for (int i = 0; i < grid.length; i += 2) {
          all[at++] = left + grid[i];
          all[at++] = grid[i + 1];
          right = Math.max(right, grid[i]);
        }
        left += right + 1 + GAP;
      }
      coordinates = all;
    }
    return coordinates;
  }

  @Override
  public synchronized int[] labels() {
    if (labels == null && slides.stream().anyMatch(s -> s.labels() != null)) {
      int[] all = new int[size];
      int at = 0;
      for (Slide slide : slides) {
        int[] its = slide.labels() == null ? null : slide.labels().get();
        for (int i = 0; i < slide.features().count(); i++) {
          all[at++] = its == null ? -1 : its[i];
        }
      }
      labels = all;
    }
    return labels;
  }
}
