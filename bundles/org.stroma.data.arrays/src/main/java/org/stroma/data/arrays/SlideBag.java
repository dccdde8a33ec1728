/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.stroma.api.data.Bag;
import org.stroma.api.data.PatchLocation;

/**
 * The patches of all slides of a patient, concatenated; on the grid the slides lie side by side.
 */
final class SlideBag implements Bag {
  /** Empty columns between slides, so that patches of different slides are never neighbours. */
  private static final int GAP = 2;

  /** A slide; {@code grid}, {@code positions} and {@code labels} are null if the slide has none. */
  record Slide(
      RowSource features,
      Supplier<int[]> grid,
      Supplier<Positions> positions,
      Supplier<int[]> labels) {}

  /**
   * Patch positions in the slide's own unit.
   *
   * @param xy x and y of each patch, interleaved
   * @param size patch side; 0 if unknown
   */
  record Positions(double[] xy, double size, boolean micrometres) {
    /** @param size patch side; 0 if unknown, to use the distance of neighbours */
    static Positions of(Path file, double[] xy, double size, boolean micrometres) {
      return new Positions(
          xy, size > 0 || xy.length <= 2 ? size : Grid.distance(file, xy), micrometres);
    }
  }

  private final List<Slide> slides;
  private final FiniteCheck finite;
  private final int size;
  private int[] coordinates;
  private int[] labels;

  /** @param finite check shared by all slides of the modality */
  SlideBag(List<Slide> slides, FiniteCheck finite) {
    this.slides = List.copyOf(slides);
    this.finite = finite;
    this.size = slides.stream().mapToInt(s -> s.features().count()).reduce(0, Math::addExact);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void read(int from, int to, FloatBuffer target) {
    Objects.checkFromToIndex(from, to, size);
    int first = 0;
    for (Slide slide : slides) {
      int count = slide.features().count();
      int start = Math.max(from - first, 0);
      int end = Math.min(to - first, count);
      if (start < end) {
        finite.read(slide.features(), RowSelection.range(start, end), target);
      }
      first += count;
    }
  }

  @Override
  public void read(int[] elements, FloatBuffer target) {
    int first = 0;
    int at = 0;
    for (Slide slide : slides) {
      int count = slide.features().count();
      int end = at;
      while (end < elements.length && elements[end] < first + count) {
        end++;
      }
      int[] ofSlide = new int[end - at];
      for (int i = 0; i < ofSlide.length; i++) {
        ofSlide[i] = elements[at + i] - first;
      }
      if (ofSlide.length > 0) {
        finite.read(slide.features(), RowSelection.of(ofSlide), target);
      }
      at = end;
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
      int[] allCoordinates = new int[2 * size];
      int at = 0;
      int left = 0;
      for (Slide slide : slides) {
        int[] grid = slide.grid().get();
        int right = 0;
        for (int i = 0; i < grid.length; i += 2) {
          allCoordinates[at++] = left + grid[i];
          allCoordinates[at++] = grid[i + 1];
          right = Math.max(right, grid[i]);
        }
        left += right + 1 + GAP;
      }
      coordinates = allCoordinates;
    }
    return coordinates;
  }

  @Override
  public List<PatchLocation> locations() {
    List<PatchLocation> locations = new ArrayList<>(size);
    List<String> names = names();
    for (int s = 0; s < slides.size(); s++) {
      Slide slide = slides.get(s);
      String name = names.get(s);
      if (slide.positions() == null) {
        locations.addAll(
            Collections.nCopies(slide.features().count(), PatchLocation.unknown(name)));
        continue;
      }
      Positions positions = slide.positions().get();
      for (int i = 0; i < positions.xy().length; i += 2) {
        PatchLocation location = PatchLocation.of(
                name, positions.xy()[i], positions.xy()[i + 1])
            .withSize(positions.size());
        locations.add(positions.micrometres() ? location.inMicrometres() : location);
      }
    }
    return locations;
  }

  /** Slide names; full paths if two files in different folders share a name. */
  private List<String> names() {
    List<Path> files = slides.stream().map(s -> s.features().file()).toList();
    List<String> names = files.stream()
        .map(f -> f.getFileName().toString().replaceFirst("(?<=.)\\.[^.]*$", ""))
        .toList();
    Set<String> distinctNames = new HashSet<>(names);
    return distinctNames.size() == names.size()
        ? names
        : files.stream().map(Path::toString).toList();
  }

  @Override
  public synchronized int[] labels() {
    if (labels == null && slides.stream().anyMatch(s -> s.labels() != null)) {
      int[] all = new int[size];
      int at = 0;
      for (Slide slide : slides) {
        int[] ofSlide = slide.labels() == null ? null : slide.labels().get();
        for (int i = 0; i < slide.features().count(); i++) {
          all[at++] = ofSlide == null ? -1 : ofSlide[i];
        }
      }
      labels = all;
    }
    return labels;
  }
}
