/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One call of a command: where its results go, and what became of it. */
final class Call {
  private final PrintStream out;
  private final PrintStream err;
  private final Screen screen;
  private final boolean console;
  private final List<String> complaints = new ArrayList<>();
  private Object value;

  /** @param console whether somebody takes the value: the Gogo console shows it, or hands it on */
  Call(PrintStream out, PrintStream err, boolean console) {
    this.out = out;
    this.err = err;
    this.console = console;
    this.screen = new Screen(err, Boolean.getBoolean("stroma.terminal"));
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  Screen screen() {
    return screen;
  }

  boolean console() {
    return console;
  }

  /** The command's result; a line for each element of a collection. */
  void give(Object result) {
    screen.clear();
    if (console) {
      // Gogo reaches into values, and the lists of the Java library let nobody
      value = result instanceof Collection<?> all ? new ArrayList<>(all) : result;
      return;
    }
    if (result instanceof Collection<?> all) {
      all.forEach(out::println);
    } else {
      out.println(result);
    }
  }

  Object value() {
    return value;
  }

  /** Says what is wrong. */
  void complain(String sentence) {
    screen.clear();
    complaints.add(sentence);
    err.println("stroma: " + sentence);
  }

  /** What was said to be wrong. */
  String complaints() {
    return complaints.isEmpty() ? "it failed" : String.join("\n", complaints);
  }
}
