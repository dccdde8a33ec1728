/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.testkit;

/** What stands where nothing should be looked at. */
enum Garbage {
  NONE,
  MASKED,
  ABSENT
}
