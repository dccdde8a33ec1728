/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A format of whole-slide images, registered as a service. If several can read a file, the one with
 * the highest service ranking is used.
 */
@ConsumerType
public interface SlideFormat {
  /** Display name, such as "tiled TIFF". */
  String name();

  /**
   * Whether it can read a file, judged by name and first bytes; false if the file cannot be opened.
   */
  boolean reads(Path file);

  /**
   * Opens a slide.
   *
   * @throws org.stroma.api.data.DataException if the file is damaged or unusable
   */
  Slide open(Path file) throws IOException;
}
