/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

/** A distribution that cannot be started or used; the message says why, in a sentence. What commands run into is a {@link Result}. */
public final class DistributionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DistributionException(String message) {
    super(message);
  }

  DistributionException(String message, Throwable cause) {
    super(message, cause);
  }
}
