/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

/**
 * Thrown if a distribution cannot be started or used; the message is a sentence. Errors of commands
 * are part of their {@link Result} instead.
 */
public final class DistributionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DistributionException(String message) {
    super(message);
  }

  DistributionException(String message, Throwable cause) {
    super(message, cause);
  }
}
