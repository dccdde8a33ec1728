/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import org.stroma.report.Study;
import org.stroma.report.markup.Markup;

/** What the command stress found: how predictions suffer when modalities are missing or permuted. */
public final class StressSection implements Section {
  private static final String FILE = "stress.json";

  @Override
  public String anchor() {
    return "stress";
  }

  @Override
  public String title() {
    return "Stress";
  }

  @Override
  public boolean applies(Study study) {
    return study.run().file(FILE).isPresent();
  }

  @Override
  public void write(Study study, Markup page) {
    page.element(
        "p",
        "How good the predictions are when patients lack modalities, or have those of somebody else ("
            + FILE + ").");
    JsonTables.write(study.run().json(FILE), page);
  }
}
