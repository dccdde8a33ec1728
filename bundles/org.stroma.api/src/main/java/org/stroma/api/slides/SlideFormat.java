/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.slides;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ConsumerType;

/** A reader of whole-slide images; a service. Where several read a file, the one of the highest service ranking does. */
@ConsumerType
public interface SlideFormat {
  /** Its name for people, such as "tiled TIFF". */
  String name();

  /** Whether it can read this file, by a look at its name and its first bytes; false for a file it cannot open. */
  boolean reads(Path file);

  /**
   * Opens a slide.
   *
   * @throws org.stroma.api.data.DataException for a file that is damaged or of no use
   */
  Slide open(Path file) throws IOException;
}
