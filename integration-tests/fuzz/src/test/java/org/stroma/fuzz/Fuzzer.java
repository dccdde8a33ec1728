/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Gives changed inputs to readers, one after the other in this process. A reader has to read an input or to refuse it with a
 * sentence that names the file, soon, and without the memory that a number in the file asks for; all else is a finding. An input
 * follows from its kind and its number alone, so that a finding can be had again. What was being read is in a file: where
 * native code ends the process, it is there.
 */
final class Fuzzer {
  private static final long MOST_MILLIS = 10_000;

  /** What only programmers understand. */
  private static final Pattern CODE = Pattern.compile(
      "(?s).*(\\b(java|javax|com|sun|io)\\.\\w+\\.\\w|org\\.\\w+\\.\\w+\\.|Exception|: null$|Cannot invoke|\\$\\$|\\tat ).*");

  /** Findings of a kind that are alike are one. */
  private static final int MOST_FINDINGS = 40;

  private final Path folder;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<String, String> findings = new TreeMap<>();
  private final Map<String, Integer> alike = new TreeMap<>();
  private final Map<String, int[]> counts = new LinkedHashMap<>();
  private volatile Thread worker;
  private volatile long started;
  private volatile boolean slow;

  /** @param folder for the inputs, and for findings, of which none may be left from before */
  Fuzzer(Path folder) throws IOException {
    this.folder = folder;
    Sample.delete(folder.resolve("findings"));
    Files.createDirectories(folder);
    Thread watch = new Thread(this::watch, "fuzz-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /** What was found: where it is, and what happened. */
  Map<String, String> findings() {
    return findings;
  }

  /** How many inputs there were, how many were read, and how many refused. */
  String summary() {
    StringBuilder text = new StringBuilder();
    int[] all = new int[3];
    counts.forEach((kind, its) -> {
      text.append(
          String.format("%-20s %7d inputs %7d read %7d refused%n", kind, its[0], its[1], its[2]));
      Arrays.setAll(all, i -> all[i] + its[i]);
    });
    return text.append(
            String.format("%-20s %7d inputs %7d read %7d refused%n", "all", all[0], all[1], all[2]))
        .toString();
  }

  /** Inputs of a kind: those with the numbers from {@code first} on. */
  void run(Reading reading, long seed, int first, int count) throws IOException {
    List<Sample> corpus = reading.corpus();
    for (Sample sample : corpus) {
      counts.computeIfAbsent(reading.name(), k -> new int[3]);
      one(reading, sample, "corpus-" + corpus.indexOf(sample));
    }
    for (int i = first; i < first + count; i++) {
      Random random = new Random(seed * 1_000_003 + reading.name().hashCode() * 31L + i);
      random.nextInt(); // the first numbers of neighbouring seeds are alike
      Sample changed = Mutator.changed(corpus, reading::changes, random);
      one(reading, random.nextInt(10) == 0 ? changed : reading.mended(changed), String.valueOf(i));
    }
  }

  private Sample there = new Sample(Map.of());
  private String kind = "";

  private void one(Reading reading, Sample sample, String number) throws IOException {
    Path input = folder.resolve("input").resolve(reading.name());
    if (!kind.equals(reading.name())) {
      Sample.delete(input);
      there = new Sample(Map.of());
      kind = reading.name();
    }
    Files.createDirectories(input);
    try {
      sample.write(input, there);
    } catch (java.nio.file.InvalidPathException e) {
      return; // a name that no file can have
    }
    there = sample;
    Files.writeString(folder.resolve("reading"), reading.name() + " " + number + "\n");
    int[] count = counts.computeIfAbsent(reading.name(), k -> new int[3]);
    count[0]++;
    worker = Thread.currentThread();
    slow = false;
    long bytes = threads.getThreadAllocatedBytes(worker.getId());
    started = System.nanoTime();
    Throwable thrown = null;
    try {
      reading.read(input);
      count[1]++;
    } catch (Reading.Refused e) {
      count[2]++;
      if (CODE.matcher(e.getMessage()).matches() || e.getMessage().isBlank()) {
        thrown = new AssertionError("no sentence for users: " + e.getMessage());
      }
    } catch (Throwable e) { // whatever it is, it is a finding
      thrown = e;
    }
    long took = (System.nanoTime() - started) / 1_000_000;
    started = 0;
    bytes = threads.getThreadAllocatedBytes(worker.getId()) - bytes;
    Thread.interrupted();
    if (thrown == null && took > MOST_MILLIS) {
      thrown = new AssertionError("it took " + took + " ms");
    } else if (thrown == null && bytes > reading.mostBytes()) {
      thrown = new AssertionError("it took " + (bytes >> 20) + " MiB of memory");
    }
    if (thrown != null) {
      found(reading, sample, number, thrown);
    }
  }

  private void found(Reading reading, Sample sample, String number, Throwable thrown)
      throws IOException {
    String signature = reading.name() + ": " + signature(thrown);
    int same = alike.merge(signature, 1, Integer::sum);
    if (same > 1 || alike.size() > MOST_FINDINGS) {
      return;
    }
    Path place = folder.resolve("findings").resolve(reading.name() + "-" + number);
    Files.createDirectories(place);
    sample.write(place, new Sample(Map.of()));
    StringWriter trace = new StringWriter();
    try (PrintWriter writer = new PrintWriter(trace)) {
      thrown.printStackTrace(writer);
    }
    String text = trace.toString();
    Files.write(
        place.resolve("finding.log"),
        text.substring(0, Math.min(text.length(), 20_000)).getBytes(StandardCharsets.UTF_8));
    findings.put(place.toString(), signature);
  }

  /** What tells findings apart: the kind of failure, and the lines of ours that it came from. */
  private static String signature(Throwable thrown) {
    List<String> lines = new ArrayList<>();
    Throwable first = thrown.getCause() == null ? thrown : thrown.getCause();
    for (StackTraceElement element : first.getStackTrace()) {
      if (lines.size() < 3
          && element.getClassName().startsWith("org.stroma.")
          && !element.getClassName().startsWith("org.stroma.fuzz.")) {
        lines.add(element.getFileName() + ":" + element.getLineNumber());
      }
    }
    String message = String.valueOf(thrown.getMessage());
    return thrown.getClass().getSimpleName()
        + " "
        + (thrown instanceof AssertionError
                ? message.substring(0, Math.min(message.length(), 120))
                : message.substring(0, Math.min(message.length(), 80)))
            .replaceAll("\\d+", "0")
        + " " + lines;
  }

  /** Says where a reader is that does not come to an end, and then tries to wake it. */
  private void watch() {
    while (true) {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        return;
      }
      long from = started;
      if (from != 0 && !slow && System.nanoTime() - from > MOST_MILLIS * 1_000_000) {
        slow = true;
        StringBuilder at = new StringBuilder("it has been at this for 10 s:\n");
        for (StackTraceElement element : worker.getStackTrace()) {
          at.append("  ").append(element).append('\n');
        }
        try {
          Files.writeString(folder.resolve("slow.log"), at);
        } catch (IOException e) {
          // the input is in the folder all the same
        }
        System.err.println(at);
        worker.interrupt();
      }
      if (from != 0 && System.nanoTime() - from > 12 * MOST_MILLIS * 1_000_000) {
        System.err.println("no end after two minutes; the input is in " + folder.resolve("input"));
        Runtime.getRuntime().halt(3);
      }
    }
  }
}
