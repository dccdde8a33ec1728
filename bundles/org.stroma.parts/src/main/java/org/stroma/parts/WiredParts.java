/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.parts;

/** The parts of one experiment, each by its slot: the JSON pointer of the place that asks for it. */
public interface WiredParts {
  /**
   * The part in a slot.
   *
   * @throws IllegalStateException where that slot holds no part of the kind
   */
  <P> P get(String slot, Class<P> kind);

  /** Runs code of the parts. */
  PartInvoker code();
}
