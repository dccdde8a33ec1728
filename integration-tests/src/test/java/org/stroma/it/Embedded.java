/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The distribution inside the test's process, for tests of many commands to which a process of their own is no matter. */
final class Embedded implements AutoCloseable {
  /** Kept, so that its level is: runs tell their progress. */
  private static final Logger LOG = Logger.getLogger("org.stroma");

  private final URLClassLoader loader;
  private final AutoCloseable distribution;

  /** @param folder relative paths of commands start here */
  Embedded(Path folder) throws Exception {
    LOG.setLevel(Level.WARNING);
    List<URL> urls = new ArrayList<>();
    for (String part : List.of("lib", "framework")) {
      try (Stream<Path> jars = Files.list(Stroma.DISTRIBUTION.resolve(part))) {
        for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
          urls.add(jar.toUri().toURL());
        }
      }
    }
    loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Object builder = loader
        .loadClass("org.stroma.launcher.Distribution")
        .getMethod("at", Path.class)
        .invoke(null, Stroma.DISTRIBUTION);
    builder.getClass().getMethod("folder", Path.class).invoke(builder, folder);
    distribution = (AutoCloseable) builder.getClass().getMethod("start").invoke(builder);
  }

  /** Runs a command that has to end well. */
  void run(String... arguments) throws Exception {
    Object result = distribution
        .getClass()
        .getMethod("run", String[].class)
        .invoke(distribution, (Object) arguments);
    if (!(boolean) result.getClass().getMethod("isDone").invoke(result)) {
      throw new IllegalStateException(String.join(" ", arguments) + ": " + result);
    }
  }

  @Override
  public void close() throws Exception {
    try {
      distribution.close();
    } finally {
      loader.close();
    }
  }
}
