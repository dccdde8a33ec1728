/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.audit;

import java.util.List;

/** Looks at one thing. */
interface Check {
  /** What it is called in files. */
  String name();

  /** The question that it answers, as a heading. */
  String title();

  /** What it found; one finding at least, which says so where nothing is wrong or nothing can be told. */
  List<Finding> of(Subject subject);
}
