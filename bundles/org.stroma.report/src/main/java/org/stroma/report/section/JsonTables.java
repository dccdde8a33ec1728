/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.report.section;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.stroma.report.markup.Markup;
import org.stroma.report.markup.Table;
import org.stroma.report.markup.Words;

/** JSON of whatever kind as tables, for files that other commands leave in a run directory. */
final class JsonTables {
  private static final int MOST_ROWS = 100;
  private static final int DEEPEST = 4;

  private JsonTables() {}

  static void write(JsonNode json, Markup page) {
    write("", json, page, 0);
  }

  private static void write(String name, JsonNode json, Markup page, int depth) {
    if (json.isArray() && json.size() > 0 && json.get(0).isObject()) {
      page.element("h4", name);
      list(json, page);
      return;
    }
    Table single = Table.of("What", "Value");
    List<String> nested = new ArrayList<>();
    json.fields().forEachRemaining(entry -> {
      if (flat(entry.getValue())) {
        single.row(entry.getKey(), text(entry.getValue()));
      } else {
        nested.add(entry.getKey());
      }
    });
    if (!name.isEmpty()) {
      page.element("h4", name);
    }
    if (!single.isEmpty()) {
      single.write(page);
    }
    for (String key : nested) {
      if (depth < DEEPEST) {
        write(name.isEmpty() ? key : name + ", " + key, json.path(key), page, depth + 1);
      }
    }
  }

  private static void list(JsonNode list, Markup page) {
    Set<String> columns = new LinkedHashSet<>();
    list.forEach(row -> row.fields().forEachRemaining(entry -> {
      if (flat(entry.getValue())) {
        columns.add(entry.getKey());
      }
    }));
    if (columns.isEmpty()) {
      return;
    }
    Table table = Table.of(List.copyOf(columns));
    int rows = 0;
    for (JsonNode row : list) {
      if (rows++ < MOST_ROWS) {
        table.row(columns.stream().map(column -> text(row.path(column))).toList());
      }
    }
    table.write(page);
    if (rows > MOST_ROWS) {
      page.element("p", "The first " + MOST_ROWS + " of " + Words.count(rows) + " rows.");
    }
  }

  private static boolean flat(JsonNode node) {
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (!element.isValueNode()) {
          return false;
        }
      }
    }
    return !node.isObject();
  }

  private static String text(JsonNode node) {
    if (node.isArray()) {
      List<String> all = new ArrayList<>();
      node.forEach(element -> all.add(text(element)));
      return String.join(", ", all);
    }
    return node.isMissingNode() || node.isNull()
        ? "–"
        : node.isIntegralNumber()
            ? Words.count(node.asLong())
            : node.isNumber() ? Words.number(node.asDouble()) : node.asText();
  }
}
