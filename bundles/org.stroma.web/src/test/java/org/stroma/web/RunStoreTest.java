/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;

class RunStoreTest {
  @TempDir
  private Path folder;

  private final RunStore store = new RunStore();

  private RunEvent.Run run(String name) {
    return new RunEvent.Run(name, folder.resolve(name), false, 1, 2, 1, 40);
  }

  private static Epoch epoch(int number, double loss) {
    return new Epoch(number, loss, Map.of("os.cox", loss), 2.5, 1, null, 0.1);
  }

  private void train(RunEvent.Run run, int fold, int epochs) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      store.epochEnded(new RunEvent.EpochEnded(run, 0, fold, 0, epoch(epoch, 1.0 / (epoch + 1))));
    }
  }

  @Test
  void whoComesLateGetsWhatWentBeforeAndThenWhatIsNew() {
    RunEvent.Run run = run("a");
    store.runStarted(new RunEvent.RunStarted(run));
    train(run, 0, 3);
    RunRecord record = store.in(folder.resolve("a/.")).orElseThrow();
    JsonNode all = record.since(-1).path("models").path(0);
    assertEquals("fold 0", all.path("label").asText());
    assertEquals("[1,2,3]", all.path("epoch").toString());
    assertEquals(0.5, all.path("values").path("loss").path(1).asDouble());
    assertEquals(2.5, all.path("values").path("gradient_norm").path(1).asDouble());
    assertEquals("[null,null,null]", all.path("values").path("learning_rate").toString());
    assertEquals(0.5, all.path("values").path("loss.os.cox").path(1).asDouble());
    assertEquals("fold 0, epoch 3 of 40", record.progress());

    long seen = store.version();
    train(run, 1, 1);
    JsonNode news = record.since(seen).path("models");
    assertEquals(1, news.size());
    assertEquals("fold 1", news.path(0).path("label").asText());
    assertEquals(0, record.since(store.version()).path("models").size());
  }

  @Test
  void theMetricOfInnerFoldsIsTheirsByEpoch() {
    RunEvent.Run run = run("a");
    store.runStarted(new RunEvent.RunStarted(run));
    store.innerEpochEnded(new RunEvent.InnerEpochEnded(run, 0, 1, "wide", 2, 0, 1, 9, epoch(0, 3)));
    store.innerEnded(new RunEvent.InnerEnded(
        run, 0, 1, "wide", 2, "os", "c_index", Arrays.asList(3.0, 2.0), Arrays.asList(0.5, null)));
    JsonNode all = store.all().get(0).since(-1);
    assertEquals(
        "fold 1, wide, inner fold 2", all.path("metrics").path(0).path("label").asText());
    assertEquals(
        "{\"os.c_index\":[0.5,null]}",
        all.path("metrics").path(0).path("values").toString());
    assertTrue(all.path("models").path(0).path("inner").asBoolean());
  }

  @Test
  void aModelThatBeginsAgainIsAnother() {
    RunEvent.Run run = run("a");
    store.runStarted(new RunEvent.RunStarted(run));
    train(run, 0, 5);
    train(run, 0, 2);
    JsonNode models = store.all().get(0).since(-1).path("models");
    assertEquals(1, models.size());
    assertEquals("[1,2]", models.path(0).path("epoch").toString());
    assertEquals(2, models.path(0).path("model").asInt());
  }

  @Test
  void memoryIsBounded() {
    for (int i = 0; i < RunStore.RUNS + 5; i++) {
      store.runStarted(new RunEvent.RunStarted(run("run" + i)));
    }
    assertEquals(RunStore.RUNS, store.all().size());
    assertTrue(store.in(folder.resolve("run4")).isEmpty());
    RunEvent.Run run = run("run9");
    for (int fold = 0; fold < RunRecord.MODELS + 5; fold++) {
      train(run, fold, 1);
    }
    JsonNode models = store.in(run.directory()).orElseThrow().since(-1).path("models");
    assertEquals(RunRecord.MODELS, models.size());
    assertEquals("fold 5", models.path(0).path("label").asText());
    for (int i = 0; i < 1000; i++) {
      store.noted(new RunEvent.Noted(run, "note " + i));
    }
    assertEquals(100, store.in(run.directory()).orElseThrow().notes().size());
  }

  @Test
  void theEndOfARunTellsItsMetrics() throws Exception {
    RunEvent.Run run = run("a");
    Files.createDirectories(run.directory());
    Files.writeString(
        run.directory().resolve("metrics.json"), "{\"mean\": {\"os\": {\"c_index\": 0.75}}}");
    store.runStarted(new RunEvent.RunStarted(run));
    store.runEnded(new RunEvent.RunEnded(run, RunEvent.Outcome.DONE, "", 2));
    RunRecord record = store.all().get(0);
    assertEquals(
        0.75, record.since(-1).path("results").path("os").path("c_index").asDouble());
    assertEquals(RunEvent.Outcome.DONE, record.end().outcome());
  }

  @Test
  void whoWaitsIsWokenByWhatHappensAndByTheEnd() throws Exception {
    long seen = store.version();
    CountDownLatch woken = new CountDownLatch(1);
    Thread waiting = new Thread(() -> {
      try {
        store.await(seen, 60_000);
        woken.countDown();
      } catch (InterruptedException e) {
        // the test fails
      }
    });
    waiting.start();
    store.runStarted(new RunEvent.RunStarted(run("a")));
    assertTrue(woken.await(10, TimeUnit.SECONDS));
    assertFalse(store.closed());
    store.close();
    store.await(store.version(), 60_000);
    assertTrue(store.closed());
  }
}
