/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A kind of input and what reads it. */
interface Reading extends AutoCloseable {
  /** A name for folders and commands. */
  String name();

  /** How many of a thousand inputs are of this kind. */
  int share();

  /** Inputs that can be read. */
  List<Sample> corpus() throws IOException;

  /**
   * Reads an input.
   *
   * @param folder holds the files of the sample, and nothing else
   * @throws Refused where the input was refused in words
   */
  void read(Path folder) throws Exception;

  /** Memory that is taken, and given back, at most: inputs are small. */
  default long mostBytes() {
    return 512L << 20;
  }

  /** Whether a file of a sample is changed. */
  default boolean changes(String file) {
    return true;
  }

  /** Makes a changed input fit where a checksum would end its reading too early. */
  default Sample mended(Sample changed) {
    return changed;
  }

  @Override
  default void close() throws Exception {}

  /** An input that was refused as it should be. */
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
