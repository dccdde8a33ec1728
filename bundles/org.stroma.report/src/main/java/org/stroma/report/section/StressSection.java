/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.stroma.report.Study;
import org.stroma.report.figure.StressFigure;
import org.stroma.report.markup.Figure;
import org.stroma.report.markup.Markup;
import org.stroma.run.RunReader;

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
    JsonNode stress = study.run().json(FILE);
    page.element(
        "p",
        "How good the predictions are when patients lack modalities, or have those of somebody else: means over folds, and over "
            + "draws where chance has a part. All metrics are in " + FILE + ".");
    String trained = stress.path("trained").asText("");
    if (!trained.isEmpty()) {
      page.element("p", "Beside them stand models that were trained anew, " + trained + ".");
    }
    StressFigure.failures(stress.path("scenarios"))
        .forEach(failure -> page.element("p", failure + (failure.endsWith(".") ? "" : ".")));
    List<Figure> figures = new ArrayList<>();
    for (RunReader.Head head : study.run().heads()) {
      StressFigure.of(study, head, stress.path("scenarios")).ifPresent(figures::add);
    }
    Figure.write(page, figures);
  }
}
