/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunEventsTest {
  private static final RunEvent.Run RUN =
      new RunEvent.Run("test", Path.of("runs/test"), false, 1, 2, 1, 3);

  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord record) {
      logged.add(new java.util.logging.SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void leave() {
    Logger.getLogger("").removeHandler(handler);
  }

  private static void note(RunEvents events, String message) {
    events.publish(new RunEvent.Noted(RUN, message), RunListener::noted);
  }

  private boolean logs(String... words) {
    return logged.stream().anyMatch(line -> List.of(words).stream().allMatch(line::contains));
  }

  @Test
  void aListenerHearsEverythingInOrder() {
    Runs.Words words = new Runs.Words();
    List<String> sent = new ArrayList<>();
    try (RunEvents events = new RunEvents(List.of(), () -> List.of(words))) {
      for (int i = 0; i < 1000; i++) {
        note(events, "" + i);
        sent.add("" + i);
      }
    }
    assertEquals(sent, words.heard);
  }

  /** It throws. */
  private static final class Clumsy implements RunListener {
    @Override
    public void noted(RunEvent.Noted event) {
      throw new IllegalStateException("no network");
    }
  }

  @Test
  void oneThatThrowsIsNamedAndTheOthersHear() {
    Runs.Words words = new Runs.Words();
    try (RunEvents events = new RunEvents(List.of(), () -> List.of(new Clumsy(), words))) {
      note(events, "a");
    }
    assertTrue(logs("Clumsy", "failed; the run goes on"), logged.toString());
    assertEquals(List.of("a"), words.heard);
  }

  /** It hangs, whatever is done to it. */
  private static final class Stuck implements RunListener {
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public void noted(RunEvent.Noted event) {
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          // that is the point
        }
      }
    }
  }

  @Test
  void oneThatHangsIsNamedAndNobodyWaitsForIt() throws Exception {
    Stuck stuck = new Stuck();
    Runs.Words words = new Runs.Words();
    RunEvents events =
        new RunEvents(List.of(), () -> List.of(stuck, words), TimeUnit.MILLISECONDS.toNanos(200));
    try {
      note(events, "a");
      Thread.sleep(400);
      long started = System.nanoTime();
      note(events, "b");
      assertTrue(logs("Stuck", "has not come back", "hears no more of this run"), logged + "");
      events.close();
      assertTrue(System.nanoTime() - started < 5e9);
      assertEquals(List.of("a", "b"), words.heard);
    } finally {
      stuck.release.countDown();
    }
  }

  @Test
  void aServiceThatWentAwayHearsNoMore() {
    Runs.Words words = new Runs.Words();
    List<RunListener> services = new CopyOnWriteArrayList<>(List.of(words));
    try (RunEvents events = new RunEvents(List.of(), () -> services)) {
      note(events, "a");
      services.clear();
      note(events, "b");
    }
    assertTrue(!words.heard.contains("b"), words.heard.toString());
  }

  @Test
  void whatStromaItselfCannotWriteEndsTheRun() {
    RunListener disk = new RunListener() {
      @Override
      public void noted(RunEvent.Noted event) {
        throw new IllegalStateException("disk full");
      }
    };
    try (RunEvents events = new RunEvents(List.of(disk), List::of)) {
      assertThrows(IllegalStateException.class, () -> note(events, "a"));
    }
  }
}
