/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.WritableDataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.stroma.files.AtomicFiles;

/**
 * The features of a slide in HDF5, as CLAM and TRIDENT users read them: {@code features} [N, D] float32 and {@code coords}
 * [N, 2] in level-0 pixels with the attributes that TRIDENT gives them.
 *
 * @param settings the line of all options; empty for a file of another program
 * @param slide what is known of the slide that it was made of; empty likewise
 */
record FeatureFile(String settings, ObjectNode slide) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SETTINGS = "stroma_settings";
  private static final String SLIDE = "stroma_slide";

  /** Writes a file whole: beside its place, and then moved there. */
  void write(
      Path file,
      float[][] features,
      Patches patches,
      Options options,
      String name,
      String extractor) {
    int[][] coords = patches.places().toArray(int[][]::new);
    try {
      AtomicFiles.replace(file, partial -> {
        try (WritableHdfFile out = HdfFile.write(partial)) {
          out.putAttribute("extractor", extractor);
          out.putAttribute(SETTINGS, settings);
          out.putAttribute(SLIDE, slide.toString());
          out.putDataset("features", features);
          WritableDataset places = out.putDataset("coords", coords);
          places.putAttribute("patch_size", patches.pixels());
          places.putAttribute("patch_size_level0", (int) Math.round(patches.size()));
          places.putAttribute("overlap", (int) Math.round(options.overlap() * patches.pixels()));
          places.putAttribute(
              "overlap_level0", (int) Math.round(options.overlap() * patches.size()));
          if (options.magnification() > 0) {
            places.putAttribute("target_magnification", options.magnification());
          }
          places.putAttribute("level0_magnification", patches.scale().magnification());
          if (patches.scale().measured()) {
            places.putAttribute("level0_mpp", patches.scale().mpp());
          }
          places.putAttribute("name", name);
        }
      });
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** What a file was made of, and how; empty where it does not tell, or is no such file. */
  static FeatureFile of(Path file) {
    try (HdfFile in = new HdfFile(file)) {
      Attribute settings = in.getAttribute(SETTINGS);
      Attribute slide = in.getAttribute(SLIDE);
      return new FeatureFile(
          settings == null ? "" : String.valueOf(settings.getData()),
          slide != null
                  && MAPPER.readTree(String.valueOf(slide.getData())) instanceof ObjectNode told
              ? told
              : MAPPER.createObjectNode());
    } catch (RuntimeException | JsonProcessingException e) {
      return new FeatureFile("", MAPPER.createObjectNode());
    }
  }

  /** In what another extraction differs from this one, in words; null where both are the same. */
  String differs(String other) {
    if (settings.equals(other)) {
      return null;
    }
    if (settings.isEmpty()) {
      return "was made by another program";
    }
    String[] mine = settings.split(Options.BETWEEN);
    String[] its = other.split(Options.BETWEEN);
    for (int i = 0; i < mine.length && mine.length == its.length; i++) {
      if (!mine[i].equals(its[i])) {
        return "was made with other settings (" + mine[i] + ", and now " + its[i] + ")";
      }
    }
    return "was made with other settings, by another version";
  }
}
