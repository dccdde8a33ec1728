/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

/**
 * A jar in the folder of extensions and its state.
 *
 * @param file file name
 * @param bundle symbolic name and version; empty if it is not a bundle
 * @param state life-cycle state
 * @param reason why it is refused or broken, as a sentence; empty if it is active
 */
public record Extension(String file, String bundle, State state, String reason) {
  /** Life-cycle state of an extension. */
  public enum State {
    /** Started. */
    ACTIVE,
    /** Not trusted by the policy of the folder. */
    REFUSED,
    /** Not a bundle, or it does not resolve or start. */
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
