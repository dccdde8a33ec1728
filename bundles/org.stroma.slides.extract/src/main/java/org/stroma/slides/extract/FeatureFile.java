/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.WritableDataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * The features of a slide in HDF5, as CLAM and TRIDENT users read them: {@code features} [N, D] float32 and {@code coords}
 * [N, 2] in level-0 pixels with the attributes that TRIDENT gives them.
 */
final class FeatureFile {
  private static final String SETTINGS = "stroma_settings";

  private FeatureFile() {}

  /** Writes a file whole: beside its place, and then moved there. */
  static void write(Path file, float[][] features, Patches patches, Options options, String name, String extractor, String settings) {
    int[][] coords = patches.places().toArray(int[][]::new);
    try {
      Whole.write(file, partial -> {
        try (WritableHdfFile out = HdfFile.write(partial)) {
          out.putAttribute("extractor", extractor);
          out.putAttribute(SETTINGS, settings);
          out.putDataset("features", features);
          WritableDataset places = out.putDataset("coords", coords);
          places.putAttribute("patch_size", patches.pixels());
          places.putAttribute("patch_size_level0", (int) Math.round(patches.size()));
          places.putAttribute("overlap", (int) Math.round(options.overlap() * patches.pixels()));
          places.putAttribute("overlap_level0", (int) Math.round(options.overlap() * patches.size()));
          if (options.magnification() > 0) {
            places.putAttribute("target_magnification", options.magnification());
          }
          if (!Double.isNaN(patches.magnification())) {
            places.putAttribute("level0_magnification", patches.magnification());
          }
          if (!Double.isNaN(patches.mpp())) {
            places.putAttribute("level0_mpp", patches.mpp());
          }
          places.putAttribute("name", name);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** The settings that a file was made with; empty where it does not tell, or is no such file. */
  static String settings(Path file) {
    try (HdfFile in = new HdfFile(file)) {
      Attribute settings = in.getAttribute(SETTINGS);
      return settings == null ? "" : String.valueOf(settings.getData());
    } catch (RuntimeException e) {
      return "";
    }
  }
}
