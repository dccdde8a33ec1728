/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

/** Kinds of targets a cohort can have. */
public enum TargetKind {
  /** A time and whether the event was seen then. */
  SURVIVAL,
  /** One of several classes. */
  CLASS,
  /** A number. */
  NUMBER,
  /** A class of each element of a bag, such as the tissue of each patch. */
  PATCHES
}
