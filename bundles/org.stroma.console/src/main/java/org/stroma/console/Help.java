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

/** Lists the commands, grouped by purpose. */
final class Help {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  /** Commands and syntax of the console itself. */
  private static final Map<String, String> CONSOLE_SYNTAX = new LinkedHashMap<>();

  static {
    GROUPS.put("Experiments", List.of("run", "validate", "why", "predict", "evaluate", "export"));
    GROUPS.put(
        "Experiments in the background",
        List.of("start", "list", "watch", "stop", "restart", "web"));
    GROUPS.put("Data", List.of("extract", "simulate"));
    GROUPS.put("What is installed", List.of("parts", "describe", "schema", "doctor", "extension"));
    CONSOLE_SYNTAX.put(
        "cd [DIR]",
        "Goes to a folder: relative paths are relative to it. Without one: where the console was opened.");
    CONSOLE_SYNTAX.put("pwd, ls [DIR]", "Tells the folder; lists it.");
    CONSOLE_SYNTAX.put(
        "COMMAND > FILE",
        "Writes the result to a file that is not there yet; >> appends, >| replaces.");
    CONSOLE_SYNTAX.put(
        "COMMAND | grep TEXT",
        "Results pipe; lists have a size: (list) size; each (parts fusion) { $it type }");
    CONSOLE_SYNTAX.put("exit", "Ends the console, and what still runs; so does Ctrl-D.");
  }

  private Help() {}

  /** The lines of the overview. */
  static List<String> lines(CommandLine commands, boolean console) {
    Map<String, CommandLine> commandsByName = commands.getSubcommands();
    Set<String> remaining = new LinkedHashSet<>(commandsByName.keySet());
    remaining.removeAll(Set.of("help", "console"));
    List<String> lines = new ArrayList<>();
    GROUPS.forEach((group, names) -> {
      group(lines, group, names.stream().filter(remaining::contains).toList(), commandsByName);
      remaining.removeAll(names);
    });
    group(lines, "Others", List.copyOf(remaining), commandsByName);
    if (console) {
      lines.add("Here");
      CONSOLE_SYNTAX.forEach((what, purpose) -> lines.add(line(what, purpose)));
      lines.add(
          "help COMMAND tells all of one; Tab completes. Gogo's and the framework's commands: felix:help");
    } else {
      lines.add("Interactive");
      lines.add(line("console", description(commandsByName.get("console"))));
      lines.add("help COMMAND tells all of one.");
    }
    return lines;
  }

  private static void group(
      List<String> lines,
      String group,
      List<String> names,
      Map<String, CommandLine> commandsByName) {
    if (!names.isEmpty()) {
      lines.add(group);
      names.forEach(name -> lines.add(line(name, description(commandsByName.get(name)))));
    }
  }

  private static String description(CommandLine command) {
    String[] description = command.getCommandSpec().usageMessage().description();
    return description.length == 0 ? "" : description[0];
  }

  private static String line(String what, String purpose) {
    return String.format(Locale.ROOT, "  %-20s %s", what, purpose);
  }

  /** The usage of a command or subcommand. */
  static String usage(CommandLine commands, List<String> names) {
    CommandLine command = commands;
    for (String name : names) {
      CommandLine subcommand = command.getSubcommands().get(name.replaceFirst("^stroma:", ""));
      if (subcommand == null) {
        throw new ParameterException(
            commands,
            "there is no command \"" + name + "\""
                + Closest.question(name, command.getSubcommands().keySet()));
      }
      command = subcommand;
    }
    return command.getUsageMessage().stripTrailing();
  }
}
