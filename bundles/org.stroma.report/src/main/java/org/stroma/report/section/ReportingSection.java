/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import java.util.List;
import org.stroma.report.Study;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Words;

/** The items of TRIPOD+AI: what the run fills, and prompts for what its author has to write. */
public final class ReportingSection implements Section {
  @Override
  public String anchor() {
    return "tripod";
  }

  @Override
  public String title() {
    return "TRIPOD+AI";
  }

  @Override
  public boolean applies(Study study) {
    return !study.run().pretraining();
  }

  @Override
  public void write(Study study, Markup page) {
    List<ReportingItems.Item> items = ReportingItems.of(study);
    long filled = items.stream().filter(item -> !item.told().isEmpty()).count();
    page.element(
        "p",
        "TRIPOD+AI (Collins et al., BMJ 2024) says what a report of a prediction model should hold. Of its "
            + Words.count(items.size(), "item") + " this run tells something of " + filled
            + ". The rest is for the author, and marked so: nothing was made up. Topics are in our words; the statement itself "
            + "has the full text.");
    page.open(
        "div",
        "class",
        "table",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "TRIPOD+AI items");
    page.open("table", "class", "items").open("thead").open("tr");
    for (String column : List.of("Item", "Topic", "From this run", "To be written by the author")) {
      page.element("th", column, "scope", "col");
    }
    page.close("tr").close("thead").open("tbody");
    for (ReportingItems.Item item : items) {
      page.open("tr").element("th", item.number(), "scope", "row").element("td", item.topic());
      page.element("td", item.told(), "class", item.told().isEmpty() ? null : "told");
      page.open("td", "class", item.asked().isEmpty() ? null : "asked");
      if (!item.asked().isEmpty()) {
        page.element("span", "Author: ", "class", "author").text(item.asked());
      }
      page.close("td").close("tr").line();
    }
    page.close("tbody").close("table").close("div");
  }
}
