/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;

/**
 * Data that cannot be used. The message is one sentence for the user: the file, the place in it, what would be right; or
 * several, a line each, where several things are wrong (see {@link Problems}).
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
  public DataException(String message, Throwable cause) {
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

  /** What is wrong, a sentence each. */
  public final List<String> sentences() {
    return sentences;
  }

  /** How many things are wrong; more than there are sentences where not all are told. */
  public final int count() {
    return count;
  }

  /** The same with the place put before each sentence, such as the modality's name. */
  public final DataException at(String place) {
    List<String> placed =
        sentences.stream().map(sentence -> place + ": " + sentence).toList();
    DataException same = this instanceof AbsentDataException
        ? new AbsentDataException(placed, count)
        : new DataException(placed, count);
    same.initCause(this);
    return same;
  }
}
