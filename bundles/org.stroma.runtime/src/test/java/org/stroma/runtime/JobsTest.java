/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;

class JobsTest {
  @TempDir private Path folder;

  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile boolean installed = true;
  private volatile RuntimeException failure;
  private Path file;
  private Jobs jobs;

  /** Runs until it may go; its parts are there while installed is true. */
  private final Jobs.Work work = new Jobs.Work() {
    @Override
    public String read(Path experiment, List<String> overrides) {
      if (!Files.exists(experiment)) {
        throw new ExperimentException(List.of(new Fault("", "there is no file")), false);
      }
      return check(experiment, overrides);
    }

    @Override
    public String check(Path experiment, List<String> overrides) {
      if (!installed) {
        Fault.Wanted wanted = new Fault.Wanted(PartKind.ENCODER, "radiomics-mlp");
        throw new ExperimentException(List.of(new Fault("/modalities/ct/encoder/type", "no bundle", wanted)), true);
      }
      return "named";
    }

    @Override
    public void run(Path experiment, List<String> overrides, Path out, Progress progress) {
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      progress.note("began");
      progress.at("epoch 1/2");
      try {
        go.await();
        if (failure != null) {
          throw failure;
        }
      } catch (InterruptedException e) {
        throw new CancelledException();
      } finally {
        running.decrementAndGet();
      }
    }
  };

  @BeforeEach
  void open() throws Exception {
    file = Files.writeString(folder.resolve("e.json"), "{}");
    jobs = new Jobs(null, 1, work);
  }

  @AfterEach
  void close() {
    jobs.stopAll();
  }

  private static void await(Job job, Job.State state) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    for (long seen = job.changes(); job.getState() != state && System.nanoTime() < deadline;) {
      seen = job.awaitChange(seen, 100);
    }
    assertEquals(state, job.getState());
  }

  @Test
  void oneRunsAtATimeAndTheOthersFollow() throws Exception {
    Job first = jobs.start(file, List.of(), folder.resolve("a"));
    await(first, Job.State.RUNNING);
    Job second = jobs.start(file, List.of(), folder.resolve("b"));
    await(second, Job.State.QUEUED);
    assertEquals(List.of(1, 2), jobs.list().stream().map(Job::getId).toList());
    go.countDown();
    await(first, Job.State.DONE);
    await(second, Job.State.DONE);
    assertEquals(1, most.get());
    assertEquals("named", first.getName());
    assertEquals(List.of("began"), first.getNotes());
    assertEquals("epoch 1/2", first.getProgress());
    assertTrue(first.toString().endsWith(folder.resolve("a").toString()), first.toString());
  }

  @Test
  void anExperimentWaitsForItsPartsAndThenStartsByItself() throws Exception {
    installed = false;
    Job job = jobs.start(file, List.of(), null);
    assertEquals(Job.State.WAITING, job.getState());
    assertTrue(job.toString().contains("for the encoder \"radiomics-mlp\"") && job.toString().contains("/modalities/ct/encoder/type"), job.toString());
    // one that waits is in nobody's way
    installed = true;
    Job other = jobs.start(file, List.of(), null);
    await(other, Job.State.RUNNING);
    jobs.bundlesChanged();
    await(job, Job.State.QUEUED);
    assertEquals(null, job.getFailure());
    go.countDown();
    await(job, Job.State.DONE);
  }

  @Test
  void eachThatRunsHasADirectoryOfItsOwn() throws Exception {
    jobs = new Jobs(null, 2, work);
    Job first = jobs.start(file, List.of(), null);
    Job second = jobs.start(file, List.of(), null);
    await(first, Job.State.RUNNING);
    await(second, Job.State.RUNNING);
    assertNotEquals(first.getDirectory(), second.getDirectory());
    assertEquals("runs", first.getDirectory().getParent().getFileName().toString());
  }

  @Test
  void stoppedExperimentsEndWhateverTheyAreAt() throws Exception {
    Job runs = jobs.start(file, List.of(), null);
    await(runs, Job.State.RUNNING);
    Job queued = jobs.start(file, List.of(), null);
    await(queued, Job.State.QUEUED);
    installed = false;
    Job waits = jobs.start(file, List.of(), null);
    await(waits, Job.State.WAITING);
    for (Job job : jobs.list()) {
      assertEquals(Job.State.STOPPED, jobs.stop(job.getId()).getState());
    }
    assertEquals(0, running.get());
    assertEquals(Job.State.STOPPED, jobs.stop(1).getState());
  }

  @Test
  void failuresAreKept() throws Exception {
    failure = new DataException("row 3 has no time");
    go.countDown();
    Job job = jobs.start(file, List.of(), null);
    await(job, Job.State.FAILED);
    assertEquals("row 3 has no time", job.getFailure().getMessage());
    assertEquals(Job.State.FAILED, jobs.stop(job.getId()).getState());
    // the place is free again
    failure = null;
    await(jobs.start(file, List.of(), null), Job.State.DONE);
  }

  @Test
  void twoDoNotWriteToOnePlace() throws Exception {
    jobs.start(file, List.of(), folder.resolve("a"));
    ExperimentException e =
        assertThrows(ExperimentException.class, () -> jobs.start(file, List.of(), folder.resolve("b/../a")));
    assertTrue(e.getMessage().contains("experiment 1"), e.getMessage());
    assertThrows(ExperimentException.class, () -> jobs.start(folder.resolve("none.json"), List.of(), null));
    assertThrows(ExperimentException.class, () -> jobs.job(9));
  }
}
