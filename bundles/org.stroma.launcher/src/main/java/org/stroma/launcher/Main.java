/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Starts the framework, hands the arguments to the commands, and ends with their exit code. */
public final class Main {
  /** How long an interrupted command may take to save what it has. */
  private static final long GRACE_SECONDS = 20;

  private static final int INTERRUPTED = 130;

  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  /** It tells of every file that it opens. Held, since a logger that nobody holds forgets its level. */
  private static final Logger JHDF = Logger.getLogger("io.jhdf");

  private Main() {}

  /** Arguments are a command and its own; system property stroma.home is the distribution. */
  public static void main(String[] arguments) {
    Thread main = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              if (done.getCount() > 0) {
                main.interrupt();
                try {
                  done.await(GRACE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                // also where code of an extension has ended the virtual machine as if all were well
                Runtime.getRuntime().halt(INTERRUPTED);
              }
            },
            "stroma-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
    // standard output is for results, which the commands write there themselves
    System.setOut(System.err);
    int code = 1;
    try {
      Path log = logging();
      code = run(arguments, log);
    } finally {
      done.countDown();
    }
    System.exit(code);
  }

  private static int run(String[] arguments, Path log) {
    String home = System.getProperty("stroma.home");
    if (home == null) {
      System.err.println("stroma: start it with bin/stroma, which says where the distribution is");
      return 1;
    }
    try (Distribution distribution = Distribution.start(Path.of(home))) {
      return distribution.call(arguments);
    } catch (RuntimeException e) {
      LOG.log(Level.SEVERE, "the framework did not start", e);
      System.err.println("stroma: " + e.getMessage() + " (more in " + log + ")");
      return 1;
    }
  }

  /** Everything is logged to a file of the user's; warnings of ours are said by the commands. */
  private static Path logging() {
    LogManager.getLogManager().reset();
    JHDF.setLevel(Level.SEVERE);
    Path file = cache().resolve("stroma.log");
    try {
      Files.createDirectories(file.getParent());
      Handler handler = new FileHandler(file.toString().replace("%", "%%"), 4 << 20, 1, true);
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      handler.setFormatter(new SimpleFormatter());
      Logger.getLogger("").addHandler(handler);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("stroma: " + file + " cannot be written, so nothing is logged: " + e.getMessage());
    }
    System.setProperty("stroma.log", file.toString());
    return file;
  }

  /** Where unpacked natives and the log are kept. */
  static Path cache() {
    String given = System.getProperty("stroma.cache");
    if (given != null) {
      return Path.of(given);
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path caches = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    return caches.resolve("stroma");
  }
}
