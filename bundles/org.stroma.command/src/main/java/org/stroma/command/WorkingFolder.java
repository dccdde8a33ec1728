/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.command;

import java.nio.file.Path;

/** The folder that relative paths are relative to: the process's own, until {@code cd} at the console names another. */
public final class WorkingFolder {
  private static volatile Path folder;

  private WorkingFolder() {}

  /** Where a path leads; as it was given while nobody went anywhere. */
  public static Path resolve(Path path) {
    Path from = folder;
    return from == null ? path : from.resolve(path);
  }

  /** The folder, absolute. */
  public static Path get() {
    return resolve(Path.of("")).toAbsolutePath().normalize();
  }

  /** Goes there. */
  public static void set(Path absolute) {
    folder = absolute;
  }
}
