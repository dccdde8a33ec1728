/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if data cannot be used. The message is one sentence for the user, with the file, the
 * position in it and what would be right; or one line for each of several errors (see
 * {@link Problems}).
 */
public class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> sentences;
  private final int count;

  /** @param message one sentence for the user */
  public DataException(String message) {
    this(message, null);
  }

  /** @param message one sentence for the user */
  public DataException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.sentences = List.of(message);
    this.count = 1;
  }

  DataException(List<String> sentences, int count) {
    super(String.join("\n", sentences)
        + (count > sentences.size()
            ? "\nand " + (count - sentences.size()) + " more like these"
            : ""));
    this.sentences = List.copyOf(sentences);
    this.count = count;
  }

  /** The errors, one sentence each. */
  public final List<String> sentences() {
    return sentences;
  }

  /** Number of errors; larger than the number of sentences if some are left out. */
  public final int count() {
    return count;
  }

  /** A copy with a location, such as the modality's name, before each sentence. */
  public final DataException at(String place) {
    List<String> located =
        sentences.stream().map(sentence -> place + ": " + sentence).toList();
    DataException copy = this instanceof AbsentDataException
        ? new AbsentDataException(located, count)
        : new DataException(located, count);
    copy.initCause(this);
    return copy;
  }
}
