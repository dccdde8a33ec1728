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
 * Stroma inside another program: a distribution that runs in this virtual machine. On the class path are {@code lib/*} and
 * {@code framework/*} of the distribution (Felix, or Equinox in its place), and nothing else of it.
 *
 * <pre>{@code
 * try (Distribution stroma = Distribution.at(Path.of("/opt/stroma")).folder(Path.of("study")).start()) {
 *   Result result = stroma.run("run", "experiment.json", "--set", "training.epochs=10");
 *   ...
 * }
 * }</pre>
 *
 * <p>Commands are those of the command line, with the same arguments, exit codes and files, but for {@code console} and those for
 * experiments in the background. Several threads may run commands at a time. A thread that is interrupted while it runs one, as by
 * {@code Future.cancel(true)}, ends it with {@link ExitCode#INTERRUPTED}; whole files stay, half-written ones do not, and the
 * thread is still interrupted afterwards.
 *
 * <p>The virtual machine stays as it is: no stream, system property, locale, handler of URLs or shutdown hook is set, and the
 * process does not end; but Equinox, where it is the framework, sets a handler of URLs. What is logged goes to {@code java.util.logging} as the program has set it up. TensorFlow reads the
 * environment of the process: for the same numbers as the command line's, start it with {@code TF_DETERMINISTIC_OPS=1}, and with
 * {@code TF_CPP_MIN_LOG_LEVEL=3} its own messages stay away from standard error. On JDK 24 and later,
 * {@code --enable-native-access=ALL-UNNAMED} keeps Java from warning of native libraries.
 *
 * <p>A distribution that was closed can be started again by {@link Builder#start}, and two can run side by side. Native libraries
 * stay in the process for good, so all distributions of a process have to hold the same TensorFlow.
 */
public final class Distribution implements AutoCloseable {
  /** How long commands that run when it is closed may take to save what they have. */
  private static final long GRACE_MILLIS = 20_000;

  private final Builder options;
  private final RunningFramework framework;
  private final Cache cache;

  /** The threads that run commands; the lock of what is below, too. */
  private final Set<Thread> running = new HashSet<>();

  private boolean closed;

  private Distribution(Builder options, RunningFramework framework, Cache cache) {
    this.options = options;
    this.framework = framework;
    this.cache = cache;
  }

  /** How to start the distribution in a folder: the one that holds {@code bin}, {@code bundles} and {@code conf}. */
  public static Builder at(Path home) {
    return new Builder(home);
  }

  /** What a distribution is started with. It can be used again. */
  public static final class Builder {
    private final Path home;
    private final Map<String, String> settings = new HashMap<>();
    private Path folder;
    private PrintStream out = new PrintStream(OutputStream.nullOutputStream());
    private PrintStream err = new PrintStream(OutputStream.nullOutputStream());

    private Builder(Path home) {
      this.home = home.toAbsolutePath().normalize();
    }

    /** The folder that relative paths are relative to; the process's working directory if not called. */
    public Builder folder(Path directory) {
      folder = directory.toAbsolutePath().normalize();
      return this;
    }

    /** Where results are printed as well as given; nowhere if not called. It is flushed and not closed. */
    public Builder output(PrintStream stream) {
      out = Objects.requireNonNull(stream);
      return this;
    }

    /** Where progress and what is wrong are told, a line each; nowhere if not called. It is flushed and not closed. */
    public Builder messages(PrintStream stream) {
      err = Objects.requireNonNull(stream);
      return this;
    }

    /** A setting, such as {@code stroma.device}: it comes before {@code -D} and {@code conf/stroma.properties}. */
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
     * Starts it, which takes a second or two.
     *
     * @throws DistributionException when there is no distribution or framework, a setting is wrong, or it does not start
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
      undo(framework, cache);
      throw new DistributionException(e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      undo(framework, cache);
      throw e;
    } finally {
      // Equinox puts its own there
      thread.setContextClassLoader(loader);
    }
  }

  private static void undo(RunningFramework framework, Cache cache) {
    if (framework != null) {
      framework.close();
    }
    if (cache != null) {
      cache.close();
    }
  }

  /** What went wrong at the start without keeping it from starting, in sentences, such as a bundle that does not start. */
  public List<String> problems() {
    return framework.problems();
  }

  /**
   * Runs a command, and returns when it has ended.
   *
   * @param arguments the command and its arguments, as on the command line: {@code "predict", "runs/study", "new.csv", "--out",
   *     "risk.csv"}
   * @throws DistributionException when this has been closed
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
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    try {
      PrintStream out = new PrintStream(new Both(kept, options.out), true, StandardCharsets.UTF_8);
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
          kept.toString(StandardCharsets.UTF_8),
          CommandRequest.faults(answer));
    } finally {
      synchronized (running) {
        running.remove(thread);
        running.notifyAll();
      }
    }
  }

  /** Interrupts the commands that run, waits until they have ended, 20 seconds at most, and stops. */
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
      // a command that closes its own distribution would wait for itself
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

  /** Keeps what is printed, and hands it on. */
  private static final class Both extends OutputStream {
    private final ByteArrayOutputStream kept;
    private final PrintStream stream;

    private Both(ByteArrayOutputStream kept, PrintStream stream) {
      this.kept = kept;
      this.stream = stream;
    }

    @Override
    public void write(int b) {
      kept.write(b);
      stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      kept.write(bytes, from, length);
      stream.write(bytes, from, length);
    }

    @Override
    public void flush() {
      stream.flush();
    }
  }
}
