/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import org.stroma.api.TargetKind;

/**
 * The number that a head says of a patient, on a scale on which differences mean the same everywhere: the risk of survival (for a
 * proportional hazard its logarithm), the log-odds of a class or of a label, a number or count in its own unit.
 *
 * @param head its name
 * @param kind of its target
 * @param label the label of several that are told at once; empty for what a head says one of
 */
public record MainOutput(String head, TargetKind kind, String label) {
  /** HEAD, or HEAD.LABEL. */
  public String name() {
    return label.isEmpty() ? head : head + "." + label;
  }
}
