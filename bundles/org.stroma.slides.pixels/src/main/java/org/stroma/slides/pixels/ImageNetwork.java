/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.pixels;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/** A model that takes images. Thread-safe. */
@ConsumerType
public interface ImageNetwork extends AutoCloseable {
  /** An output: values in row-major order, and their shape. */
  record Output(float[] values, long[] shape) {}

  /** The file of the model, for messages. */
  String name();

  /** Shape of the input, with -1 for variable sizes; null if unknown. */
  long @Nullable [] inputShape();

  /** Names of the outputs. */
  List<String> outputs();

  /**
   * Runs the model.
   *
   * @param pixels values in row-major order
   * @throws org.stroma.api.data.DataException if the model fails on this input
   */
  Output run(float[] pixels, long[] shape);

  @Override
  void close();
}
