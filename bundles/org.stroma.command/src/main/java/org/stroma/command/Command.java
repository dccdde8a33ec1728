/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import java.io.PrintStream;
import java.util.concurrent.Callable;

/**
 * A command that a bundle adds to the command line; a service. A component that gives it to the Gogo console too sets
 * {@code osgi.command.scope=stroma} and {@code osgi.command.function} itself.
 */
public interface Command {
  /**
   * One call of the command.
   *
   * @param out for results
   * @param progress for everything else
   * @return an object annotated with picocli's {@code @Command}, name and description included, whose result is the exit
   *     code. {@code FaultsException} and {@code DataException} become sentences and their exit codes
   */
  Callable<Integer> call(PrintStream out, Progress progress);
}
