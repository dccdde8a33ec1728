/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

/**
 * A shard that another attempt may end better: Spark runs its task again, on another executor where
 * there is one. It has no stack trace, since Spark prints one for each attempt and the sentence tells
 * all.
 */
final class ShardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ShardException(String sentence) {
    super(sentence, null, false, false);
  }
}
