/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import java.util.List;

/** A command that was called in a wrong way; all that is wrong at once, a sentence each. It ends with {@link ExitCode#WRONG_USE}. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> sentences;

  public UsageException(String sentence) {
    this(List.of(sentence));
  }

  public UsageException(List<String> sentences) {
    super(String.join("\n", sentences));
    this.sentences = List.copyOf(sentences);
  }

  /** What is wrong. */
  public List<String> sentences() {
    return sentences;
  }
}
