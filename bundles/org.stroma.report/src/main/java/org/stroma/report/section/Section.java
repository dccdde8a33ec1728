/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import org.stroma.report.Study;
import org.stroma.report.markup.Markup;

/** A section of the report. */
public interface Section {
  /** Its anchor within the page. */
  String anchor();

  /** Its heading. */
  String title();

  /** Whether there is something to tell of this run. */
  default boolean applies(Study study) {
    return true;
  }

  /** Writes all below the heading. */
  void write(Study study, Markup page);
}
