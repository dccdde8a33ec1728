/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.jobs.internal;

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
import org.stroma.command.CancelledException;
import org.stroma.command.Progress;
import org.stroma.jobs.Job;
import org.stroma.jobs.Jobs;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.PartKind;

class BackgroundJobsTest {
  @TempDir
  private Path folder;

  private final CountDownLatch go = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean installed = true;
  private volatile boolean startable = true;
  private volatile RuntimeException failure;
  private Path file;
  private BackgroundJobs jobs;

  /** Runs until it may go; its parts are there while installed is true. */
  private final Work work = new Work() {
    @Override
    public Planned read(Path experiment, List<String> overrides) {
      reads.incrementAndGet();
      if (!Files.exists(experiment)) {
        throw new FaultsException(List.of(new Fault("", "there is no file")), false);
      }
      String name = check(experiment, overrides);
      return new Planned() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public void run(Path out, Progress progress) {
          BackgroundJobsTest.this.run(progress);
        }
      };
    }

    @Override
    public String check(Path experiment, List<String> overrides) {
      if (!installed) {
        throw missing();
      }
      return "named";
    }
  };

  private void run(Progress progress) {
    if (!startable) {
      throw missing();
    }
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

  private static FaultsException missing() {
    Fault.Wanted wanted = new Fault.Wanted(PartKind.ENCODER, "radiomics-mlp");
    return new FaultsException(
        List.of(new Fault("/modalities/ct/encoder/type", "no bundle", wanted)), true);
  }

  @BeforeEach
  void open() throws Exception {
    file = Files.writeString(folder.resolve("e.json"), "{}");
    jobs = new BackgroundJobs(null, 1, work);
  }

  @AfterEach
  void close() {
    jobs.stopAll();
  }

  private static void await(Job job, Job.State state) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    for (long seen = job.changes(); job.getState() != state && System.nanoTime() < deadline; ) {
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
  void anExperimentIsReadOnceAndOnceMoreWhenBundlesHaveChanged() throws Exception {
    Job first = jobs.start(file, List.of(), null);
    await(first, Job.State.RUNNING);
    Job second = jobs.start(file, List.of(), null);
    await(second, Job.State.QUEUED);
    go.countDown();
    await(second, Job.State.DONE);
    assertEquals(2, reads.get());
  }

  @Test
  void anExperimentWhosePartsDoNotStartWaitsForTheNextBundleAndIsInNobodysWay() throws Exception {
    startable = false;
    Job job = jobs.start(file, List.of(), null);
    await(job, Job.State.WAITING);
    startable = true;
    Job other = jobs.start(file, List.of(), null);
    await(other, Job.State.RUNNING);
    jobs.bundlesChanged();
    await(job, Job.State.QUEUED);
    assertEquals(3, reads.get());
    go.countDown();
    await(job, Job.State.DONE);
  }

  @Test
  void anExperimentWaitsForItsPartsAndThenStartsByItself() throws Exception {
    installed = false;
    Job job = jobs.start(file, List.of(), null);
    assertEquals(Job.State.WAITING, job.getState());
    assertTrue(
        job.toString().contains("for the encoder \"radiomics-mlp\"")
            && job.toString().contains("/modalities/ct/encoder/type"),
        job.toString());
    // its own thread has seen it too
    job.awaitChange(1, 10_000);
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
    jobs = new BackgroundJobs(null, 2, work);
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
    FaultsException e = assertThrows(
        FaultsException.class, () -> jobs.start(file, List.of(), folder.resolve("b/../a")));
    assertTrue(e.getMessage().contains("experiment 1"), e.getMessage());
    assertThrows(
        FaultsException.class, () -> jobs.start(folder.resolve("none.json"), List.of(), null));
    assertThrows(FaultsException.class, () -> jobs.job(9));
  }

  @Test
  void aPlaceThatIsTakenIsToldAtOnce() throws Exception {
    Files.createDirectory(folder.resolve("empty"));
    Files.writeString(Files.createDirectory(folder.resolve("full")).resolve("thesis.txt"), "mine");
    jobs.start(file, List.of(), null);
    FaultsException e = assertThrows(
        FaultsException.class, () -> jobs.start(file, List.of(), folder.resolve("full")));
    assertTrue(e.getMessage().contains("exists already; name another place"), e.getMessage());
    assertEquals(1, jobs.list().size());
    jobs.start(file, List.of(), folder.resolve("empty"));
  }

  @Test
  void whatHasEndedStartsAgainBesideWhatItWrote() throws Exception {
    Job first = jobs.start(file, List.of("a=1"), folder.resolve("out"));
    await(first, Job.State.RUNNING);
    FaultsException e = assertThrows(FaultsException.class, () -> jobs.restart(1, null));
    assertTrue(e.getMessage().contains("has not ended: it is running"), e.getMessage());
    jobs.stop(1);
    Files.writeString(Files.createDirectory(folder.resolve("out")).resolve("history.csv"), "");
    Job again = jobs.restart(1, null);
    assertEquals(2, again.getId());
    assertEquals(List.of("a=1"), jobs.job(2).overrides());
    await(again, Job.State.RUNNING);
    assertEquals(folder.resolve("out-2"), again.getDirectory());
    go.countDown();
    await(again, Job.State.DONE);
    await(jobs.restart(2, folder.resolve("elsewhere")), Job.State.DONE);
  }

  @Test
  void whoeverListensHearsOfTheEnd() throws Exception {
    java.util.concurrent.BlockingQueue<String> heard =
        new java.util.concurrent.LinkedBlockingQueue<>();
    try (Jobs.Listening listening = jobs.listen(job -> heard.add(job.notice()))) {
      go.countDown();
      jobs.start(file, List.of(), folder.resolve("a"));
      assertTrue(heard
          .poll(10, TimeUnit.SECONDS)
          .startsWith("experiment 1 (named) is done after 0 s: " + folder.resolve("a")));
      failure = new DataException("row 3 has no time");
      jobs.start(file, List.of(), null);
      assertEquals(
          "experiment 2 (named) failed after 0 s: row 3 has no time",
          heard.poll(10, TimeUnit.SECONDS));
    }
    assertTrue(
        jobs.list().get(0).toString().matches("1   done     took 0 s +named .*"),
        jobs.list().toString());
  }

  @Test
  void tooLittleMemoryIsNoFaultOfOurs() throws Exception {
    failure = new IllegalStateException(new OutOfMemoryError("Java heap space"));
    go.countDown();
    Job job = jobs.start(file, List.of(), null);
    await(job, Job.State.FAILED);
    String message = job.getFailure().getMessage();
    assertTrue(
        message.contains("-Xmx")
            && message.contains("STROMA_JAVA_OPTS")
            && message.lines().count() == 1,
        message);
    assertTrue(job.getFailure() instanceof FaultsException);
  }
}
