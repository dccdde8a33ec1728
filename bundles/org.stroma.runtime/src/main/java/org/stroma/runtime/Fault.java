/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

/**
 * One thing that is wrong with an experiment file.
 *
 * @param pointer JSON pointer (RFC 6901) of the place
 * @param message what is wrong there and what would be right
 */
public record Fault(String pointer, String message) {
  @Override
  public String toString() {
    return pointer.isEmpty() ? message : pointer + ": " + message;
  }
}
