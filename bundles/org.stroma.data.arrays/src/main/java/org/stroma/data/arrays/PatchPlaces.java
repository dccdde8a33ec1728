/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.arrays;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.stroma.api.data.DataException;

/**
 * Where the patches of a slide lie: on a grid, and in the slide's own unit. Read when needed, after
 * the shapes are checked.
 */
record PatchPlaces(Supplier<int[]> grid, Supplier<SlideBag.Positions> positions) {
  /** The usual names of coordinates. */
  static final List<String> NAMES = List.of("coords", "coordinates");

  private static final Scale UNKNOWN = new Scale(0, 0, false);

  /**
   * Coordinates without a scale.
   *
   * @param patchSize distance of neighbours; 0 if unknown
   */
  static PatchPlaces of(Path file, Supplier<double[]> xy, double patchSize) {
    return of(file, xy, patchSize, UNKNOWN);
  }

  private static PatchPlaces of(Path file, Supplier<double[]> xy, double patchSize, Scale scale) {
    return new PatchPlaces(
        () -> Grid.of(file, xy.get(), patchSize > 0 ? patchSize : scale.step()),
        () -> SlideBag.Positions.of(
            file, xy.get(), scale.side() > 0 ? scale.side() : patchSize, scale.micrometres()));
  }

  /** A dataset of coordinates, with the attributes of the file. */
  static PatchPlaces of(
      Path path,
      Hdf5File file,
      Hdf5Dataset positions,
      List<Hdf5Dataset> attributed,
      double patchSize) {
    Hdf5Rows coordinates = file.rows(positions, positions.elementType());
    Scale scale = Scale.of(file.attributes(attributed));
    return of(path, coordinates::numbers, patchSize, scale);
  }

  /** Coordinates in a file of their own: NumPy, PyTorch, else HDF5, by its name. */
  static PatchPlaces beside(RowSource features, Path path, double patchSize) {
    String name = path.getFileName().toString();
    if (name.endsWith(".npy")) {
      return numpy(features, path, patchSize);
    }
    if (name.endsWith(".pt") || name.endsWith(".pth")) {
      return tensor(features, path, PtFile.read(path, file -> file.coordinates(NAMES)), patchSize);
    }
    return Hdf5File.read(path, file -> {
      Hdf5Dataset positions = file.find(NAMES);
      if (positions == null) {
        throw new DataException(
            path + " has no dataset " + String.join(" or ", NAMES) + "; " + file.datasets());
      }
      require(positions.label(), new long[] {positions.rows(), positions.width()}, features);
      return of(path, file, positions, List.of(positions), patchSize);
    });
  }

  /** Coordinates in a NumPy file. */
  static PatchPlaces numpy(RowSource features, Path path, double patchSize) {
    NpyFile positions = NpyFile.open(path);
    require(path.toString(), positions.shape(), features);
    return of(path, positions::numbers, patchSize);
  }

  /** Coordinates in a tensor. */
  static PatchPlaces tensor(RowSource features, Path path, PtTensor positions, double patchSize) {
    require(positions.label(), positions.shape(), features);
    return of(path, () -> positions.numbers(features.count(), 2), patchSize);
  }

  private static void require(String label, long[] shape, RowSource features) {
    if (!Arrays.equals(shape, new long[] {features.count(), 2})) {
      throw new DataException(label + " has the shape " + Arrays.toString(shape) + " and "
          + features.file() + " has " + features.count() + " patches; it has to be ["
          + features.count() + ", 2]");
    }
  }
}
