/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.exceptions.TFOutOfRangeException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.op.Ops;
import org.tensorflow.op.io.FifoQueue;
import org.tensorflow.op.io.ReaderRead;
import org.tensorflow.op.io.TfRecordReader;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TString;

/** What is written is what TensorFlow's own reader of records, which checks their sums, reads. */
class TensorBoardFilesTest {
  @TempDir
  private Path folder;

  private final TensorBoardFiles files = new TensorBoardFiles(true);

  private RunEvent.Run run(String name, boolean pretraining) {
    return new RunEvent.Run(name, folder.resolve(name), pretraining, 1, 1, 2, 2);
  }

  private static Epoch epoch(int number, double loss, Double rate) {
    return new Epoch(number, loss, Map.of("os.cox", loss - 1), 2.5, 0.75, rate, 0.125);
  }

  private static RunEvent.EpochEnded ended(RunEvent.Run run, int member, Epoch epoch) {
    return new RunEvent.EpochEnded(run, 1, 3, member, epoch);
  }

  /** The records of the one file in a folder, by TensorFlow. */
  private static List<Event> events(Path folder) throws Exception {
    List<Path> all;
    try (var entries = Files.list(folder)) {
      all = entries.toList();
    }
    assertEquals(1, all.size(), all.toString());
    String name = all.get(0).getFileName().toString();
    assertTrue(name.matches("events\\.out\\.tfevents\\.\\d+\\.stroma"), name);
    return read(all.get(0));
  }

  private static List<Event> read(Path file) throws Exception {
    List<Event> events = new ArrayList<>();
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      TfRecordReader reader = tf.io.tfRecordReader();
      FifoQueue names = tf.io.fifoQueue(List.of(TString.class));
      session.run(tf.io.queueEnqueue(names, List.of(tf.constant(file.toString()))));
      session.run(tf.io.queueClose(names));
      ReaderRead record = tf.io.readerRead(reader, names);
      while (true) {
        try (Result read = session.runner().fetch(record.value()).run()) {
          events.add(Event.parseFrom(((TString) read.get(0)).asBytes().getObject()));
        } catch (TFOutOfRangeException e) {
          return events;
        }
      }
    }
  }

  private static Map<String, Float> scalars(Event event) {
    Map<String, Float> scalars = new TreeMap<>();
    for (Summary.Value value : event.getSummary().getValueList()) {
      scalars.put(value.getTag(), value.getSimpleValue());
    }
    return scalars;
  }

  @Test
  void eachModelHasItsCurvesAsTheyStandInTheHistory() throws Exception {
    RunEvent.Run run = run("run", false);
    RunEvent.Run other = run("other", true);
    files.epochEnded(ended(run, 0, epoch(0, 4, 0.5)));
    files.epochEnded(ended(other, 0, epoch(0, 9, null)));
    files.epochEnded(ended(run, 0, epoch(1, 3, 0.5)));
    Path model = folder.resolve("run/tensorboard/repeat-1-fold-3-model-1");
    assertEquals(3, events(model).size(), "records are whole while the run goes on");
    files.memberEnded(new RunEvent.MemberEnded(run, 1, 3, 0, 1));
    files.epochEnded(ended(run, 1, epoch(0, 5, 0.5)));
    files.runEnded(new RunEvent.RunEnded(run, RunEvent.Outcome.CANCELLED, "interrupted", 1));

    List<Event> events = events(model);
    assertEquals("brain.Event:2", events.get(0).getFileVersion());
    assertEquals(1, events.get(1).getStep());
    assertEquals(
        Map.of(
            "loss", 4f,
            "loss/os.cox", 3f,
            "gradient_norm", 2.5f,
            "learning_rate_factor", 0.75f,
            "learning_rate", 0.5f,
            "seconds", 0.125f),
        scalars(events.get(1)));
    assertEquals(2, events.get(2).getStep());
    assertEquals(3f, scalars(events.get(2)).get("loss"));
    assertTrue(Math.abs(events.get(2).getWallTime() - System.currentTimeMillis() / 1000.0) < 600);
    assertEquals(
        5f,
        scalars(events(folder.resolve("run/tensorboard/repeat-1-fold-3-model-2"))
                .get(1))
            .get("loss"));
    Map<String, Float> pretrained =
        scalars(events(folder.resolve("other/tensorboard/pretrained")).get(1));
    assertEquals(9f, pretrained.get("loss"));
    assertFalse(pretrained.containsKey("learning_rate"), pretrained.toString());
    files.close();
  }

  private static RunEvent.InnerEnded inner(RunEvent.Run run, String candidate, Double... values) {
    return new RunEvent.InnerEnded(
        run, 1, 3, candidate, 2, "os", "c_index", List.of(4.0, 3.0, 2.0), Arrays.asList(values));
  }

  @Test
  void whatTheValidationPatientsOfAnInnerFoldSaidIsBesideTheLoss() throws Exception {
    RunEvent.Run run = run("run", false);
    files.innerEnded(inner(run, "", 0.5, null, 0.75));
    List<Event> events = events(folder.resolve("run/tensorboard/inner/repeat-1-fold-3-inner-2"));
    assertEquals("brain.Event:2", events.get(0).getFileVersion());
    assertEquals(
        List.of(1L, 2L, 3L), events.stream().skip(1).map(Event::getStep).toList());
    assertEquals(Map.of("loss", 4f, "validation/os.c_index", 0.5f), scalars(events.get(1)));
    assertEquals(Map.of("loss", 3f), scalars(events.get(2)), "not defined is not zero");
    assertEquals(Map.of("loss", 2f, "validation/os.c_index", 0.75f), scalars(events.get(3)));
    // a training that did not come to an end has losses alone
    files.innerEnded(inner(run, "wide"));
    assertEquals(
        Map.of("loss", 2f),
        scalars(events(folder.resolve("run/tensorboard/inner/repeat-1-fold-3-wide-inner-2"))
            .get(3)));
  }

  @Test
  void candidatesOfWhateverNameHaveFoldersOfTheirOwn() throws Exception {
    RunEvent.Run run = run("run", false);
    files.innerEnded(inner(run, "model.fusion={\"type\":\"a/b\"}", 0.5, 0.5, 0.5));
    files.innerEnded(inner(run, "model.fusion={\"type\":\"a b\"}", 0.5, 0.5, 0.5));
    files.innerEnded(inner(run, "x".repeat(400), 0.5, 0.5, 0.5));
    files.innerEnded(inner(run, "x".repeat(401), 0.5, 0.5, 0.5));
    try (var all = Files.list(folder.resolve("run/tensorboard/inner"))) {
      assertEquals(4, all.count());
    }
  }

  /** The reader sees what is wrong: else it would say nothing of what is right. */
  @Test
  void aChangedByteIsSeen() throws Exception {
    Path file = folder.resolve("events.out.tfevents.1.stroma");
    try (EventFile events = new EventFile(file, 1)) {
      events.scalars(Map.of("loss", 1.0), 1, 2);
    }
    assertEquals(2, read(file).size());
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 6]++;
    Files.write(file, bytes);
    assertThrows(TensorFlowException.class, () -> read(file));
  }

  @Test
  void nothingIsWrittenWhereItIsNotWanted() {
    TensorBoardFiles none = new TensorBoardFiles(false);
    none.epochEnded(ended(run("run", false), 0, epoch(0, 4, 0.5)));
    none.runEnded(new RunEvent.RunEnded(run("run", false), RunEvent.Outcome.DONE, "", 1));
    none.innerEnded(inner(run("run", false), "", 0.5, 0.5, 0.5));
    assertFalse(Files.exists(folder.resolve("run")));
  }
}
