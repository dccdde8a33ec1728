/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** One call of a command: where its results go, and what came of it. */
final class Invocation {
  private final PrintStream out;
  private final PrintStream err;
  private final TerminalProgress progress;
  private final boolean console;
  private final List<Map.Entry<String, String>> faults = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private Object value;

  /**
   * @param console whether somebody takes the value: the Gogo console shows it, or hands it on
   * @param terminal whether err is one, where progress is a line that is written over
   */
  Invocation(PrintStream out, PrintStream err, boolean console, boolean terminal) {
    this.out = out;
    this.err = err;
    this.console = console;
    this.progress = new TerminalProgress(err, terminal);
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  TerminalProgress progress() {
    return progress;
  }

  boolean console() {
    return console;
  }

  /** The command's result; a line for each element of a collection. */
  void give(Object result) {
    progress.clear();
    Collection<?> all = result instanceof Collection<?> many ? many : List.of(result);
    for (Object each : all) {
      if (each instanceof Path path) {
        files.add(path.toAbsolutePath());
      }
    }
    if (console) {
      // Gogo reaches into values, and the lists of the Java library let nobody
      value = result instanceof Collection<?> ? new ArrayList<>(all) : result;
    } else {
      all.forEach(out::println);
    }
  }

  /** What the command gave; null for nothing. */
  Object value() {
    return value;
  }

  /** The files and folders among what it gave, absolute. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** Says what is wrong. */
  void complain(String sentence) {
    complain("", sentence);
  }

  /** Says what is wrong at a place of the experiment, which a JSON pointer names; empty for none. */
  void complain(String pointer, String sentence) {
    progress.clear();
    faults.add(Map.entry(pointer, sentence));
    err.println("stroma: " + line(pointer, sentence));
  }

  private static String line(String pointer, String sentence) {
    return pointer.isEmpty() ? sentence : pointer + ": " + sentence;
  }

  /** What was said to be wrong: JSON pointers, which may be empty, and sentences. */
  List<Map.Entry<String, String>> faults() {
    return List.copyOf(faults);
  }

  /** The same as a text. */
  String complaints() {
    return faults.isEmpty()
        ? "it failed"
        : String.join(
            "\n", faults.stream().map(f -> line(f.getKey(), f.getValue())).toList());
  }
}
