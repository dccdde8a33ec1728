/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

/**
 * One thing that is wrong with an experiment file.
 *
 * @param pointer JSON pointer (RFC 6901) of the place
 * @param message what is wrong there and what would be right
 * @param wanted the part that is missing there, if that is what is wrong; otherwise null
 */
public record Fault(String pointer, String message, Wanted wanted) {
  /** A part that no installed bundle provides. */
  public record Wanted(PartKind kind, String type) {}

  /** Anything but a missing part. */
  public Fault(String pointer, String message) {
    this(pointer, message, null);
  }

  @Override
  public String toString() {
    return pointer.isEmpty() ? message : pointer + ": " + message;
  }
}
