/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.command.Memory;
import org.stroma.command.Progress;
import org.stroma.command.WorkingFolder;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.ExperimentReader;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartWiring;
import org.stroma.runtime.Experiments;
import org.stroma.settings.SettingKeys;

/**
 * Experiments in the background. One that lacks a part waits, and starts by itself when a bundle provides it. How many run
 * at a time is the setting {@code stroma.jobs} (1); the others are queued. What runs when this goes away is stopped.
 */
@Component(service = Jobs.class)
public final class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private static final long STOP_MILLIS = 8_000;
  private static final long SETTLE_MILLIS = 300;
  private static final long TURN_MILLIS = 500;

  /** How often is looked again after bundles changed, a second apart: components come after their bundles. */
  private static final int LOOKS = 4;

  private final BundleContext context;
  private final Work work;
  private final int limit;
  private final Map<Integer, Job> jobs = new LinkedHashMap<>();
  private final List<Consumer<Job>> listeners = new CopyOnWriteArrayList<>();
  private final Object bundles = new Object();
  private final BundleListener listener = event -> bundlesChanged();
  private long bundleChanges;
  private int last;
  private int running;

  /** What is done with an experiment. */
  interface Work {
    /** Reads it. Returns its name. */
    String read(Path file, List<String> overrides);

    /** Reads it and starts its parts, for nothing but to see that this can be done. Returns its name. */
    String check(Path file, List<String> overrides);

    void run(Path file, List<String> overrides, Path out, Progress progress);
  }

  @Activate
  public Jobs(
      BundleContext context,
      @Reference Experiments experiments,
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring) {
    this(context, SettingKeys.JOBS.of(context::getProperty), new Work() {
      @Override
      public String read(Path file, List<String> overrides) {
        return ExperimentReader.read(file, overrides, catalog).name();
      }

      @Override
      public String check(Path file, List<String> overrides) {
        Experiment experiment = ExperimentReader.read(file, overrides, catalog);
        wiring.wire(experiment.partUses()).close();
        return experiment.name();
      }

      @Override
      public void run(Path file, List<String> overrides, Path out, Progress progress) {
        experiments.run(org.stroma.runtime.RunRequest.of(file)
            .overrides(overrides)
            .out(out)
            .progress(progress));
      }
    });
    context.addBundleListener(listener);
  }

  Jobs(BundleContext context, int limit, Work work) {
    this.context = context;
    this.work = work;
    this.limit = limit;
  }

  @Deactivate
  void close() {
    context.removeBundleListener(listener);
    stopAll();
  }

  /** Stops all experiments and waits, some seconds at most, until they have put away what they have. */
  public void stopAll() {
    try {
      stop(list());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Starts an experiment in the background. It may lack parts; whatever else is wrong with it is told at once.
   *
   * @param file relative to the working folder
   * @param overrides as of {@code --set}
   * @param out the run directory; null for {@code runs/NAME}, with a number when that is taken
   * @throws FaultsException when it is wrong, something is there, or another experiment writes there
   */
  public Job start(Path file, List<String> overrides, Path out) {
    Path experiment = WorkingFolder.resolve(file).toAbsolutePath().normalize();
    Path target =
        out == null ? null : WorkingFolder.resolve(out).toAbsolutePath().normalize();
    String name = null;
    FaultsException missing = null;
    try {
      name = work.read(experiment, overrides);
    } catch (FaultsException e) {
      if (!e.partMissing()) {
        throw e;
      }
      missing = e;
    }
    synchronized (jobs) {
      if (target != null) {
        writesTo(target).ifPresent(other -> {
          throw fault("--out " + target + " is where experiment " + other.getId() + " ("
              + other.getName() + ") writes; name another place");
        });
        // when its turn comes is too late to say so
        if (taken(target)) {
          throw fault("--out " + target + " exists already; name another place");
        }
      }
      Job job = new Job(++last, experiment, overrides, target, WorkingFolder.get(), this::live);
      if (missing != null) {
        job.is(Job.State.WAITING, missing);
      } else {
        job.named(name);
      }
      jobs.put(job.getId(), job);
      job.thread().start();
      return job;
    }
  }

  /**
   * Starts an experiment that has ended once more, as its file is now and with the same changes. What the first run wrote stays;
   * where it was told a place, the new one has that with a number.
   *
   * @param out the run directory; null for one as before
   * @throws FaultsException when it is wrong, or has not ended
   */
  public Job restart(int id, Path out) {
    Job job = job(id);
    if (!job.getState().ended()) {
      throw fault("experiment " + id + " (" + job.getName() + ") has not ended: it is "
          + job.getState().word() + "; stop " + id + " ends it");
    }
    Path target = out;
    if (target == null && job.out() != null) {
      synchronized (jobs) {
        target = free(job.out().getParent(), job.out().getFileName().toString());
      }
    } else if (target == null && !job.folder().equals(WorkingFolder.get())) {
      target = free(job.folder().resolve("runs"), job.getName());
    }
    return start(job.getFile(), job.overrides(), target);
  }

  /** Whether something is there but an empty folder. */
  private static boolean taken(Path target) {
    try (var entries = Files.isDirectory(target) ? Files.list(target) : null) {
      return entries == null ? Files.exists(target) : entries.findAny().isPresent();
    } catch (IOException e) {
      // whoever writes there will say what is wrong
      return false;
    }
  }

  /**
   * Tells when experiments end, in their own threads.
   *
   * @return closed to be told no more
   */
  public Listening listen(Consumer<Job> whenOneEnds) {
    listeners.add(whenOneEnds);
    return () -> listeners.remove(whenOneEnds);
  }

  /** Somebody who is told; see {@link #listen}. */
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** All experiments that were started, in that order. */
  public List<Job> list() {
    synchronized (jobs) {
      return List.copyOf(jobs.values());
    }
  }

  /**
   * The experiment of that number.
   *
   * @throws FaultsException when there is none
   */
  public Job job(int id) {
    synchronized (jobs) {
      Job job = jobs.get(id);
      if (job == null) {
        throw fault("there is no experiment " + id
            + (jobs.isEmpty()
                ? "; none was started"
                : "; there " + (jobs.size() == 1 ? "is " : "are ")
                    + String.join(
                        ", ", jobs.keySet().stream().map(String::valueOf).toList())));
      }
      return job;
    }
  }

  /** Stops an experiment and waits until it has put away what it has; one that has ended stays as it is. */
  public Job stop(int id) throws InterruptedException {
    return stop(List.of(job(id))).get(0);
  }

  /** The same for several at once. */
  public List<Job> stop(List<Job> all) throws InterruptedException {
    List<Job> going = all.stream().filter(job -> !job.getState().ended()).toList();
    going.forEach(Job::stop);
    long deadline = System.currentTimeMillis() + STOP_MILLIS;
    for (Job job : going) {
      job.thread().join(Math.max(1, deadline - System.currentTimeMillis()));
    }
    return all;
  }

  /**
   * Checks an experiment file and that its parts start; its data is not read.
   *
   * @return its name
   * @throws FaultsException with every fault
   */
  public String check(Path file, List<String> overrides) {
    return work.check(WorkingFolder.resolve(file).toAbsolutePath().normalize(), overrides);
  }

  private static FaultsException fault(String message) {
    return new FaultsException(List.of(new Fault("", message)), false);
  }

  private Optional<Job> writesTo(Path target) {
    return jobs.values().stream()
        .filter(job -> !job.getState().ended() && Objects.equals(job.getDirectory(), target))
        .findFirst();
  }

  /** What a job's thread does. */
  private void live(Job job) {
    try {
      work(job);
    } finally {
      listeners.forEach(listener -> listener.accept(job));
    }
  }

  private void work(Job job) {
    try {
      while (!attempt(job)) {
        // its parts went away between the check and its turn
      }
      job.is(Job.State.DONE, null);
    } catch (InterruptedException | CancelledException e) {
      job.is(Job.State.STOPPED, null);
    } catch (FaultsException | DataException e) {
      end(job, e);
    } catch (RuntimeException | Error e) {
      // code of parts may fail in any way
      LOG.error("experiment {} failed", job.getId(), e);
      end(
          job,
          Memory.sentence(e)
              .<RuntimeException>map(Jobs::fault)
              .orElseGet(() -> e instanceof RuntimeException failure
                  ? failure
                  : new IllegalStateException(String.valueOf(e), e)));
    }
  }

  /** What an interrupted thread stumbles over is no failure of the experiment. */
  private static void end(Job job, Exception e) {
    if (job.stopping()) {
      job.is(Job.State.STOPPED, null);
    } else {
      job.is(Job.State.FAILED, e);
    }
  }

  private boolean attempt(Job job) throws InterruptedException {
    awaitParts(job);
    boolean queued = turn(job);
    try {
      if (queued && !satisfied(job)) {
        return false;
      }
      synchronized (jobs) {
        job.into(job.out() == null ? free(job.folder().resolve("runs"), job.getName()) : job.out());
      }
      work.run(job.getFile(), job.overrides(), job.getDirectory(), new Progress() {
        @Override
        public void note(String message) {
          job.noted(message);
        }

        @Override
        public void at(String message) {
          job.heard(message);
        }
      });
      return true;
    } finally {
      synchronized (jobs) {
        running--;
        jobs.notifyAll();
      }
    }
  }

  /** Waits for a job's turn: first come, first served, but for those that wait for parts. Returns whether it had to wait. */
  private boolean turn(Job job) throws InterruptedException {
    synchronized (jobs) {
      boolean queued = false;
      while (running >= limit
          || jobs.values().stream()
              .anyMatch(o -> o.getId() < job.getId() && o.getState() == Job.State.QUEUED)) {
        queued = true;
        job.is(Job.State.QUEUED, null);
        // others may come to wait for parts, or end, without a word
        jobs.wait(TURN_MILLIS);
      }
      running++;
      job.is(Job.State.RUNNING, null);
      return queued;
    }
  }

  /** Whether an experiment has all of its parts; if not, it is told what it waits for. */
  private boolean satisfied(Job job) {
    try {
      job.named(work.check(job.getFile(), job.overrides()));
      return true;
    } catch (FaultsException e) {
      if (!e.partMissing()) {
        throw e;
      }
      job.is(Job.State.WAITING, e);
      return false;
    }
  }

  /** Until an experiment has all of its parts. */
  private void awaitParts(Job job) throws InterruptedException {
    int looks = LOOKS;
    for (long seen = bundleChanges(); !satisfied(job); seen = bundleChanges()) {
      synchronized (bundles) {
        if (bundleChanges == seen) {
          bundles.wait(--looks > 0 ? 1000 : 0);
        }
        looks = bundleChanges == seen ? looks : LOOKS;
      }
      Thread.sleep(SETTLE_MILLIS);
    }
  }

  private long bundleChanges() {
    synchronized (bundles) {
      return bundleChanges;
    }
  }

  void bundlesChanged() {
    synchronized (bundles) {
      bundleChanges++;
      bundles.notifyAll();
    }
  }

  /** A directory that nobody has and nobody is going to have. */
  private Path free(Path runs, String name) {
    Path path = runs.resolve(name);
    for (int i = 2; Files.exists(path) || writesTo(path).isPresent(); i++) {
      path = runs.resolve(name + "-" + i);
    }
    return path;
  }
}
