/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.stroma.report.Study;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;

/** Programs, data and device that the run was made with. */
public final class ProvenanceSection implements Section {
  private static final int MOST_FILES = 200;

  @Override
  public String anchor() {
    return "provenance";
  }

  @Override
  public String title() {
    return "Provenance";
  }

  @Override
  public void write(Study study, Markup page) {
    JsonNode provenance = study.run().provenance();
    if (provenance.isMissingNode()) {
      page.element("p", "The run has no provenance.json.");
      return;
    }
    Table table = Table.of("What", "Value");
    row(table, "Started", provenance.path("started"));
    row(table, "Written", provenance.path("written"));
    row(table, "Seed", provenance.path("seed"));
    row(table, "Stroma", stroma(provenance));
    row(table, "TensorFlow", provenance.path("tensorflow"));
    row(table, "Java", provenance.path("java"));
    row(table, "Operating system", provenance.path("os"));
    row(table, "Framework", provenance.path("framework"));
    List<String> devices = new ArrayList<>();
    provenance.path("devices").forEach(device -> devices.add(device.asText()));
    row(
        table,
        "Computed on",
        com.fasterxml.jackson.databind.node.TextNode.valueOf(String.join(", ", devices)));
    row(table, "Precision", provenance.path("precision"));
    row(table, "Attention", provenance.path("attention"));
    table.write(page);
    page.element("h3", "Data");
    Table files = Table.of("File", "Bytes", "SHA-256");
    int count = 0;
    for (JsonNode file : provenance.path("data")) {
      if (count++ < MOST_FILES) {
        files.row(
            name(file.path("file").asText()),
            Words.count(file.path("bytes").asLong()),
            file.path("sha256").asText(file.path("reason").asText()));
      }
    }
    if (count > 0) {
      page.open("details").element("summary", Words.count(count, "data file") + " by SHA-256");
      files.write(page);
      if (count > MOST_FILES) {
        page.element(
            "p",
            "The first " + MOST_FILES + " of " + Words.count(count) + "; provenance.json has all.");
      }
      page.close("details");
    }
    Table bundles = Table.of("Bundle", "Version", "SHA-256");
    for (JsonNode bundle : provenance.path("bundles")) {
      bundles.row(
          bundle.path("name").asText(),
          bundle.path("version").asText(),
          bundle.path("sha256").asText(bundle.path("reason").asText()));
    }
    page.open("details")
        .element(
            "summary", Words.count(provenance.path("bundles").size(), "bundle") + " by SHA-256");
    bundles.write(page);
    page.close("details");
    page.element(
        "p",
        "The same experiment, data, programs and device give the same numbers. Folders of files are not shown here; provenance.json "
            + "has them.");
  }

  private static void row(Table table, String what, JsonNode value) {
    if (!value.asText().isEmpty()) {
      table.row(what, value.asText());
    }
  }

  private static JsonNode stroma(JsonNode provenance) {
    for (JsonNode bundle : provenance.path("bundles")) {
      if (bundle.path("name").asText().equals("org.stroma.runtime")) {
        return bundle.path("version");
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  /** The file without its folder, which tells of the machine and not of the data. */
  private static String name(String file) {
    return file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  }
}
