/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report;

import java.util.List;
import org.stroma.report.markup.Markup;
import org.stroma.report.section.Section;

/** The frame of the page: head, style sheet, contents and sections. Nothing is loaded from anywhere, and nothing runs. */
final class Page {
  /** Browsers refuse what is neither our style sheet nor a picture within the page, even if somebody put it in. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  private Page() {}

  static String of(Study study, List<Section> sections) {
    List<Section> some =
        sections.stream().filter(section -> section.applies(study)).toList();
    String name = study.run().name();
    Markup page = new Markup();
    page.open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.empty("meta", "name", "generator", "content", "Stroma");
    page.element("title", name + " – report")
        .style(StyleSheet.text())
        .close("head")
        .line();
    page.open("body").open("header");
    page.element("p", "Report of a prediction model", "class", "kind");
    page.element("h1", name);
    page.element("p", subtitle(study), "class", "subtitle");
    if (study.simulated()) {
      page.element("p", "Simulated patients", "class", "badge");
    }
    page.open("nav", "aria-label", "Contents");
    some.forEach(section ->
        page.element("a", section.title(), "href", "#" + section.anchor()).text(" "));
    page.close("nav").close("header").line().open("main");
    for (Section section : some) {
      page.open("section", "id", section.anchor())
          .element("h2", section.title())
          .line();
      section.write(study, page);
      page.close("section").line();
    }
    page.close("main");
    page.element(
        "footer",
        "Made by Stroma from the files of the run directory; the command report writes it again. Nothing in it is loaded from "
            + "a network.");
    page.close("body").close("html").line();
    return "<!DOCTYPE html>\n" + page;
  }

  private static String subtitle(Study study) {
    String written = study.run().provenance().path("written").asText();
    return (study.run().pretraining() ? "Pretraining" : capital(study.validation()))
        + (written.isEmpty() ? "" : ", run of " + written.replaceFirst("T.*", ""));
  }

  private static String capital(String text) {
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
