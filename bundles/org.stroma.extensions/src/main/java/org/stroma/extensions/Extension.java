/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

/**
 * A jar in the folder of extensions.
 *
 * @param file its name in the folder
 * @param bundle symbolic name and version; empty where it is no bundle
 * @param state what became of it
 * @param reason why it is refused or does not work, in words; empty for one that works
 */
public record Extension(String file, String bundle, State state, String reason) {
  /** What became of an extension. */
  public enum State {
    /** It is started. */
    ACTIVE,
    /** The folder's policy does not trust it. */
    REFUSED,
    /** It is no bundle, does not resolve, or does not start. */
    BROKEN
  }

  @Override
  public String toString() {
    return "extension " + file + (bundle.isEmpty() ? "" : " (" + bundle + ")")
        + switch (state) {
          case ACTIVE -> " is active";
          case REFUSED -> " is refused: " + reason;
          case BROKEN -> " does not work: " + reason;
        };
  }
}
