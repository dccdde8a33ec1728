/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

/** Data that cannot be used. The message is one sentence for the user: the file, the place in it, what would be right. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** @param message one sentence for the user */
  public DataException(String message) {
    super(message);
  }

  /** @param message one sentence for the user */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
