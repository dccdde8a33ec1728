/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Experiments in the background; an OSGi service. One that lacks a part waits, and starts by itself when a bundle provides it. How many
 * run at a time is the setting {@code stroma.jobs} (1); the others are queued. What runs when this goes away is stopped.
 */
@ProviderType
public interface Jobs {
  /**
   * Starts an experiment in the background, as its file is now. It may lack parts; whatever else is wrong with it is told at
   * once.
   *
   * @param file relative to the working folder
   * @param overrides as of {@code --set}
   * @param out the run directory; null for {@code runs/NAME}, with a number when that is taken
   * @throws org.stroma.parts.FaultsException when it is wrong, something is there, or another experiment writes there
   */
  Job start(Path file, List<String> overrides, @Nullable Path out);

  /**
   * Starts an experiment that has ended once more, as its file is now and with the same changes. What the first run wrote stays;
   * where it was told a place, the new one has that with a number.
   *
   * @param out the run directory; null for one as before
   * @throws org.stroma.parts.FaultsException when it is wrong, or has not ended
   */
  Job restart(int id, @Nullable Path out);

  /** Stops an experiment and waits until it has put away what it has; one that has ended stays as it is. */
  Job stop(int id) throws InterruptedException;

  /** The same for several at once. */
  List<Job> stop(List<Job> all) throws InterruptedException;

  /** Stops all experiments and waits, some seconds at most, until they have put away what they have. */
  void stopAll();

  /** All experiments that were started, in that order. */
  List<Job> list();

  /**
   * The experiment of that number.
   *
   * @throws org.stroma.parts.FaultsException when there is none
   */
  Job job(int id);

  /**
   * Checks an experiment file and that its parts start; its data is not read.
   *
   * @return its name
   * @throws org.stroma.parts.FaultsException with every fault
   */
  String check(Path file, List<String> overrides);

  /**
   * Tells when experiments end, in their own threads.
   *
   * @return closed to be told no more
   */
  Listening listen(Consumer<Job> whenOneEnds);

  /** Somebody who is told; see {@link #listen}. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
