/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.console;

import java.net.URI;
import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.stroma.command.UsageException;
import picocli.CommandLine.Option;

/** Where the live view listens. */
final class WebOptions {
  private static final int LAST_PORT = 65_535;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "the port of the live view on 127.0.0.1; any that is free if not given")
  private Integer port;

  /** Whether a port was named. */
  boolean named() {
    return port != null;
  }

  /** Closes what {@link #open} opened. */
  static void close(BundleContext context) {
    LiveViewBundles.start(context).close();
  }

  /** @param folder see {@link org.stroma.jobs.LiveView#open} */
  URI open(BundleContext context, Path folder) {
    if (port != null && (port < 0 || port > LAST_PORT)) {
      throw new UsageException("--port " + port + " has to be a number from 0 to " + LAST_PORT);
    }
    return LiveViewBundles.start(context).open(port == null ? 0 : port, folder);
  }
}
