/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.stroma.launcher.Distribution;
import org.stroma.launcher.Result;

/**
 * Many experiments in one framework, extensions coming and going: nothing may grow, and no experiment may change another's numbers.
 * Arguments: the distribution, a folder with experiment.json, an extension with the encoder {@code soaked}, how many experiments.
 * Prints a line of measures every ten, and ends with "all is flat" where the last ones are within 5 % of the first.
 */
public final class SoakProgram {
  private static final int FIRST = 20;
  private static final int EVERY = 10;

  /** What varies by itself: pages of a few threads' arenas, a class of a lambda. */
  private static final Map<String, Long> SLACK =
      Map.of("heap", 1L << 20, "resident", 16L << 20, "threads", 1L, "files", 2L, "classes", 60L);

  private static final Map<String, String> PREDICTIONS = new HashMap<>();

  private SoakProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[1]);
    Path jar = Path.of(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    Path extensions = Files.createDirectories(folder.resolve("extensions"));
    List<Map<String, Long>> measured = new ArrayList<>();
    try (Distribution stroma = Distribution.at(Path.of(arguments[0]))
            .folder(folder)
            .set("stroma.extensions", extensions.toString())
            .messages(new PrintStream(OutputStream.nullOutputStream()))
            .start();
        Sides sides = new Sides()) {
      for (int i = 1; i <= count; i++) {
        boolean extended = i % 4 < 2;
        Path there = extensions.resolve("soaked.jar");
        if (!extended) {
          Files.deleteIfExists(there);
        } else if (!Files.exists(there)) {
          Files.copy(jar, there);
        }
        await(stroma, extended);
        run(stroma, folder, "run", extended);
        if (i % EVERY == 5) {
          Future<?> other = sides.executor.submit(() -> run(stroma, folder, "other", extended));
          run(stroma, folder, "run", false);
          other.get();
        }
        if (i % EVERY == 0) {
          measured.add(measure(folder));
          System.out.println(i + " " + measured.get(measured.size() - 1));
        }
      }
    }
    flat(measured);
    System.out.println("all is flat");
  }

  private static final class Sides implements AutoCloseable {
    private final ExecutorService executor = Executors.newSingleThreadExecutor();

    @Override
    public void close() {
      executor.shutdown();
    }
  }

  /** The folder is looked at every so often. */
  private static void await(Distribution stroma, boolean there) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (stroma.run("parts", "encoder").output().contains("soaked") == there) {
        return;
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("the extension is " + (there ? "not there" : "still there"));
  }

  private static Void run(Distribution stroma, Path folder, String out, boolean extended)
      throws IOException {
    List<String> line = new ArrayList<>(
        List.of("run", "experiment.json", "--out", out, "--set", "training.epochs=2"));
    if (extended) {
      line.addAll(List.of("--set", "modalities.a.encoder={\"type\":\"soaked\"}"));
    }
    Result result = stroma.run(line.toArray(String[]::new));
    if (!result.isDone()) {
      throw new IllegalStateException(result.toString());
    }
    String predictions = Files.readString(folder.resolve(out).resolve("predictions.csv"));
    synchronized (PREDICTIONS) {
      String first = PREDICTIONS.putIfAbsent("" + extended, predictions);
      if (first != null && !first.equals(predictions)) {
        throw new IllegalStateException("an experiment has other predictions than before");
      }
    }
    delete(folder.resolve(out));
    return null;
  }

  private static Map<String, Long> measure(Path folder) throws Exception {
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Map<String, Long> now = new LinkedHashMap<>();
    Runtime runtime = Runtime.getRuntime();
    now.put("heap", runtime.totalMemory() - runtime.freeMemory());
    now.put("resident", resident());
    now.put("threads", (long) ManagementFactory.getThreadMXBean().getThreadCount());
    now.put("files", count(Path.of("/proc/self/fd")));
    now.put("classes", (long) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    now.put("temporary", count(Path.of(System.getProperty("java.io.tmpdir"))));
    return now;
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    return 0;
  }

  private static long count(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }

  /** The least of the last three beside the most of what was measured until the twentieth. */
  private static void flat(List<Map<String, Long>> measured) {
    List<Map<String, Long>> first = measured.subList(0, FIRST / EVERY);
    List<Map<String, Long>> last =
        measured.subList(Math.max(first.size(), measured.size() - 3), measured.size());
    for (String name : measured.get(0).keySet()) {
      long before = first.stream().mapToLong(m -> m.get(name)).max().orElseThrow();
      long after = last.stream().mapToLong(m -> m.get(name)).min().orElseThrow();
      if (after > before * 1.05 + SLACK.getOrDefault(name, 0L)) {
        throw new IllegalStateException(name + " grew from " + before + " to " + after);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
