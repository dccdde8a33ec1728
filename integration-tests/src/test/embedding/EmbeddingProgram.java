/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.stroma.launcher.Distribution;
import org.stroma.launcher.DistributionException;
import org.stroma.launcher.ExitCode;
import org.stroma.launcher.Result;

/** A plain program that embeds Stroma in every way; EmbeddingIT compiles and starts it. Arguments: the distribution, a folder. */
public final class EmbeddingProgram {
  private static Path home;
  private static Path folder;

  private EmbeddingProgram() {}

  public static void main(String[] arguments) throws Exception {
    home = Path.of(arguments[0]);
    folder = Path.of(arguments[1]);
    Map<String, Object> before = virtualMachine();
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    Distribution.Builder builder =
        Distribution.at(home).folder(folder).messages(new PrintStream(messages, true));
    Distribution closed;
    try (Distribution stroma = builder.start()) {
      closed = stroma;
      equal(List.of(), stroma.problems());
      commands(stroma);
      faults(stroma);
      equal("first", train(stroma, "first"));
      check(messages.toString().contains("c_index"), messages.toString());
      cancel(stroma);
      equal(ExitCode.DONE, stroma.run("parts").code());
    }
    refused("closed", () -> closed.run("parts"));
    unchanged(before, "after the first");
    try (Distribution stroma = builder.start()) {
      equal("second", train(stroma, "second"));
    }
    same("first", "second");
    sideBySide(builder);
    same("first", "third");
    refused(
        "did you mean stroma.jobs",
        () -> Distribution.at(home).set("stroma.job", "2").start());
    refused(
        "the setting stroma.jobs is \"0\"; it has to be a whole number from 1 to 999",
        () -> Distribution.at(home).set("stroma.jobs", "0").start());
    refused("is no distribution of Stroma", () -> Distribution.at(folder).start());
    unchanged(before, "at the end");
    if (before.get("framework").equals("felix")) {
      // throws an error where one has been set
      java.net.URL.setURLStreamHandlerFactory(protocol -> null);
    }
    System.out.println("all is well");
  }

  private static void commands(Distribution stroma) {
    Result parts = stroma.run("parts", "fusion");
    equal(ExitCode.DONE, parts.code());
    check(parts.output().contains("cross-modal-attention"), parts.output());
    equal(List.of(), parts.files());
    Result doctor = stroma.run("doctor");
    check(doctor.isDone() && doctor.output().endsWith("All is well.\n"), doctor.toString());
    Result console = stroma.run("console");
    equal(ExitCode.WRONG_USE, console.code());
    check(console.faults().get(0).message().contains("a process of its own"), console.toString());
    equal(ExitCode.WRONG_USE, stroma.run().code());
    equal(ExitCode.PART_MISSING, stroma.run("describe", "radiomics-mlp").code());
  }

  private static void faults(Distribution stroma) {
    Result wrong = stroma.run("validate", "experiment.json", "--set", "training.epochs=-1");
    equal(ExitCode.WRONG_USE, wrong.code());
    equal(1, wrong.faults().size());
    equal("/training/epochs", wrong.faults().get(0).pointer());
    check(wrong.faults().get(0).message().contains("-1"), wrong.toString());
    equal(List.of(), wrong.files());
    Result data = stroma.run("validate", "experiment.json", "--set", "cohort.id=nobody");
    check(!data.isDone() && !data.faults().isEmpty(), data.toString());
  }

  private static String train(Distribution stroma, String out) {
    Result run = stroma.run("run", "experiment.json", "--out", out, "--set", "training.epochs=2");
    equal(List.of(), run.faults());
    equal(ExitCode.DONE, run.code());
    equal(List.of(folder.resolve(out)), run.files());
    equal(folder.resolve(out) + "\n", run.output());
    return run.files().get(0).getFileName().toString();
  }

  private static void cancel(Distribution stroma) throws Exception {
    AtomicReference<Result> result = new AtomicReference<>();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Future<?> future = executor.submit(() -> result.set(stroma.run(
        "run", "experiment.json", "--out", "cancelled", "--set", "training.epochs=100000")));
    while (!Files.exists(folder.resolve("cancelled/experiment.json"))) {
      check(!future.isDone(), "it ended by itself: " + result.get());
      Thread.sleep(50);
    }
    Thread.sleep(500);
    future.cancel(true);
    for (int i = 0; i < 600 && result.get() == null; i++) {
      Thread.sleep(50);
    }
    executor.shutdown();
    equal(ExitCode.INTERRUPTED, result.get().code());
    equal(130, result.get().code().number());
    check(!Files.exists(folder.resolve("cancelled/metrics.json")), "it has metrics");
    try (var files = Files.walk(folder)) {
      equal(0L, files.filter(file -> file.toString().endsWith(".partial")).count());
    }
  }

  /** Two distributions at a time, and a thread that is interrupted before it begins. */
  private static void sideBySide(Distribution.Builder builder) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (Distribution one = builder.start();
        Distribution other = builder.set("stroma.jobs", "2").start()) {
      Future<String> third = executor.submit(() -> train(one, "third"));
      Future<String> fourth = executor.submit(() -> train(other, "fourth"));
      equal("third", third.get());
      equal("fourth", fourth.get());
      check(
          other.run("doctor").output().contains("stroma.jobs = 2 (set by the program)"), "origin");
      Thread.currentThread().interrupt();
      equal(ExitCode.INTERRUPTED, one.run("parts").code());
      check(Thread.interrupted(), "the thread is interrupted still");
    } finally {
      executor.shutdown();
    }
  }

  private static void same(String one, String other) throws Exception {
    equal(
        Files.readString(folder.resolve(one).resolve("predictions.csv")),
        Files.readString(folder.resolve(other).resolve("predictions.csv")));
  }

  /** What belongs to the process. */
  private static Map<String, Object> virtualMachine() {
    Map<String, Object> state = new HashMap<>();
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    // the JDK sets these when a time or a picture is asked for
    properties
        .keySet()
        .removeIf(name -> name.equals("user.timezone") || name.toString().startsWith("sun.font."));
    state.put("properties", properties);
    state.put("out", System.out);
    state.put("err", System.err);
    state.put("in", System.in);
    state.put("framework", System.getProperty("java.class.path").contains("felix") ? "felix" : "?");
    state.put("locale", Locale.getDefault());
    state.put("log manager", LogManager.getLogManager());
    state.put("log handlers", Arrays.asList(Logger.getLogger("").getHandlers()));
    state.put("log level", Logger.getLogger("").getLevel());
    state.put("context class loader", Thread.currentThread().getContextClassLoader());
    state.put("exception handler", String.valueOf(Thread.getDefaultUncaughtExceptionHandler()));
    return state;
  }

  private static void unchanged(Map<String, Object> before, String when) {
    virtualMachine()
        .forEach((what, now) -> check(
            now.equals(before.get(what)),
            when + ", " + what + " was " + before.get(what) + " and is " + now));
  }

  private static void refused(String sentence, Runnable action) {
    try {
      action.run();
    } catch (DistributionException e) {
      check(
          e.getMessage().contains(sentence) && e.getMessage().lines().count() == 1, e.getMessage());
      return;
    }
    check(false, "nothing was refused: " + sentence);
  }

  private static void equal(Object wanted, Object got) {
    check(wanted.equals(got), "wanted " + wanted + ", got " + got);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }
}
