/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.stroma.command.Closest;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.Setting;

/** Describes parts: one in full, or papers, parameters and costs of all as a table. */
final class PartDescription {
  private PartDescription() {}

  /** Prints a Markdown table with a row for each part that has facts. */
  static void table(List<PartDescriptor> parts, PrintStream out) {
    out.println("| part | kind | paper | parameters | cost |");
    out.println("| --- | --- | --- | --- | --- |");
    for (PartDescriptor part : parts) {
      if (part.facts().ofMethod()) {
        out.printf(
            Locale.ROOT,
            "| `%s` | %s | %s | %s | %s |%n",
            part.type(),
            part.kind().label(),
            part.facts().paper(),
            part.facts().parameters(),
            part.facts().cost());
      }
    }
  }

  /**
   * The parts of a type, of whatever kind.
   *
   * @throws FaultsException where there is none
   */
  static List<PartDescriptor> of(String type, PartCatalog catalog) {
    List<PartDescriptor> found =
        catalog.parts().stream().filter(p -> p.type().equals(type)).toList();
    if (found.isEmpty()) {
      throw new FaultsException(
          List.of(new Fault(
              "",
              "no installed bundle provides a part \"" + type + "\"; installed are "
                  + catalog.parts().stream()
                      .map(PartDescriptor::type)
                      .distinct()
                      .collect(Collectors.joining(", "))
                  + Closest.question(
                      type, catalog.parts().stream().map(PartDescriptor::type).toList()))),
          true);
    }
    return found;
  }

  /** Prints a part's description, bundle, facts, and settings with defaults and bounds. */
  static void full(PartDescriptor part, PrintStream out) {
    out.printf(Locale.ROOT, "%s (%s): %s%n", part.type(), part.kind().label(), part.description());
    out.printf(
        Locale.ROOT,
        "  from %s %s%n",
        part.bundle().getSymbolicName(),
        part.bundle().getVersion());
    fact("paper", part.facts().paper(), out);
    fact("parameters", part.facts().parameters(), out);
    fact("cost", part.facts().cost(), out);
    fact("gives", part.facts().gives().toLowerCase(Locale.ROOT), out);
    for (Setting setting : part.settings()) {
      out.printf(Locale.ROOT, "  %-16s %s%n", setting.name(), setting.description());
      out.printf(
          Locale.ROOT,
          "  %-16s %s; %s%n",
          "",
          setting.wanted(),
          setting.required() ? "required" : "default " + value(setting.preset()));
    }
  }

  private static void fact(String name, String text, PrintStream out) {
    if (!text.isEmpty()) {
      out.printf(Locale.ROOT, "  %s: %s%n", name, text);
    }
  }

  /** A default value in the syntax of an experiment. */
  static String value(Object preset) {
    if (preset == null) {
      return "[]";
    }
    if (preset.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(preset))
          .mapToObj(i -> String.valueOf(Array.get(preset, i)))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return preset instanceof String ? "\"" + preset + "\"" : String.valueOf(preset);
  }
}
