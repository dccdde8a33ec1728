/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** Says what to do where a table does not fit into Java's memory. */
final class Memory {
  private static final long GB = 1L << 30;

  private Memory() {}

  /**
   * Refuses early what cannot fit.
   *
   * @param needed bytes
   */
  static void require(Path path, long needed) {
    if (needed > 0.9 * Runtime.getRuntime().maxMemory()) {
      throw refusal(path, needed, null);
    }
  }

  /**
   * One sentence for the user.
   *
   * @param needed bytes; negative where nobody knows
   */
  static DataException refusal(Path path, long needed, Throwable cause) {
    long most = Runtime.getRuntime().maxMemory();
    // transforms and the model's input hold numbers beside those of the reader
    long wanted = Math.max(3 * Math.max(0, needed) + GB / 2, most + most / 2);
    return new DataException(
        path
            + (needed < 0
                ? " takes more memory than there is"
                : " takes about " + size(needed) + " of memory")
            + ", and Java may use " + size(most)
            + " in all; start Stroma with STROMA_JAVA_OPTS=-Xmx" + (wanted + GB - 1) / GB
            + "g, or more",
        cause);
  }

  private static String size(long bytes) {
    return bytes < GB
        ? (bytes >> 20) + " MB"
        : String.format(Locale.ROOT, "%.1f GB", (double) bytes / GB);
  }
}
