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

/** Starts the framework, hands the arguments to the commands, and ends with their exit code. */
public final class Main {
  /** How long an interrupted command may take to save what it has. */
  private static final long GRACE_SECONDS = 20;

  /** The same for a start, which has nothing to save. */
  private static final long START_GRACE_MILLIS = 500;

  private static final int INTERRUPTED = ExitCode.INTERRUPTED.number();

  private static final Logger LOG = Logger.getLogger("org.stroma.launcher");

  /** It tells of every file that it opens. Held, since a logger that nobody holds forgets its level. */
  private static final Logger JHDF = Logger.getLogger("io.jhdf");

  /** Counted down when a command is at work. */
  private static final CountDownLatch STARTED = new CountDownLatch(1);

  private static final CountDownLatch DONE = new CountDownLatch(1);

  private static volatile boolean interrupted;
  private static volatile RunningFramework framework;
  private static volatile Cache cache;

  private Main() {}

  /**
   * Arguments are a command and its own; system property stroma.home is the distribution. What is set for the whole virtual machine
   * is set here and by {@link NativeMessages} alone.
   */
  public static void main(String[] arguments) {
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(main), "stroma-interrupt"));
    // numbers in files and messages are the same everywhere: no digits, points or letters of the
    // language of the user. One that
    // has a name, which Equinox wants
    Locale.setDefault(Locale.ENGLISH);
    // standard output is for results, which the commands write there themselves
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

  /** When the virtual machine goes down and nobody here wanted it to. */
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
      silence();
      if (framework != null) {
        framework.abandon();
      }
      if (cache != null) {
        cache.close();
      }
    }
    // also where code of an extension has ended the virtual machine as if all were well
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  /** A framework whose files are taken away while it works says so in pages. What commands say goes to a stream of their own. */
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
    try (RunningFramework made = RunningFramework.make(launch)) {
      framework = made;
      made.open();
      // code of parts may print to System.out, which is standard error here; results go to
      // descriptor 1
      PrintStream results = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
      // as it is now: bundles may have put their own there
      CommandRequest request = new CommandRequest(List.of(arguments), results, System.err, null);
      return CommandRequest.code(made.call(request.asMap(), STARTED::countDown));
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

  /** Everything is logged to a file of the user's; warnings of ours are said by the commands. */
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
