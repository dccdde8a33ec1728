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

/** One invocation of a command: its streams and its outcome. */
final class Invocation {
  private final PrintStream out;
  private final PrintStream err;
  private final TerminalProgress progress;
  private final boolean console;
  private final List<Map.Entry<String, String>> faults = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private Object value;

  /**
   * @param console whether the value is returned to the Gogo console, which prints it or passes
   *     it on
   * @param terminal whether err is a terminal, where progress overwrites one line
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

  /**
   * Sets the result of the command; outside the console prints it, one line per element of a
   * collection.
   */
  void give(Object result) {
    progress.clear();
    Collection<?> elements =
        result instanceof Collection<?> collection ? collection : List.of(result);
    for (Object element : elements) {
      if (element instanceof Path path) {
        files.add(path.toAbsolutePath());
      }
    }
    if (console) {
      // a public class: Gogo accesses values by reflection, which immutable JDK lists do not allow
      value = result instanceof Collection<?> ? new ArrayList<>(elements) : result;
    } else {
      elements.forEach(out::println);
    }
  }

  /** The result; null if there is none. */
  Object value() {
    return value;
  }

  /** Absolute paths among the results. */
  List<Path> files() {
    return List.copyOf(files);
  }

  /** Reports an error. */
  void complain(String sentence) {
    complain("", sentence);
  }

  /** Reports an error at a JSON pointer into the experiment, empty if it has no position. */
  void complain(String pointer, String sentence) {
    progress.clear();
    faults.add(Map.entry(pointer, sentence));
    err.println("stroma: " + line(pointer, sentence));
  }

  private static String line(String pointer, String sentence) {
    return pointer.isEmpty() ? sentence : pointer + ": " + sentence;
  }

  /** The reported errors: JSON pointers, possibly empty, and sentences. */
  List<Map.Entry<String, String>> faults() {
    return List.copyOf(faults);
  }

  /** The reported errors as one text. */
  String complaints() {
    return faults.isEmpty()
        ? "it failed"
        : String.join(
            "\n", faults.stream().map(f -> line(f.getKey(), f.getValue())).toList());
  }
}
