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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.stroma.files.AtomicFiles;

/**
 * The features of a slide in HDF5, in a {@link Layout}, and beside them what they were made of.
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
    try {
      AtomicFiles.replace(file, partial -> {
        try (WritableHdfFile out = HdfFile.write(partial)) {
          out.putAttribute("extractor", extractor);
          out.putAttribute(SETTINGS, settings);
          out.putAttribute(SLIDE, slide.toString());
          options.layout().write(out, features, patches, options, name);
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
    String[] mine = withLayout(settings).split(Options.BETWEEN);
    String[] its = withLayout(other).split(Options.BETWEEN);
    for (int i = 0; i < mine.length && mine.length == its.length; i++) {
      if (!mine[i].equals(its[i])) {
        return "was made with other settings (" + mine[i] + ", and now " + its[i] + ")";
      }
    }
    return "was made with other settings, by another version";
  }

  private static String withLayout(String line) {
    String layout = Options.BETWEEN + "layout ";
    return line.contains(layout) ? line : line + layout + Layout.TRIDENT;
  }
}
