/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** How features and places are written, so that other programs read them. */
enum Layout {
  /**
   * {@code features} [N, D] float32 and {@code coords} [N, 2] int64 in level-0 pixels, with the attributes by which TRIDENT cuts the same patches
   * again; CLAM reads it, too.
   */
  TRIDENT {
    @Override
    void write(
        WritableHdfFile out, float[][] features, Patches patches, Options options, String name) {
      out.putDataset("features", features);
      WritableDataset places = out.putDataset(
          "coords",
          patches.places().stream()
              .map(place -> new long[] {place[0], place[1]})
              .toArray(long[][]::new));
      double magnification = patches.scale().magnification();
      places.putAttribute("patch_size", patches.pixels());
      places.putAttribute("patch_size_level0", (int) Math.round(patches.size()));
      places.putAttribute("overlap", (int) Math.round(options.overlap() * patches.pixels()));
      places.putAttribute("overlap_level0", (int) Math.round(options.overlap() * patches.size()));
      // where micrometres were asked for, the magnification that cuts as large patches
      put(
          places,
          "target_magnification",
          options.magnification() > 0
              ? options.magnification()
              : magnification * patches.pixels() / patches.size());
      put(places, "level0_magnification", magnification);
      if (patches.scale().measured()) {
        places.putAttribute("level0_mpp", patches.scale().mpp());
      }
      places.putAttribute("name", name);
    }
  },
  /**
   * The two folders of CLAM: {@code h5_files} with what {@link #TRIDENT} has, and {@code pt_files}
   * with the features as a tensor, from which CLAM trains.
   */
  CLAM {
    @Override
    Path file(Path directory, String name) {
      return directory.resolve("h5_files").resolve(name + ENDING);
    }

    @Override
    List<Path> others(Path directory, String name) {
      return List.of(directory.resolve("pt_files").resolve(name + ".pt"));
    }

    @Override
    void write(
        WritableHdfFile out, float[][] features, Patches patches, Options options, String name) {
      TRIDENT.write(out, features, patches, options, name);
    }

    @Override
    void writeOthers(Path directory, String name, float[][] features) {
      TorchFile.write(others(directory, name).get(0), features);
    }
  },
  /** {@code feats} [N, D] float32 and {@code coords} [N, 2] in micrometres, as STAMP 2 reads them. */
  STAMP {
    @Override
    void write(
        WritableHdfFile out, float[][] features, Patches patches, Options options, String name) {
      double mpp = patches.scale().mpp();
      out.putDataset("feats", features);
      out.putDataset(
          "coords",
          patches.places().stream()
              .map(place -> new double[] {place[0] * mpp, place[1] * mpp})
              .toArray(double[][]::new));
      out.putAttribute("unit", "um");
      out.putAttribute("tile_size_um", patches.size() * mpp);
      out.putAttribute("tile_size_px", patches.pixels());
      out.putAttribute("feat_type", "tile");
    }

    @Override
    void check(Path file, Scale scale) {
      if (!scale.measured()) {
        throw new DataException(
            file
                + " tells no micrometres a pixel, in which the coordinates of --layout stamp are; give --slide-mpp");
      }
    }
  };

  /** How files of features end. */
  static final String ENDING = ".h5";

  /** The name, as the option has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The file of a slide that is there when the slide is done, and tells of what it was made. */
  Path file(Path directory, String name) {
    return directory.resolve(name + ENDING);
  }

  /** Files that lie beside it. */
  List<Path> others(Path directory, String name) {
    return List.of();
  }

  /** Writes the files that lie beside it; to be called before it is written. */
  void writeOthers(Path directory, String name, float[][] features) {
    // most have none
  }

  /**
   * Before a slide is extracted.
   *
   * @throws DataException where it does not tell what the layout needs
   */
  void check(Path file, Scale scale) {
    // most need nothing
  }

  /** Writes features and places. */
  abstract void write(
      WritableHdfFile out, float[][] features, Patches patches, Options options, String name);

  /** Whole magnifications as whole numbers, as TRIDENT writes them. */
  private static void put(WritableDataset places, String attribute, double magnification) {
    if (magnification == Math.rint(magnification)) {
      places.putAttribute(attribute, (int) magnification);
    } else {
      places.putAttribute(attribute, magnification);
    }
  }
}
