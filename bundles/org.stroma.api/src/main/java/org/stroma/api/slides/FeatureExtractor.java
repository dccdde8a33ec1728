/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes a vector of features of each patch, with a model that lies on this machine. */
@ConsumerType
public interface FeatureExtractor {
  /**
   * Opens the model.
   *
   * @param directory where relative paths of the settings start
   * @throws org.stroma.api.data.DataException for a model that is not there or does not take patches
   */
  Model open(Path directory);

  /** An open model; safe for several threads. */
  @ConsumerType
  interface Model extends AutoCloseable {
    /** Features a patch. */
    int width();

    /** A line that tells which model this is, for provenance, such as its file's name and SHA-256. */
    String identity();

    /** One row of {@link #width()} features a patch; the patches may have any one size. */
    float[][] extract(List<BufferedImage> patches);

    @Override
    void close();
  }
}
