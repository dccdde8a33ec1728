/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** An experiment in the background, as it is now. {@code toString} is its line in a list. */
@ProviderType
public interface Job {
  /** Life-cycle state. */
  enum State {
    /** Others run before it. */
    QUEUED,
    /** A part is missing; it starts by itself when a bundle provides it. */
    WAITING,
    RUNNING,
    DONE,
    FAILED,
    /** Somebody stopped it. */
    STOPPED;

    /** The state as users read it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more will happen. */
    public boolean ended() {
      return this == DONE || this == FAILED || this == STOPPED;
    }
  }

  /** A small number. */
  int getId();

  /** The experiment file, absolute. */
  Path getFile();

  /** The experiment's name; the file's until it has been read. */
  String getName();

  /** What it is at. */
  State getState();

  /** Since when it is in its state. */
  Instant getSince();

  /** How long it is in its state; of one that has ended, how long it ran. */
  Duration getDuration();

  /** The last thing that was heard of it; empty before anything was. */
  String getProgress();

  /** What it had to say. */
  List<String> getNotes();

  /** The run directory; null while it is not known yet. */
  @Nullable
  Path getDirectory();

  /** Why it failed, or what it waits for; null if neither. */
  @Nullable
  Exception getFailure();

  /** Counts up whenever anything about it changes. */
  long changes();

  /**
   * Waits until something has changed since {@link #changes} gave that number.
   *
   * @return the number now; the same if nothing changed in that time
   */
  long awaitChange(long seen, long millis) throws InterruptedException;

  /** What is told when it has ended. */
  String notice();
}
