/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.stroma.command.Closest;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Lists the commands by what they are for. */
final class Help {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  /** What the console itself understands. */
  private static final Map<String, String> HERE = new LinkedHashMap<>();

  static {
    GROUPS.put("Experiments", List.of("run", "validate", "why", "predict", "evaluate", "export"));
    GROUPS.put(
        "Experiments in the background", List.of("start", "list", "watch", "stop", "restart"));
    GROUPS.put("Data", List.of("extract", "simulate"));
    GROUPS.put("What is installed", List.of("parts", "describe", "schema", "doctor", "extension"));
    HERE.put(
        "cd [DIR]",
        "Goes to a folder: relative paths are relative to it. Without one: where the console was opened.");
    HERE.put("pwd, ls [DIR]", "Tells the folder; lists it.");
    HERE.put(
        "COMMAND > FILE",
        "Writes the result to a file that is not there yet; >> appends, >| replaces.");
    HERE.put(
        "COMMAND | grep TEXT",
        "Results pipe; lists have a size: (list) size; each (parts fusion) { $it type }");
    HERE.put("exit", "Ends the console, and what still runs; so does Ctrl-D.");
  }

  private Help() {}

  /** A line for each command. */
  static List<String> lines(CommandLine commands, boolean console) {
    Map<String, CommandLine> there = commands.getSubcommands();
    Set<String> left = new LinkedHashSet<>(there.keySet());
    left.removeAll(Set.of("help", "console"));
    List<String> lines = new ArrayList<>();
    GROUPS.forEach((group, names) -> {
      group(lines, group, names.stream().filter(left::contains).toList(), there);
      left.removeAll(names);
    });
    group(lines, "Others", List.copyOf(left), there);
    if (console) {
      lines.add("Here");
      HERE.forEach((what, does) -> lines.add(line(what, does)));
      lines.add(
          "help COMMAND tells all of one; Tab completes. Gogo's and the framework's commands: felix:help");
    } else {
      lines.add("Interactive");
      lines.add(line("console", description(there.get("console"))));
      lines.add("help COMMAND tells all of one.");
    }
    return lines;
  }

  private static void group(
      List<String> lines, String group, List<String> names, Map<String, CommandLine> there) {
    if (!names.isEmpty()) {
      lines.add(group);
      names.forEach(name -> lines.add(line(name, description(there.get(name)))));
    }
  }

  private static String description(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }

  private static String line(String what, String does) {
    return String.format(Locale.ROOT, "  %-20s %s", what, does);
  }

  /** The usage of one command, or of a command of a command. */
  static String usage(CommandLine commands, List<String> names) {
    CommandLine at = commands;
    for (String name : names) {
      CommandLine next = at.getSubcommands().get(name.replaceFirst("^stroma:", ""));
      if (next == null) {
        throw new ParameterException(
            commands,
            "there is no command \"" + name + "\""
                + Closest.question(name, at.getSubcommands().keySet()));
      }
      at = next;
    }
    return at.getUsageMessage().stripTrailing();
  }
}
