/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Stroma embedded in another program: a distribution that runs in this virtual machine. The class
 * path needs {@code lib/*} and {@code framework/*} of the distribution (Felix, or Equinox instead),
 * and nothing else of it.
 *
 * <pre>{@code
 * try (Distribution stroma = Distribution.at(Path.of("/opt/stroma")).folder(Path.of("study")).start()) {
 *   Result result = stroma.run("run", "experiment.json", "--set", "training.epochs=10");
 *   ...
 * }
 * }</pre>
 *
 * <p>Commands, arguments, exit codes and files are those of the command line, except {@code console}
 * and the commands for background experiments. Several threads may run commands concurrently.
 * Interrupting a thread that runs one (as {@code Future.cancel(true)} does) ends the command with
 * {@link ExitCode#INTERRUPTED}; complete files stay, partial ones are removed, and the interrupt
 * status of the thread remains set.
 *
 * <p>The virtual machine is left unchanged: no stream, system property, locale, URL handler or
 * shutdown hook is set, and the process is never ended. (Equinox, if used, sets a URL handler.) Log
 * messages go to {@code java.util.logging} as configured by the program. TensorFlow reads the
 * environment of the process: set {@code TF_DETERMINISTIC_OPS=1} for the same numbers as the command
 * line, and {@code TF_CPP_MIN_LOG_LEVEL=3} to keep its messages from standard error. On JDK 24 and
 * later, {@code --enable-native-access=ALL-UNNAMED} avoids warnings about native libraries.
 *
 * <p>After closing, {@link Builder#start} starts a new one, and two can run side by side. Native
 * libraries stay loaded until the process ends, so all distributions in a process need the same
 * version of TensorFlow.
 */
public final class Distribution implements AutoCloseable {
  /** Time for running commands to save their state when the distribution is closed. */
  private static final long GRACE_MILLIS = 20_000;

  private final Builder options;
  private final RunningFramework framework;
  private final Cache cache;

  /** Threads that run commands; guarded by itself, as is {@link #closed}. */
  private final Set<Thread> running = new HashSet<>();

  private boolean closed;

  private Distribution(Builder options, RunningFramework framework, Cache cache) {
    this.options = options;
    this.framework = framework;
    this.cache = cache;
  }

  /**
   * A builder for the distribution in a folder: the one with {@code bin}, {@code bundles} and
   * {@code conf}.
   */
  public static Builder at(Path home) {
    return new Builder(home);
  }

  /** Options for starting a distribution. Reusable. */
  public static final class Builder {
    private final Path home;
    private final Map<String, String> settings = new HashMap<>();
    private Path folder;
    private PrintStream out = new PrintStream(OutputStream.nullOutputStream());
    private PrintStream err = new PrintStream(OutputStream.nullOutputStream());

    private Builder(Path home) {
      this.home = home.toAbsolutePath().normalize();
    }

    /** Sets the base of relative paths; by default the working directory of the process. */
    public Builder folder(Path directory) {
      folder = directory.toAbsolutePath().normalize();
      return this;
    }

    /**
     * Sets a stream for results in addition to {@link Result#output}; none by default. It is
     * flushed but not closed.
     */
    public Builder output(PrintStream stream) {
      out = Objects.requireNonNull(stream);
      return this;
    }

    /**
     * Sets a stream for progress and errors, one per line; none by default. It is flushed but not
     * closed.
     */
    public Builder messages(PrintStream stream) {
      err = Objects.requireNonNull(stream);
      return this;
    }

    /**
     * Sets a setting, such as {@code stroma.device}. Takes precedence over {@code -D} and
     * {@code conf/stroma.properties}.
     */
    public Builder set(String name, String value) {
      settings.put(name, value);
      return this;
    }

    private Builder copy() {
      Builder copy = new Builder(home);
      copy.settings.putAll(settings);
      copy.folder = folder;
      copy.out = out;
      copy.err = err;
      return copy;
    }

    /**
     * Starts the distribution; takes one to two seconds.
     *
     * @throws DistributionException if there is no distribution or framework, a setting is
     *     wrong, or the start fails
     */
    public Distribution start() {
      return Distribution.start(copy());
    }
  }

  private static Distribution start(Builder options) {
    if (!Files.isDirectory(options.home.resolve("bundles"))) {
      throw new DistributionException(
          options.home + " is no distribution of Stroma: it holds no folder bundles");
    }
    if (options.folder != null && !Files.isDirectory(options.folder)) {
      throw new DistributionException(
          options.folder + (Files.exists(options.folder) ? " is no folder" : " is not there"));
    }
    try {
      Class.forName("org.osgi.framework.launch.Framework");
    } catch (ClassNotFoundException e) {
      throw new DistributionException(
          "there is no OSGi framework on the class path; there is one in "
              + options.home.resolve("framework"));
    }
    Cache cache = null;
    RunningFramework framework = null;
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    try {
      Settings settings = Settings.read(
          options.home.resolve("conf/stroma.properties"), System.getProperties(), options.settings);
      if (!settings.problems().isEmpty()) {
        throw new DistributionException(String.join("\n", settings.problems()));
      }
      cache = Cache.find(settings.cache(), System.getProperties(), System.getenv());
      if (cache.problem() != null) {
        options.err.println("stroma: " + cache.problem());
      }
      framework = RunningFramework.make(new RunningFramework.Launch(
          options.home, cache.folder(), settings.values(), true, options.err, () -> false));
      framework.open();
      return new Distribution(options, framework, cache);
    } catch (IOException e) {
      closeQuietly(framework, cache);
      throw new DistributionException(e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      closeQuietly(framework, cache);
      throw e;
    } finally {
      // Equinox replaces the context class loader
      thread.setContextClassLoader(loader);
    }
  }

  private static void closeQuietly(RunningFramework framework, Cache cache) {
    if (framework != null) {
      framework.close();
    }
    if (cache != null) {
      cache.close();
    }
  }

  /**
   * Problems that did not prevent the start, as sentences, such as a bundle that does not start.
   */
  public List<String> problems() {
    return framework.problems();
  }

  /**
   * Runs a command to its end. A failing command does not throw; its result tells the errors.
   *
   * @param arguments the command and its arguments, as on the command line:
   *     {@code "predict", "runs/study", "new.csv", "--out", "risk.csv"}
   * @throws DistributionException if the distribution has been closed, or this thread already
   *     runs a command
   */
  public Result run(String... arguments) {
    Thread thread = Thread.currentThread();
    synchronized (running) {
      if (closed) {
        throw new DistributionException("the distribution has been closed; start another one");
      }
      if (!running.add(thread)) {
        throw new DistributionException("this thread runs a command already");
      }
    }
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    try {
      PrintStream out =
          new PrintStream(new TeeStream(captured, options.out), true, StandardCharsets.UTF_8);
      Map<String, Object> answer = framework.call(
          new CommandRequest(List.of(arguments), out, options.err, options.folder).asMap(),
          () -> {});
      out.flush();
      options.err.flush();
      ExitCode code = ExitCode.of(CommandRequest.code(answer));
      if (code == ExitCode.INTERRUPTED) {
        thread.interrupt();
      }
      return new Result(
          code,
          CommandRequest.files(answer),
          captured.toString(StandardCharsets.UTF_8),
          CommandRequest.faults(answer));
    } finally {
      synchronized (running) {
        running.remove(thread);
        running.notifyAll();
      }
    }
  }

  /** Interrupts running commands, waits up to 20 seconds for their end, and stops the framework. */
  @Override
  public void close() {
    boolean interrupted;
    synchronized (running) {
      if (closed) {
        return;
      }
      closed = true;
      interrupted = Thread.interrupted();
      running.forEach(Thread::interrupt);
      long end = System.nanoTime() + GRACE_MILLIS * 1_000_000;
      // a command closing its own distribution must not wait for itself
      while (!running.isEmpty() && !running.contains(Thread.currentThread())) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          break;
        }
        try {
          running.wait(left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    framework.close();
    cache.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Copies the output to a buffer and to a stream. */
  private static final class TeeStream extends OutputStream {
    private final ByteArrayOutputStream captured;
    private final PrintStream stream;

    private TeeStream(ByteArrayOutputStream captured, PrintStream stream) {
      this.captured = captured;
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      captured.write(b);
      stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      captured.write(bytes, from, length);
      stream.write(bytes, from, length);
    }

    @Override
    public void flush() {
      stream.flush();
    }
  }
}
