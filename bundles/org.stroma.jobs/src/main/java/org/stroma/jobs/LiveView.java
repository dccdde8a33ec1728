/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** Runs and experiments in a browser of this machine; an OSGi service of a bundle that is started when it is asked for. */
@ProviderType
public interface LiveView {
  /**
   * Opens it on 127.0.0.1. One that is open stays where it is.
   *
   * @param port where it listens; 0 for any that is free
   * @param folder experiments in it may be started from the browser; null for none, or for the one of before
   * @return its address, with the token that every request needs
   * @throws org.stroma.command.UsageException when the port is taken
   */
  URI open(int port, @Nullable Path folder);

  /** Closes it: nothing listens any more. */
  void close();
}
