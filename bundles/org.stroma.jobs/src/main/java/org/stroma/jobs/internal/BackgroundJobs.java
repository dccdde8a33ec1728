/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

import java.io.IOException;
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
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartWiring;
import org.stroma.run.OutputFile;
import org.stroma.run.RunDirectory;
import org.stroma.run.UnfinishedRun;
import org.stroma.runtime.Experiments;
import org.stroma.settings.SettingKeys;

/** Jobs, a thread each. */
@Component
public final class BackgroundJobs implements Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundJobs.class);

  private static final long STOP_MILLIS = 8_000;
  private static final long TURN_MILLIS = 500;

  /** How often is looked again after bundles changed, a second apart: components come after their bundles. */
  private static final int LOOKS = 4;

  private final BundleContext context;
  private final Work work;
  private final int limit;
  private final Map<Integer, BackgroundJob> jobs = new LinkedHashMap<>();
  private final List<Consumer<Job>> listeners = new CopyOnWriteArrayList<>();
  private final BundleChanges bundles = new BundleChanges();
  private final BundleListener listener = event -> bundles.changed();
  private int last;
  private int running;

  @Activate
  public BackgroundJobs(
      BundleContext context,
      @Reference Experiments experiments,
      @Reference PartCatalog catalog,
      @Reference PartWiring wiring) {
    this(
        context,
        SettingKeys.JOBS.of(context::getProperty),
        new ExperimentWork(experiments, catalog, wiring));
    context.addBundleListener(listener);
  }

  BackgroundJobs(BundleContext context, int limit, Work work) {
    this.context = context;
    this.work = work;
    this.limit = limit;
  }

  @Deactivate
  void close() {
    context.removeBundleListener(listener);
    stopAll();
  }

  @Override
  public void stopAll() {
    try {
      stop(list());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Job start(Path file, List<String> overrides, Path out) {
    Path experiment = WorkingFolder.resolve(file).toAbsolutePath().normalize();
    Path target =
        out == null ? null : WorkingFolder.resolve(out).toAbsolutePath().normalize();
    long seen = bundles.count();
    Work.Planned planned = null;
    FaultsException missing = null;
    try {
      planned = work.read(experiment, overrides);
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
        if (UnfinishedRun.in(target)) {
          throw fault(
              "--out " + target
                  + " holds a run that was not finished; run --resume goes on with it, or name another place");
        }
        if (taken(target)) {
          throw fault("--out " + target + " exists already; name another place");
        }
      }
      BackgroundJob job =
          new BackgroundJob(++last, experiment, overrides, target, WorkingFolder.get(), this::live);
      if (missing != null) {
        job.is(Job.State.WAITING, missing);
      } else {
        job.planned(planned, seen);
      }
      jobs.put(job.getId(), job);
      job.thread().start();
      return job;
    }
  }

  @Override
  public Job restart(int id, Path out) {
    BackgroundJob job = job(id);
    if (!job.getState().ended()) {
      throw fault("experiment " + id + " (" + job.getName() + ") has not ended: it is "
          + job.getState().word() + "; stop " + id + " ends it");
    }
    Path target = out;
    if (target == null && job.out() != null) {
      synchronized (jobs) {
        target = place(job.out().getParent(), job.out().getFileName().toString());
      }
    } else if (target == null && !job.folder().equals(WorkingFolder.get())) {
      target = place(job.folder().resolve("runs"), job.getName());
    }
    return start(job.getFile(), job.overrides(), target);
  }

  /** Whether something is there but an empty folder. */
  private static boolean taken(Path target) {
    try {
      return OutputFile.taken(target);
    } catch (IOException e) {
      // whoever writes there will say what is wrong
      return false;
    }
  }

  @Override
  public Listening listen(Consumer<Job> whenOneEnds) {
    listeners.add(whenOneEnds);
    return () -> listeners.remove(whenOneEnds);
  }

  @Override
  public List<Job> list() {
    synchronized (jobs) {
      return List.copyOf(jobs.values());
    }
  }

  @Override
  public BackgroundJob job(int id) {
    synchronized (jobs) {
      BackgroundJob job = jobs.get(id);
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

  @Override
  public Job stop(int id) throws InterruptedException {
    return stop(List.of(job(id))).get(0);
  }

  @Override
  public List<Job> stop(List<Job> all) throws InterruptedException {
    List<BackgroundJob> going = all.stream()
        .map(job -> job(job.getId()))
        .filter(job -> !job.getState().ended())
        .toList();
    going.forEach(BackgroundJob::stop);
    long deadline = System.currentTimeMillis() + STOP_MILLIS;
    for (BackgroundJob job : going) {
      job.thread().join(Math.max(1, deadline - System.currentTimeMillis()));
    }
    return all;
  }

  @Override
  public String check(Path file, List<String> overrides) {
    return work.check(WorkingFolder.resolve(file).toAbsolutePath().normalize(), overrides);
  }

  private static FaultsException fault(String message) {
    return new FaultsException(List.of(new Fault("", message)), false);
  }

  private Optional<BackgroundJob> writesTo(Path target) {
    return jobs.values().stream()
        .filter(job -> !job.getState().ended() && Objects.equals(job.getDirectory(), target))
        .findFirst();
  }

  /** What a job's thread does. */
  private void live(BackgroundJob job) {
    try {
      work(job);
    } finally {
      listeners.forEach(listener -> listener.accept(job));
    }
  }

  private void work(BackgroundJob job) {
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
              .<RuntimeException>map(BackgroundJobs::fault)
              .orElseGet(() -> e instanceof RuntimeException failure
                  ? failure
                  : new IllegalStateException(String.valueOf(e), e)));
    }
  }

  /** What an interrupted thread stumbles over is no failure of the experiment. */
  private static void end(BackgroundJob job, Exception e) {
    if (job.stopping()) {
      job.is(Job.State.STOPPED, null);
    } else {
      job.is(Job.State.FAILED, e);
    }
  }

  private boolean attempt(BackgroundJob job) throws InterruptedException {
    awaitParts(job);
    long seen = bundles.count();
    turn(job);
    try {
      synchronized (jobs) {
        job.into(
            job.out() == null ? place(job.folder().resolve("runs"), job.getName()) : job.out());
      }
      job.planned().run(job.getDirectory(), new Progress() {
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
    } catch (FaultsException e) {
      if (!e.partMissing() || e.partLost() || job.stopping()) {
        throw e;
      }
      LOG.info("experiment {} waits: {}", job.getId(), e.getMessage());
      job.is(Job.State.WAITING, e);
    } finally {
      synchronized (jobs) {
        running--;
        jobs.notifyAll();
      }
    }
    bundles.await(seen, 0);
    return false;
  }

  /** Waits for a job's turn: first come, first served, but for those that wait for parts. */
  private void turn(BackgroundJob job) throws InterruptedException {
    synchronized (jobs) {
      while (running >= limit
          || jobs.values().stream()
              .anyMatch(o -> o.getId() < job.getId() && o.getState() == Job.State.QUEUED)) {
        job.is(Job.State.QUEUED, null);
        // others may come to wait for parts, or end, without a word
        jobs.wait(TURN_MILLIS);
      }
      running++;
      job.is(Job.State.RUNNING, null);
    }
  }

  /** Reads an experiment where that was not done with the bundles of now; if it lacks parts, it is told what it waits for. */
  private boolean read(BackgroundJob job) {
    long seen = bundles.count();
    if (job.plannedAt(seen)) {
      return true;
    }
    try {
      job.planned(work.read(job.getFile(), job.overrides()), seen);
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
  private void awaitParts(BackgroundJob job) throws InterruptedException {
    int looks = LOOKS;
    for (long seen = bundles.count(); !read(job); seen = bundles.count()) {
      looks = bundles.await(seen, --looks > 0 ? 1000 : 0) ? LOOKS : looks;
    }
  }

  void bundlesChanged() {
    bundles.changed();
  }

  /** A directory that nobody has and nobody is going to have. */
  private Path place(Path runs, String name) {
    return RunDirectory.free(runs, name, path -> writesTo(path).isPresent());
  }
}
