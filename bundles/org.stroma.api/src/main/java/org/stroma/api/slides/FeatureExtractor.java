/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Computes a feature vector for each patch with a model on this machine. */
@ConsumerType
public interface FeatureExtractor {
  /**
   * Opens the model.
   *
   * @param directory base of relative paths in the settings
   * @throws org.stroma.api.data.DataException if the model does not exist or does not take
   *     patches
   */
  Model open(Path directory);

  /** An open model. Thread-safe. */
  @ConsumerType
  interface Model extends AutoCloseable {
    /** Number of features per patch. */
    int width();

    /** Identifies the model in one line for provenance, such as the file name and SHA-256. */
    String identity();

    /**
     * What a user has to know before patches go through this model, such as that it was made for others; a sentence each.
     *
     * @param patchSize pixels on a side
     * @param magnification of the patches; at 20 a pixel is half a micrometre
     */
    default List<String> notes(int patchSize, double magnification) {
      return List.of();
    }

    /**
     * Extracts features.
     *
     * @param patches patches of equal size
     * @return [patches, {@link #width()}]
     */
    float[][] extract(List<BufferedImage> patches);

    @Override
    void close();
  }
}
