/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.api.data.DataException;
import org.stroma.command.CancelledException;
import org.stroma.parts.Json;
import org.stroma.run.RunDocument;
import org.stroma.run.RunReader;

/** The loop over folds, with tasks that somebody else carries out. */
class CrossValidationTest {
  @TempDir
  private Path folder;

  private final Runs.Words words = new Runs.Words();
  private final Runs.Said said = new Runs.Said();

  private JsonNode run(Path directory, FoldExecutor executor) {
    return CrossValidation.run(
        Runs.context(directory, said, List.of(words)),
        Runs.FOLDS,
        InnerFolds.NONE,
        (run, initialization) -> executor);
  }

  private static JsonNode copy(JsonNode json) {
    try {
      return Json.MAPPER.readTree(json.toString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theFilesAreOfTheResultsAsTheyWouldComeFromAnotherProcess() throws Exception {
    Path directory = folder.resolve("run");
    List<FoldTask> tasks = new ArrayList<>();
    JsonNode metrics = run(directory, task -> {
      FoldTask sent = FoldTask.of(copy(task.toJson()));
      assertEquals(task, sent);
      tasks.add(sent);
      return FoldResult.of(copy(Runs.result(sent).toJson()));
    });
    assertEquals(Runs.FOLDS, tasks.stream().map(FoldTask::patients).toList());
    assertEquals(0.75, metrics.path("mean").path("os").path("c_index").doubleValue());
    assertEquals(
        metrics, Json.MAPPER.readTree(Files.readAllBytes(directory.resolve("metrics.json"))));
    assertEquals(
        """
        patient,repeat,fold,split,os.risk,os.time,os.event
        a,0,0,train,-97.0,1.0,1
        b,0,0,train,-98.0,2.0,1
        c,0,0,test,-99.0,3.0,1
        d,0,0,test,-100.0,4.0,1
        c,0,1,train,-99.0,3.0,1
        d,0,1,train,-100.0,4.0,1
        a,0,1,test,-97.0,1.0,1
        b,0,1,test,-98.0,2.0,1
        """,
        Files.readString(directory.resolve("predictions.csv")));
    assertEquals(3, words.heard.size(), words.heard.toString());
    assertEquals("started 2", words.heard.get(0));
    assertTrue(words.heard.get(1).startsWith("os c_index 0.7500"), words.heard.get(1));
    assertEquals("ended DONE ", words.heard.get(2));
    assertEquals(said.notes, List.of(words.heard.get(1)));
    assertTrue(Files.readString(directory.resolve("stroma.log")).contains(said.notes.get(0)));
  }

  @Test
  void dataThatAreUnusableBeforeAModelIsTrainedLeaveNothing() {
    Path directory = folder.resolve("run");
    assertThrows(
        DataException.class,
        () -> CrossValidation.run(
            Runs.context(directory, said, List.of(words)),
            Runs.FOLDS,
            InnerFolds.NONE,
            (run, initialization) -> task -> {
              run.begin("10 parameters");
              throw new DataException("slide s cannot be read");
            }));
    assertFalse(Files.exists(directory));
    assertEquals(
        List.of("started 2", "10 parameters", "ended FAILED slide s cannot be read"), words.heard);
  }

  @Test
  void aRunThatNeverBeganTouchesNoDirectoryAndIsNoEvent() throws Exception {
    Path directory = folder.resolve("run");
    assertThrows(
        DataException.class,
        () -> run(directory, task -> {
          try {
            // another run takes the place meanwhile
            Files.writeString(Files.createDirectory(directory).resolve("thesis.txt"), "mine");
          } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
          }
          throw new DataException("row 3 has no time");
        }));
    assertEquals(List.of(), words.heard);
    assertTrue(Files.exists(directory.resolve("thesis.txt")));
  }

  @Test
  void whatWasTrainedIsKeptWhenTheUserStopsTheRun() {
    Path directory = folder.resolve("run");
    assertThrows(
        CancelledException.class,
        () -> CrossValidation.run(
            Runs.context(directory, said, List.of(words)),
            Runs.FOLDS,
            InnerFolds.NONE,
            (run, initialization) -> task -> {
              run.begin("");
              if (task.fold() == 1) {
                throw new CancelledException();
              }
              run.keep();
              return Runs.result(task);
            }));
    assertTrue(Files.exists(directory.resolve("predictions.csv")));
    assertFalse(Files.exists(directory.resolve("metrics.json")));
    assertEquals(
        List.of(
            "started 2",
            "what was done until then is kept in " + directory
                + "; run with --resume goes on from there",
            "ended CANCELLED interrupted"),
        words.heard);
  }

  @Test
  void twoRunsAtOnceHaveTwoCleanLogs() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      RunListener naming = new RunListener() {
        @Override
        public void noted(RunEvent.Noted event) {
          throw new IllegalStateException(
              "listener of " + event.run().directory().getFileName());
        }
      };
      Thread thread = new Thread(() -> CrossValidation.run(
          Runs.context(folder.resolve(name), new Runs.Said(), List.of(naming)),
          Runs.FOLDS,
          InnerFolds.NONE,
          (run, initialization) -> task -> {
            run.begin("note of " + name);
            both.countDown();
            try {
              both.await();
            } catch (InterruptedException e) {
              throw new CancelledException();
            }
            run.note("fold of " + name);
            return Runs.result(task);
          }));
      thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(20_000);
    }
    assertEquals(null, failure.get());
    for (String name : List.of("first", "second")) {
      String other = name.equals("first") ? "second" : "first";
      String log = Files.readString(folder.resolve(name + "/stroma.log"));
      assertTrue(log.contains("note of " + name) && log.contains("fold of " + name), log);
      assertTrue(log.contains("listener of " + name), log);
      assertFalse(log.contains("of " + other), log);
    }
  }

  @Test
  void documentsAreWrittenFromTheFinishedDirectoryAndNoneIsTheLossOfTheRun() throws Exception {
    Path directory = folder.resolve("run");
    RunDocument good = document(
        "good.txt",
        (reader, out) ->
            out.write(("" + reader.metrics().folds().size()).getBytes(StandardCharsets.UTF_8)));
    RunDocument bad = document("bad.txt", (reader, out) -> {
      throw new IllegalStateException("no luck");
    });
    JsonNode metrics = CrossValidation.run(
        Runs.context(directory, said, List.of(words), List.of(bad, good)),
        Runs.FOLDS,
        InnerFolds.NONE,
        (run, initialization) -> Runs::result);
    assertEquals(0.75, metrics.path("mean").path("os").path("c_index").doubleValue());
    assertEquals("2", Files.readString(directory.resolve("good.txt")));
    assertFalse(Files.exists(directory.resolve("bad.txt")));
    String warning = "bad.txt could not be written, all else of the run is there: "
        + "java.lang.IllegalStateException: no luck";
    assertTrue(said.notes.contains(warning), said.notes.toString());
    assertTrue(Files.readString(directory.resolve("stroma.log")).contains(warning));
    assertEquals("ended DONE ", words.heard.get(words.heard.size() - 1));
  }

  private interface Writing {
    void write(RunReader run, OutputStream out) throws IOException;
  }

  private static RunDocument document(String name, Writing writing) {
    return new RunDocument() {
      @Override
      public String fileName() {
        return name;
      }

      @Override
      public void write(RunReader run, OutputStream out) throws IOException {
        writing.write(run, out);
      }
    };
  }
}
