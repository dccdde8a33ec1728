/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.stroma.api.data.Bag;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData;
import org.stroma.api.data.Reader;
import org.stroma.api.slides.Slide;
import org.stroma.api.slides.SlideFormat;
import org.stroma.data.arrays.H5adReader;
import org.stroma.data.arrays.Hdf5PatchesReader;
import org.stroma.data.arrays.Hdf5VectorsReader;
import org.stroma.data.arrays.NpyPatchesReader;
import org.stroma.data.arrays.NpyTokensReader;
import org.stroma.data.arrays.NpyVectorsReader;
import org.stroma.data.arrays.PtPatchesReader;
import org.stroma.data.parquet.ParquetMatrixReader;
import org.stroma.slides.tiff.TiffFormat;
import org.stroma.slides.tiff.UndecodedTiff;
import org.stroma.testkit.Defaults;
import org.stroma.testkit.TestCohort;

/** Arrays and slides: HDF5, NumPy, PyTorch, Parquet, TIFF. */
final class Arrays {
  private static final int LARGEST = 13_000;

  /** More numbers than that nobody reads at once here. */
  private static final long MOST = 1 << 20;

  private Arrays() {}

  static List<Reading> readings() throws IOException {
    Path arrays = Readings.resources("org.stroma.data.arrays").resolve("arrays");
    List<Sample> npy = Readings.fixtures(arrays, ".npy", 500);
    TiffFormat tiff = new TiffFormat();
    return List.of(
        Readings.of(
            "hdf5",
            150,
            Readings.fixtures(arrays, ".h5", LARGEST),
            folder -> bags(
                new Hdf5PatchesReader(Defaults.of(
                    Hdf5PatchesReader.Settings.class,
                    Map.of("path", "{slide}", "labels", "labels"))),
                folder.resolve("input.h5"))),
        Readings.of(
            "npy-patches",
            40,
            npy,
            folder -> bags(
                new NpyPatchesReader(
                    Defaults.of(NpyPatchesReader.Settings.class, Map.of("path", "{slide}"))),
                folder.resolve("input.npy"))),
        Readings.of(
            "pt-patches",
            60,
            Readings.fixtures(arrays, ".pt", 2000),
            folder -> bags(
                new PtPatchesReader(
                    Defaults.of(PtPatchesReader.Settings.class, Map.of("path", "{slide}"))),
                folder.resolve("input.pt"))),
        Readings.of("npy-vectors", 20, npy, folder -> new NpyVectorsReader(
                Defaults.of(NpyVectorsReader.Settings.class, Map.of("path", "{slide}")))
            .read(cohort(folder.resolve("input.npy")))),
        Readings.of(
            "hdf5-vectors",
            40,
            Readings.fixtures(arrays, ".h5", LARGEST),
            folder -> new Hdf5VectorsReader(Defaults.of(
                    Hdf5VectorsReader.Settings.class,
                    Map.of("path", "{slide}", "integers", "numbers")))
                .read(cohort(folder.resolve("input.h5")))),
        Readings.of(
            "h5ad", 60, Readings.fixtures(arrays, ".h5ad", 20_000), folder -> new H5adReader(
                    Defaults.of(H5adReader.Settings.class, Map.of("path", "input.h5ad")))
                .read(cohort(folder.resolve("input.h5ad")))),
        Readings.of(
            "parquet",
            60,
            Readings.fixtures(
                Readings.resources("org.stroma.data.parquet").resolve("parquet"), ".parquet", 4000),
            folder -> new ParquetMatrixReader(Defaults.of(
                    ParquetMatrixReader.Settings.class, Map.of("path", "input.parquet")))
                .read(cohort(folder.resolve("input.parquet")))),
        Readings.of("npy-tokens", 20, npy, folder -> new NpyTokensReader(Defaults.of(
                NpyTokensReader.Settings.class, Map.of("path", "{slide}", "vocabularySize", 1000)))
            .read(cohort(folder.resolve("input.npy")))),
        Readings.of(
            "tiff", 100, Slides.corpus(), folder -> slide(tiff, folder.resolve("input.tif"))));
  }

  private static TestCohort cohort(Path file) {
    return new TestCohort(file.getParent(), null, "id").with("p", file);
  }

  private static void bags(Reader reader, Path file) {
    ModalityData.Bags bags;
    try {
      bags = (ModalityData.Bags) reader.read(cohort(file));
    } catch (DataException e) {
      if (e.getMessage().startsWith("no sample has")) {
        return; // a slide without patches is missing
      }
      throw e;
    }
    Bag bag = bags.bags().get("p");
    if ((long) bag.size() * bags.width() <= MOST) {
      bag.read(FloatBuffer.allocate(bag.size() * bags.width()));
      bag.coordinates();
      bag.locations();
      bag.labels();
    }
  }

  private static void slide(TiffFormat tiff, Path file) throws IOException {
    SlideFormat rest = new UndecodedTiff();
    SlideFormat format = tiff.reads(file) ? tiff : rest;
    if (!format.reads(file)) {
      return;
    }
    try (Slide slide = format.open(file)) {
      for (int level = 0; level < slide.levels(); level++) {
        slide.downsample(level);
        slide.read(
            level, 0, 0, Math.min(300, slide.width(level)), Math.min(150, slide.height(level)));
        slide.read(level, slide.width(level) - 20, slide.height(level) - 20, 40, 40);
      }
      slide.micronsPerPixel();
      slide.magnification();
    }
  }
}
