/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.stroma.command.WorkingFolder;
import org.stroma.jobs.Jobs;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartKind;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Completes lines of the console: commands, options, and values according to the labels of
 * parameters (PART, KIND, ID, EXPERIMENT.json, RUN_DIR, COHORT, FILE, DIR), so that commands of
 * other bundles are completed too.
 */
final class Completion {
  /**
   * A candidate.
   *
   * @param whole whether the word is complete; false for a folder, whose content may follow
   */
  record Choice(String text, String description, boolean whole) {
    private static Choice word(String text) {
      return new Choice(text, null, true);
    }
  }

  private final Supplier<CommandLine> commands;
  private final PartCatalog catalog;
  private final Jobs jobs;

  Completion(Supplier<CommandLine> commands, PartCatalog catalog, Jobs jobs) {
    this.commands = commands;
    this.catalog = catalog;
    this.jobs = jobs;
  }

  /**
   * The candidates for the last word.
   *
   * @param words words of the line up to the cursor; the last may be empty or partial
   * @param names names of all Gogo commands, with their scopes
   */
  List<Choice> of(List<String> words, Collection<String> names) {
    List<String> statement = new ArrayList<>(words.subList(statementStart(words), words.size()));
    String begun = statement.get(statement.size() - 1);
    String opening = "";
    if (statement.size() == 1) {
      opening = begun.replaceAll("[^({]*$", "");
      begun = begun.substring(opening.length());
    }
    String partialWord = begun;
    String prefix = opening;
    return (statement.size() == 1
            ? commandNames(partialWord, names)
            : arguments(statement, names).stream())
        .filter(choice -> choice.text().startsWith(partialWord))
        .map(choice -> new Choice(prefix + choice.text(), choice.description(), choice.whole()))
        .toList();
  }

  /** Index of the first word of the last statement. */
  private static int statementStart(List<String> words) {
    int start = 0;
    for (int i = 0; i < words.size() - 1; i++) {
      String word = words.get(i);
      if (word.endsWith("|")
          || word.endsWith(";")
          || word.equals("=")
          || word.equals("{")
          || word.equals("(")) {
        start = i + 1;
      } else if (word.startsWith("(") || word.startsWith("{")) {
        start = i;
      }
    }
    return start;
  }

  private Stream<Choice> commandNames(String begun, Collection<String> names) {
    Stream<Choice> own = commands.get().getSubcommands().entrySet().stream()
        .filter(e -> !e.getKey().equals("console"))
        .map(e -> new Choice(
            e.getKey(),
            String.join(" ", e.getValue().getCommandSpec().usageMessage().description()),
            true));
    boolean scoped = begun.contains(":");
    Stream<Choice> others = names.stream()
        .filter(name -> scoped || !name.startsWith("stroma:"))
        .map(name -> scoped ? name : name.substring(name.indexOf(':') + 1))
        .distinct()
        .map(Choice::word);
    // Gogo has many commands, so offer them only for a partial word
    return scoped ? others : begun.isEmpty() ? own : Stream.concat(own, others);
  }

  private List<Choice> arguments(List<String> statement, Collection<String> names) {
    String command = statement.get(0).replaceFirst("^[({]+", "");
    String name = command.replaceFirst("^stroma:", "");
    if (name.equals("help")) {
      return names.stream()
          .map(n -> n.replaceFirst("^stroma:", ""))
          .map(Choice::word)
          .toList();
    }
    if (name.equals("cd")) {
      return files(statement.get(statement.size() - 1), null);
    }
    CommandLine line = commands.get().getSubcommands().get(name);
    if (line == null) {
      return List.of();
    }
    CommandSpec spec = line.getCommandSpec();
    OptionSpec waiting = null;
    int position = 0;
    for (String word : statement.subList(1, statement.size() - 1)) {
      if (waiting != null) {
        waiting = null;
      } else if (word.startsWith("-")) {
        OptionSpec option = spec.findOption(word);
        waiting = option != null && option.arity().max() > 0 ? option : null;
      } else {
        position++;
      }
    }
    String begun = statement.get(statement.size() - 1);
    if (waiting != null) {
      return values(waiting, begun);
    }
    if (begun.startsWith("-")) {
      return spec.options().stream()
          .map(o -> new Choice(o.longestName(), String.join(" ", o.description()), true))
          .toList();
    }
    int index = position;
    return spec.positionalParameters().stream()
        .filter(p -> p.index().contains(index))
        .findFirst()
        .map((PositionalParamSpec p) -> values(p, begun))
        .orElse(List.of());
  }

  private List<Choice> values(ArgSpec parameter, String begun) {
    List<Choice> choices = new ArrayList<>();
    if (parameter.completionCandidates() != null) {
      parameter.completionCandidates().forEach(c -> choices.add(Choice.word(c)));
    }
    for (String label : parameter.paramLabel().replaceAll("[<>\\[\\]]", "").split("\\|")) {
      switch (label) {
        case "PART" -> catalog
            .parts()
            .forEach(p -> choices.add(new Choice(p.type(), p.kind().label(), true)));
        case "KIND" -> Arrays.stream(PartKind.values())
            .forEach(k -> choices.add(Choice.word(k.label())));
        case "ID" -> jobs.list()
            .forEach(job -> choices.add(new Choice(
                "" + job.getId(), job.getName() + ", " + job.getState().word(), true)));
        case "EXPERIMENT.json" -> choices.addAll(files(begun, ".json"));
        case "COHORT" -> choices.addAll(files(begun, ".csv"));
        case "RUN_DIR", "DIR" -> choices.addAll(files(begun, null));
        default -> {
          if (label.startsWith("FILE") || label.endsWith("FILE")) {
            choices.addAll(files(begun, ""));
          }
        }
      }
    }
    return choices;
  }

  /**
   * Folders, and files with an ending, that match a partial path; for a null ending only folders.
   */
  private static List<Choice> files(String begun, String ending) {
    int slash = begun.lastIndexOf('/');
    String folder = begun.substring(0, slash + 1);
    List<Choice> choices = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(WorkingFolder.resolve(Path.of(folder.isEmpty() ? "." : folder)))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".") && !begun.startsWith(".", slash + 1)) {
          continue;
        }
        if (Files.isDirectory(entry)) {
          choices.add(new Choice(folder + name + File.separator, null, false));
        } else if (ending != null && name.endsWith(ending)) {
          choices.add(Choice.word(folder + name));
        }
      }
    } catch (IOException | InvalidPathException e) {
      // no such folder: no candidates
      return List.of();
    }
    choices.sort((a, b) -> a.text().compareTo(b.text()));
    return choices;
  }
}
