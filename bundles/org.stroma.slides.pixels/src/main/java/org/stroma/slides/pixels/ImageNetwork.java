/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** A model that takes images; safe for several threads. */
@ConsumerType
public interface ImageNetwork extends AutoCloseable {
  /** What it gave: numbers row by row, and their shape. */
  record Output(float[] values, long[] shape) {}

  /** The file it came from, for messages. */
  String name();

  /** The shape of its input; -1 for a size that may vary, null where nothing is known of it. */
  long[] inputShape();

  /** The names of what it can give. */
  List<String> outputs();

  /**
   * Runs it.
   *
   * @param pixels numbers in the order of the shape
   * @throws org.stroma.api.data.DataException when it cannot compute these
   */
  Output run(float[] pixels, long[] shape);

  @Override
  void close();
}
