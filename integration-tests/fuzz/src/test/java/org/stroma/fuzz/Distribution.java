/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The distribution in this process, which runs commands one after the other. */
final class Distribution implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("org.stroma");

  private final URLClassLoader loader;
  private final AutoCloseable running;
  private volatile Throwable logged;

  Distribution(Path home, Path folder) throws Exception {
    LOG.setUseParentHandlers(false);
    LOG.addHandler(new Handler() {
      @Override
      public void publish(LogRecord line) {
        if (line.getThrown() != null) {
          logged = line.getThrown();
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    });
    LOG.setLevel(Level.WARNING);
    List<URL> urls = new ArrayList<>();
    for (String part : List.of("lib", "framework")) {
      try (Stream<Path> jars = Files.list(home.resolve(part))) {
        for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
          urls.add(jar.toUri().toURL());
        }
      }
    }
    loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Object builder = loader
        .loadClass("org.stroma.launcher.Distribution")
        .getMethod("at", Path.class)
        .invoke(null, home);
    builder.getClass().getMethod("folder", Path.class).invoke(builder, folder);
    running = (AutoCloseable) builder.getClass().getMethod("start").invoke(builder);
  }

  /**
   * Runs a command.
   *
   * @throws Reading.Refused where it ended with a sentence
   * @throws Exception where the command says that this is a fault of its own, with what it wrote to the log
   */
  void run(String... arguments) throws Exception {
    logged = null;
    Object result =
        running.getClass().getMethod("run", String[].class).invoke(running, (Object) arguments);
    if ((boolean) result.getClass().getMethod("isDone").invoke(result)) {
      return;
    }
    String code = result.getClass().getMethod("code").invoke(result).toString();
    String text = result.toString();
    if (code.equals("OUR_FAULT") || text.contains("memory that Java may use")) {
      throw new IllegalStateException(String.join(" ", arguments) + ": " + text, logged);
    }
    throw new Reading.Refused(text);
  }

  @Override
  public void close() throws Exception {
    try {
      running.close();
    } finally {
      loader.close();
    }
  }
}
