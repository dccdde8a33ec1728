/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Entry point of the command line: starts the framework, runs the command, and exits with its code.
 */
public final class Main {
  /** Time for an interrupted command to save its state. */
  private static final long GRACE_SECONDS = 9;

  /** The same during the start, when there is nothing to save. */
  private static final long START_GRACE_MILLIS = 500;

  private static final int INTERRUPTED = ExitCode.INTERRUPTED.number();
  private static final int TERMINATED = 128 + 15;

  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  /**
   * jHDF logs every file that it opens. Referenced here because an unreferenced logger loses its
   * level.
   */
  private static final Logger JHDF = Logger.getLogger("io.jhdf");

  /** Counted down when a command begins. */
  private static final CountDownLatch STARTED = new CountDownLatch(1);

  private static final CountDownLatch DONE = new CountDownLatch(1);

  private static volatile boolean interrupted;

  /** The exit code of an interrupted command. */
  private static volatile int code = INTERRUPTED;

  private static volatile RunningFramework framework;
  private static volatile Cache cache;

  private Main() {}

  /**
   * Runs a command. System property stroma.home is the distribution. Global state of the virtual
   * machine is set only here and by {@link NativeMessages}.
   *
   * @param arguments the command followed by its arguments
   */
  public static void main(String[] arguments) {
    Thread main = Thread.currentThread();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(main), "stroma-interrupt"));
    } catch (IllegalStateException e) {
      return; // interrupted already, before there was anything to save
    }
    onTermination();
    onParentsEnd();
    // fixed locale, so that numbers look the same everywhere; a named one, which Equinox needs
    Locale.setDefault(Locale.ENGLISH);
    // standard output is reserved for results, which commands write to descriptor 1
    System.setOut(System.err);
    int code = 1;
    try {
      code = start(arguments);
    } catch (IOException e) {
      System.err.println("stroma: there is no place for temporary files: " + e.getMessage());
    } finally {
      if (cache != null) {
        cache.close();
      }
      DONE.countDown();
    }
    System.exit(code);
  }

  private static int start(String[] arguments) throws IOException {
    String home = System.getProperty("stroma.home");
    if (home == null) {
      System.err.println("stroma: start it with bin/stroma, which says where the distribution is");
      return 1;
    }
    Settings settings;
    try {
      settings =
          Settings.read(Path.of(home, "conf/stroma.properties"), System.getProperties(), Map.of());
    } catch (IOException e) {
      System.err.println("stroma: " + e.getMessage());
      return ExitCode.WRONG_USE.number();
    }
    if (!settings.problems().isEmpty()) {
      settings.problems().forEach(problem -> System.err.println("stroma: " + problem));
      return ExitCode.WRONG_USE.number();
    }
    cache = Cache.find(settings.cache(), System.getProperties(), System.getenv());
    Path log = logging(cache.folder());
    NativeMessages.into(log, System.getProperty("stroma.err"));
    System.setOut(System.err);
    if (cache.problem() != null) {
      System.err.println("stroma: " + cache.problem());
    }
    return run(arguments, Path.of(home), settings, log);
  }

  /** Shutdown hook: interrupts the command and waits for it, unless the program ended regularly. */
  private static void interrupted(Thread main) {
    if (DONE.getCount() == 0) {
      return;
    }
    interrupted = true;
    if (STARTED.getCount() > 0) {
      silence();
    }
    main.interrupt();
    try {
      if (STARTED.getCount() > 0) {
        DONE.await(START_GRACE_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        DONE.await(GRACE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (DONE.getCount() > 0) {
      if (STARTED.getCount() == 0) {
        System.err.println("stroma: it did not end within " + GRACE_SECONDS
            + " s and is ended now; a run goes on with --resume from where it was kept last");
      }
      silence();
      if (framework != null) {
        framework.abandon();
      }
      if (cache != null) {
        cache.close();
      }
    }
    // also if code of an extension called System.exit(0)
    Runtime.getRuntime().halt(code);
  }

  /**
   * SIGTERM ends a command as Ctrl-C does, with its own code. The class for signals is no part of Java's specification, so that it is
   * asked for by name; where it is not there, the code is that of Ctrl-C.
   */
  private static void onTermination() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object terminated =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (p, m, a) -> {
            if (m.getName().equals("handle")) {
              code = TERMINATED;
              System.exit(TERMINATED);
            }
            return null;
          });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("TERM"), terminated);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.log(Level.FINE, "SIGTERM is not told from Ctrl-C", e);
    }
  }

  /** A process that works for another one ends with it, however that ends. */
  private static void onParentsEnd() {
    String parent = System.getProperty("stroma.parent", "");
    if (parent.matches("[0-9]{1,18}")) {
      Thread watch = new Thread(
          () -> {
            ProcessHandle.of(Long.parseLong(parent))
                .ifPresent(process -> process.onExit().join());
            System.exit(code = TERMINATED);
          },
          "stroma-parent");
      watch.setDaemon(true);
      watch.start();
    }
  }

  /**
   * Discards output: a framework whose files are deleted while it runs prints many stack traces.
   * Commands have streams of their own.
   */
  static void silence() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    System.setOut(nowhere);
    System.setErr(nowhere);
  }

  private static int run(String[] arguments, Path home, Settings settings, Path log) {
    Map<String, String> properties = new HashMap<>(settings.values());
    properties.put("stroma.log", log.toString());
    RunningFramework.Launch launch = new RunningFramework.Launch(
        home, cache.folder(), properties, false, System.err, () -> interrupted);
    try (RunningFramework runningFramework = RunningFramework.make(launch)) {
      framework = runningFramework;
      runningFramework.open();
      // code of parts may print to System.out, which is redirected to standard error; results go to
      // descriptor 1
      PrintStream results = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
      // read System.err now: bundles may have replaced it
      CommandRequest request = new CommandRequest(List.of(arguments), results, System.err, null);
      return CommandRequest.code(runningFramework.call(request.asMap(), STARTED::countDown));
    } catch (OutOfMemoryError e) {
      System.err.println(
          "stroma: the memory that Java may use, " + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB, is not enough to " + "start; give it more, such as STROMA_JAVA_OPTS=-Xmx4g");
      return 2;
    } catch (RuntimeException e) {
      if (interrupted) {
        return INTERRUPTED;
      }
      LOG.log(Level.SEVERE, "the framework did not start", e);
      System.err.println("stroma: " + e.getMessage() + " (more in " + log + ")");
      return 1;
    }
  }

  /** Logs everything to a file in the user's cache; commands print our warnings. */
  private static Path logging(Path folder) {
    LogManager.getLogManager().reset();
    JHDF.setLevel(Level.SEVERE);
    Path file = folder.resolve("stroma.log");
    try {
      Handler handler = new FileHandler(file.toString().replace("%", "%%"), 4 << 20, 1, true);
      System.setProperty(
          "java.util.logging.SimpleFormatter.format", "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
      handler.setFormatter(new SimpleFormatter());
      Logger.getLogger("").addHandler(handler);
    } catch (IOException e) {
      System.err.println(
          "stroma: " + file + " cannot be written, so nothing is logged: " + e.getMessage());
    }
    return file;
  }
}
