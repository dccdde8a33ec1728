/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.stroma.command.Closest;
import org.stroma.command.UsageException;
import org.stroma.launcher.ExitCode;

/**
 * A command that is carried out in shards.
 *
 * @param kind which command
 * @param arguments what follows its name, without {@code --out} and {@code --shards}
 * @param input the first of its files: the experiment, the run directory or a slide; absolute
 * @param out where the result goes; absolute
 * @param shards how many shards, as {@code --shards} says; 0 where it is not given
 */
record ShardedCommand(Kind kind, List<String> arguments, String input, String out, int shards)
    implements Serializable {
  private static final String USAGE = "spark-submit --master URL --archives stroma.tgz#stroma"
      + " --class org.stroma.spark.Main stroma/spark/org.stroma.spark.jar"
      + " run EXPERIMENT.json --out DIR [--set path=value]... [--shards N]";
  private static final int MOST_SHARDS = 100_000;

  /** Options without a value. */
  private static final Set<String> FLAGS =
      Set.of("--resume", "--training-patients", "--overwrite", "--help", "-h");

  /** The commands that know {@code --shard}. */
  enum Kind {
    /** Folds; each shard has a run directory. */
    RUN("run", "run", "EXPERIMENT.json", Set.of()),
    /** Trials; all shards write into the sweep's folder. */
    SWEEP("sweep", null, "EXPERIMENT.json", Set.of(ExitCode.WRONG_USE, ExitCode.UNUSABLE_DATA)),
    /** Slides; all shards write into the folder of features. */
    EXTRACT("extract", null, "SLIDE", Set.of(ExitCode.UNUSABLE_DATA)),
    /** Patients; each shard has a table. */
    PREDICT("predict", "predictions.csv", "RUN_DIR", Set.of());

    private final String word;
    private final String part;
    private final String inputLabel;
    private final Set<ExitCode> told;

    Kind(String word, String part, String inputLabel, Set<ExitCode> told) {
      this.word = word;
      this.part = part;
      this.inputLabel = inputLabel;
      this.told = told;
    }

    /** As on the command line. */
    String word() {
      return word;
    }

    /** Whether the results of shards are put together by {@code merge}. */
    boolean isMerged() {
      return part != null;
    }

    /** The name of a shard's own result; null where all shards write into one folder. */
    String part() {
      return part;
    }

    /**
     * Whether the command for the whole tells a shard's failure: what was wrong with one trial or
     * one slide is in the table of all.
     */
    boolean isToldByWhole(ExitCode code) {
      return told.contains(code);
    }
  }

  ShardedCommand {
    arguments = List.copyOf(arguments);
  }

  /** Whether predictions are wanted as Parquet, as the name of the result says. */
  boolean isParquet() {
    return kind == Kind.PREDICT && out.endsWith(ParquetTable.ENDING);
  }

  /**
   * Reads a command line.
   *
   * @param words what follows the jar's name in {@code spark-submit}
   * @param folder base of relative paths
   * @throws UsageException if it is none, with a sentence for each fault that can be told
   */
  static ShardedCommand parse(List<String> words, Path folder) {
    if (words.isEmpty() || Set.of("help", "--help", "-h").contains(words.get(0))) {
      throw new UsageException("the command is missing; it is one of " + kinds() + ": " + USAGE);
    }
    return new Parser(kind(words.get(0)), folder).parse(words.subList(1, words.size()));
  }

  private static Kind kind(String word) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new UsageException("\"" + word
            + "\" is no command for a cluster; there are " + kinds()
            + Closest.question(
                word, Arrays.stream(Kind.values()).map(Kind::word).toList())));
  }

  private static String kinds() {
    return Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(", "));
  }

  /**
   * The command for one shard.
   *
   * @param place where its result goes
   * @param threads that its task has
   */
  String[] shard(int index, int count, Path place, int threads) {
    List<String> words = new ArrayList<>(List.of(kind.word));
    words.addAll(arguments);
    // it would take all cores of the machine, which other tasks have
    if (kind == Kind.EXTRACT
        && arguments.stream().noneMatch(word -> word.matches("--threads(=.*)?"))) {
      words.addAll(List.of("--threads", String.valueOf(threads)));
    }
    words.addAll(List.of("--shard", index + "/" + count, "--out", place.toString()));
    return words.toArray(String[]::new);
  }

  /**
   * The command that makes the result of all shards.
   *
   * @param parts what {@link ShardsFolder#parts} tells
   * @param place where it goes
   */
  String[] whole(List<Path> parts, Path place) {
    List<String> words = new ArrayList<>();
    if (kind.isMerged()) {
      words.add("merge");
      parts.forEach(part -> words.add(part.toString()));
    } else {
      words.add(kind.word);
      words.addAll(arguments);
    }
    words.addAll(List.of("--out", place.toString()));
    return words.toArray(String[]::new);
  }

  /** Collects options while words are read. */
  private static final class Parser {
    private final Kind kind;
    private final Path folder;
    private final List<String> rest = new ArrayList<>();
    private String input;
    private String out;
    private String shards;

    private Parser(Kind kind, Path folder) {
      this.kind = kind;
      this.folder = folder;
    }

    private ShardedCommand parse(List<String> words) {
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        boolean valued = word.startsWith("-") && !word.contains("=") && !FLAGS.contains(word);
        if (valued && i + 1 == words.size()) {
          throw new UsageException(word + " needs a value");
        }
        String value = valued ? words.get(++i) : word.substring(word.indexOf('=') + 1);
        take(word, value, valued);
      }
      if (input == null) {
        throw new UsageException(kind.word + " needs " + kind.inputLabel + ": " + USAGE);
      }
      if (out == null) {
        throw new UsageException(
            "--out is missing; it names a place that all machines of the cluster see");
      }
      return new ShardedCommand(kind, rest, path(input), path(out), count());
    }

    private void take(String word, String value, boolean valued) {
      switch (word.startsWith("-") ? word.replaceFirst("=.*(?s)", "") : "") {
        case "--out" -> out = once("--out", out, value);
        case "--shards" -> shards = once("--shards", shards, value);
        case "--shard" -> throw new UsageException(
            "each task is given its own --shard; how many there are is said with --shards N");
        case "--details" -> throw new UsageException(
            "--details is not made on a cluster; stroma predict makes it for the patients of a table");
        case "--help", "-h" -> throw new UsageException(USAGE);
        case "--resume" -> {
          // what is done is never done again
        }
        default -> {
          if (!word.startsWith("-") && input == null) {
            input = word;
          }
          rest.add(word);
          if (valued) {
            rest.add(value);
          }
        }
      }
    }

    private static String once(String name, String before, String value) {
      if (before != null) {
        throw new UsageException(name + " is given twice: " + before + " and " + value);
      }
      return value;
    }

    private String path(String text) {
      return folder.resolve(text).toAbsolutePath().normalize().toString();
    }

    private int count() {
      if (shards == null) {
        return 0;
      }
      int count = shards.matches("[0-9]{1,6}") ? Integer.parseInt(shards) : 0;
      if (count < 1 || count > MOST_SHARDS) {
        throw new UsageException(
            "--shards is \"" + shards + "\"; it has to be a whole number from 1 to " + MOST_SHARDS);
      }
      return count;
    }
  }
}
