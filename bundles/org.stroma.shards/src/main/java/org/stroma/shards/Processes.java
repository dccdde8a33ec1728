/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.command.WorkingFolder;
import org.stroma.settings.SettingKey;
import org.stroma.settings.SettingKeys;

/** Carries commands out in processes of their own, with the settings of this one. */
@Component(service = Processes.class)
public final class Processes {
  private static final Logger LOG = LoggerFactory.getLogger(Processes.class);

  private static final long POLL_MILLIS = 200;

  /** An interrupted process keeps what it has, for which it has nine seconds. */
  private static final long GRACE_MILLIS = 10_000;

  /** As the launcher starts the sentence of what is wrong. */
  private static final String COMPLAINT = "stroma: ";

  private final BundleContext context;

  @Activate
  public Processes(BundleContext context) {
    this.context = context;
  }

  /**
   * A command in a process of its own.
   *
   * @param shard that it carries out
   * @param arguments the command and its arguments; paths are absolute
   */
  public record Work(Shard shard, List<String> arguments) {
    public Work {
      arguments = List.copyOf(arguments);
    }

    private String name() {
      return "shard " + shard;
    }
  }

  /**
   * Runs all commands at once, and waits for them. Each gets its share of the cores, unless {@code stroma.threads} says how many threads
   * there are. When this thread is interrupted, they are too, and keep what they have.
   *
   * @param at how far all of them are, in words
   * @param told what the user has been told already; what else they say is passed on once
   * @return those that failed
   * @throws CancelledException when this thread was interrupted
   */
  public List<Failure> run(
      List<Work> all, Progress progress, Supplier<String> at, Predicate<String> told) {
    Path program = program();
    List<Running> running = new ArrayList<>();
    boolean ended = false;
    try {
      for (Work work : all) {
        running.add(start(program, work, all.size()));
      }
      while (running.stream().anyMatch(one -> one.process.isAlive())) {
        progress.at(at.get());
        Thread.sleep(POLL_MILLIS);
      }
      List<Failure> failures = end(running, progress, told);
      ended = true;
      return failures;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    } finally {
      if (!ended) {
        stop(running);
      }
    }
  }

  private Path program() {
    String home = context.getProperty("stroma.home");
    Path program = home == null ? null : Path.of(home, "bin", "stroma");
    if (program == null || !Files.isExecutable(program)) {
      throw new UsageException("--processes starts bin/stroma of an installation, which "
          + (program == null ? "is not there in this framework" : "is not at " + program)
          + "; leave it away, or run the shards yourself with --shard");
    }
    return program;
  }

  private Running start(Path program, Work work, int processes) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(work.arguments());
    ProcessBuilder builder = new ProcessBuilder(command)
        .directory(WorkingFolder.get().toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .merge("STROMA_JAVA_OPTS", options(processes), (given, ours) -> given + " " + ours);
    if (context.getProperty("stroma.err") != null) {
      // the script has set it, and not the user: the other's script is to keep messages of
      // TensorFlow off the screen, too
      builder.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    }
    try {
      Running running = new Running(work, builder.start());
      running.listen();
      return running;
    } catch (IOException e) {
      throw new UsageException("--processes cannot start " + program + ": " + e.getMessage());
    }
  }

  /** What the other process would not know by itself. */
  private String options(int processes) {
    StringBuilder options =
        new StringBuilder("-Dstroma.parent=" + ProcessHandle.current().pid());
    if (SettingKeys.THREADS.given(context::getProperty).orElse(0) == 0) {
      int share = Runtime.getRuntime().availableProcessors() / processes;
      options
          .append(" -D")
          .append(SettingKeys.THREADS.name())
          .append('=')
          .append(Math.max(1, share));
    }
    for (SettingKey<?> key : SettingKeys.all()) {
      // what a program that has Stroma inside has set; the other ways are open to both
      if ("set by the program".equals(context.getProperty(key.originProperty()))) {
        String value = context.getProperty(key.name());
        if (value.matches("(?s).*\\s.*")) {
          throw new UsageException("--processes cannot hand on the setting " + key.name()
              + ", whose value has spaces; set it in conf/stroma.properties");
        }
        options.append(" -D").append(key.name()).append('=').append(value);
      }
    }
    return options.toString();
  }

  private static List<Failure> end(List<Running> running, Progress progress, Predicate<String> told)
      throws InterruptedException {
    List<Failure> failures = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (Running one : running) {
      int code = one.process.waitFor();
      one.reader.join(POLL_MILLIS);
      List<String> complaints = new ArrayList<>();
      for (String line : one.lines()) {
        if (line.startsWith(COMPLAINT)) {
          complaints.add(line.substring(COMPLAINT.length()));
        } else if (!told.test(line)) {
          notes.add(line);
        }
      }
      if (code != 0) {
        failures.add(new Failure(one.work.name(), code, complaints));
      }
    }
    notes.forEach(progress::note);
    return failures;
  }

  private static void stop(List<Running> running) {
    running.forEach(one -> one.process.destroy());
    long end = System.nanoTime() + GRACE_MILLIS * 1_000_000;
    boolean interrupted = Thread.interrupted();
    for (Running one : running) {
      while (one.process.isAlive() && System.nanoTime() < end) {
        try {
          Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      one.process.destroyForcibly();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A process, and what it says. */
  private static final class Running {
    private final Work work;
    private final Process process;
    private final Thread reader;
    private final Set<String> lines = new LinkedHashSet<>();

    Running(Work work, Process process) {
      this.work = work;
      this.process = process;
      this.reader = new Thread(this::read, "stroma-" + work.name());
    }

    void listen() {
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (BufferedReader err = new BufferedReader(
          new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
        for (String line = err.readLine(); line != null; line = err.readLine()) {
          add(line);
        }
      } catch (IOException e) {
        LOG.debug("{} ended", work.name(), e);
      }
    }

    private synchronized void add(String line) {
      Optional.of(line.stripTrailing()).filter(text -> !text.isBlank()).ifPresent(lines::add);
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }
  }
}
