/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.csv;

import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** Reports tables that do not fit into Java's heap, with the remedy. */
final class Memory {
  private static final long GB = 1L << 30;

  private Memory() {}

  /**
   * Fails early if a table cannot fit.
   *
   * @param needed estimated bytes
   */
  static void require(Path path, long needed) {
    if (needed > 0.9 * Runtime.getRuntime().maxMemory()) {
      throw refusal(path, needed, null);
    }
  }

  /**
   * The message for the user.
   *
   * @param needed estimated bytes; negative if unknown
   */
  static DataException refusal(Path path, long needed, Throwable cause) {
    long maxHeap = Runtime.getRuntime().maxMemory();
    // transforms and model inputs need memory beside the reader's
    long suggested = Math.max(3 * Math.max(0, needed) + GB / 2, maxHeap + maxHeap / 2);
    return new DataException(
        path
            + (needed < 0
                ? " takes more memory than there is"
                : " takes about " + size(needed) + " of memory")
            + ", and Java may use " + size(maxHeap)
            + " in all; start Stroma with STROMA_JAVA_OPTS=-Xmx" + (suggested + GB - 1) / GB
            + "g, or more",
        cause);
  }

  private static String size(long bytes) {
    return bytes < GB
        ? (bytes >> 20) + " MB"
        : String.format(Locale.ROOT, "%.1f GB", (double) bytes / GB);
  }
}
