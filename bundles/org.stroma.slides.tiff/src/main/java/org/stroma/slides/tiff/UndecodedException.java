/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import org.stroma.api.data.DataException;

/** A TIFF that is whole, and compressed in a way that is not decoded here: another format may read it. */
final class UndecodedException extends DataException {
  private static final long serialVersionUID = 1L;

  UndecodedException(Directory image, int compression) {
    super(image.file().file() + ": " + image.name() + " is compressed with "
        + Compression.name(compression) + ", which Stroma does not decode; "
        + Compression.advice(compression));
  }
}
