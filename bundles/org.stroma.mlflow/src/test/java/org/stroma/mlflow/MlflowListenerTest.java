/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.mlflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.parts.Json;
import org.stroma.training.Epoch;
import org.stroma.training.RunEvent;

class MlflowListenerTest {
  private static final String EXPERIMENT =
      """
      {"name": "lung", "seed": 7, "cohort": {"table": "patients.csv", "targets": {}},
       "losses": [{"type": "cox", "head": "os"}], "evaluation": {"times": [365, 1095]}, "model": {}, "note": "%s"}
      """
          .formatted("x".repeat(600));
  private static final String METRICS =
      """
      {"folds": [], "mean": {"os": {"c_index": 0.75}}, "std": {"os": {"c_index": 0.05}},
       "pooled": {"os": {"c_index": {"value": 0.72, "lower": 0.6, "upper": 0.8, "level": 0.95}}}}
      """;

  @TempDir
  private Path folder;

  private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
  private final Handler handler = new Handler() {
    @Override
    public void publish(LogRecord entry) {
      logged.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  };

  private FakeServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer(0);
    Logger.getLogger("").addHandler(handler);
  }

  @AfterEach
  void stop() {
    server.close();
    Logger.getLogger("").removeHandler(handler);
  }

  private MlflowListener listener(Map<String, String> environment) {
    return new MlflowListener(
        new MlflowClient(server.address(), environment),
        Optional.empty(),
        List.of("metrics.json", "experiment.json", "no-such-file.txt"));
  }

  private RunEvent.Run run(String name) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    Files.writeString(directory.resolve("experiment.json"), EXPERIMENT);
    return new RunEvent.Run("lung", directory, false, 1, 2, 1, 2);
  }

  private static void epochs(MlflowListener listener, RunEvent.Run run, int fold) {
    for (int i = 0; i < 2; i++) {
      Epoch epoch = new Epoch(i, 4 - i, Map.of("os.cox", 3.0 - i), Double.NaN, 1, null, 0.5);
      listener.epochEnded(new RunEvent.EpochEnded(run, 0, fold, 0, epoch));
    }
    listener.memberEnded(new RunEvent.MemberEnded(run, 0, fold, 0, 1));
  }

  private static void end(MlflowListener listener, RunEvent.Run run, RunEvent.Outcome outcome) {
    listener.runEnded(new RunEvent.RunEnded(run, outcome, "", 1));
  }

  @Test
  void aRunHasSettingsResultsAndFilesAndARunForEachModelWithItsCurves() throws Exception {
    RunEvent.Run run = run("first");
    MlflowListener listener = listener(Map.of());
    listener.runStarted(new RunEvent.RunStarted(run));
    epochs(listener, run, 0);
    epochs(listener, run, 1);
    Files.writeString(run.directory().resolve("metrics.json"), METRICS);
    end(listener, run, RunEvent.Outcome.DONE);

    assertEquals(Map.of("lung", "1"), server.experiments);
    assertEquals(3, server.runs.size());
    FakeServer.Run whole = server.named("first");
    assertEquals("FINISHED", whole.status);
    assertTrue(whole.ended > 1_600_000_000_000L);
    assertEquals("7", whole.parameters.get("seed"));
    assertEquals("patients.csv", whole.parameters.get("cohort.table"));
    assertEquals("cox", whole.parameters.get("losses.0.type"));
    assertEquals("[365,1095]", whole.parameters.get("evaluation.times"));
    assertEquals("x".repeat(499) + "…", whole.parameters.get("note"));
    assertEquals(
        List.of(
            "os.c_index@0=0.75",
            "os.c_index.std@0=0.05",
            "os.c_index.pooled@0=0.72",
            "os.c_index.pooled.lower@0=0.6",
            "os.c_index.pooled.upper@0=0.8"),
        whole.metrics);
    FakeServer.Run model = server.named("repeat-0-fold-1-model-1");
    assertEquals("run0", model.tags.get("mlflow.parentRunId"));
    assertEquals("FINISHED", model.status);
    assertEquals(
        Set.of(
            "loss@1=4.0",
            "loss/os.cox@1=3.0",
            "learning_rate_factor@1=1.0",
            "seconds@1=0.5",
            "loss@2=3.0",
            "loss/os.cox@2=2.0",
            "learning_rate_factor@2=1.0",
            "seconds@2=0.5"),
        Set.copyOf(model.metrics),
        "a norm that is no number is left out");
    assertEquals(8, model.metrics.size(), "each once");
    assertEquals(
        Map.of(
            "1/run0/artifacts/metrics.json", METRICS,
            "1/run0/artifacts/experiment.json", EXPERIMENT),
        server.artifacts);
    assertEquals(Set.of("null"), Set.copyOf(server.authorizations));
    assertEquals(List.of(), logged);
  }

  @Test
  void aServerThatIsAwayForAWhileMissesNothing() throws Exception {
    int port = server.port();
    server.close();
    RunEvent.Run run = run("patient");
    MlflowListener listener = new MlflowListener(
        new MlflowClient(server.address(), Map.of()), Optional.of("mine"), List.of());
    listener.runStarted(new RunEvent.RunStarted(run));
    epochs(listener, run, 0);
    assertEquals(
        List.of("MLflow at http://127.0.0.1:" + port
            + " cannot be reached: nobody listens there; the run goes on, and tries again"),
        logged);
    server = new FakeServer(port);
    end(listener, run, RunEvent.Outcome.FAILED);
    assertEquals(Map.of("mine", "1"), server.experiments);
    assertEquals("FAILED", server.named("patient").status);
    assertEquals("FAILED", server.named("repeat-0-fold-0-model-1").status);
    assertEquals(8, server.named("repeat-0-fold-0-model-1").metrics.size());
    assertTrue(server.named("patient").parameters.containsKey("seed"));
    assertEquals(1, logged.size(), logged.toString());
  }

  @Test
  void whatIsNotTakenIsTold() throws Exception {
    RunEvent.Run run = run("refused");
    server.broken = 403;
    MlflowListener listener = listener(Map.of("MLFLOW_TRACKING_TOKEN", "secret"));
    listener.runStarted(new RunEvent.RunStarted(run));
    epochs(listener, run, 0);
    assertEquals(1, server.calls, "one that refuses is not asked again");
    assertEquals(List.of("Bearer secret"), server.authorizations);
    assertTrue(
        logged
            .get(0)
            .endsWith(
                " does not take this run: it answered 403: not today; the run goes on without it"),
        logged.toString());
    end(listener, run, RunEvent.Outcome.CANCELLED);
    assertTrue(logged.get(1).contains(" lacks "), logged.toString());
    assertFalse(Files.exists(run.directory().resolve("mlflow.json")));
    assertFalse(logged.toString().contains("secret"));
  }

  @Test
  void artifactsThatTheServerDoesNotTakeAreTold() throws Exception {
    RunEvent.Run run = run("bucket");
    server.root = "s3://bucket/";
    MlflowListener listener = listener(Map.of("MLFLOW_TRACKING_USERNAME", "me"));
    listener.runStarted(new RunEvent.RunStarted(run));
    Files.writeString(run.directory().resolve("metrics.json"), METRICS);
    end(listener, run, RunEvent.Outcome.DONE);
    assertEquals(Map.of(), server.artifacts);
    assertTrue(logged.get(0).contains("s3://bucket/1/run0/artifacts"), logged.toString());
    assertEquals("Basic bWU6", server.authorizations.get(0));
    assertEquals("FINISHED", server.named("bucket").status);
  }

  @Test
  void whatAKilledRunHasLeftIsMarkedWhenItGoesOn() throws Exception {
    RunEvent.Run run = run("killed");
    MlflowListener killed = listener(Map.of());
    killed.runStarted(new RunEvent.RunStarted(run));
    Epoch epoch = new Epoch(0, 1, Map.of(), 1, 1, 0.1, 1);
    killed.epochEnded(new RunEvent.EpochEnded(run, 0, 0, 0, epoch));
    Thread.sleep(1100);
    killed.epochEnded(new RunEvent.EpochEnded(run, 0, 0, 0, epoch));
    assertEquals(2, server.runs.size());

    MlflowListener again = listener(Map.of());
    again.runStarted(new RunEvent.RunStarted(run));
    assertEquals("KILLED", server.runs.get("run0").status);
    assertEquals("KILLED", server.runs.get("run1").status);
    assertEquals("RUNNING", server.runs.get("run2").status);
    assertEquals(
        "run2",
        Json.read(run.directory().resolve("mlflow.json"), 1 << 20)
            .path("run_id")
            .asText());
    end(again, run, RunEvent.Outcome.CANCELLED);
    assertEquals("KILLED", server.runs.get("run2").status);
  }

  @Test
  void aShardIsToldByTheRunThatItBecomesPartOf() throws Exception {
    RunEvent.Run run = run("shard");
    Files.writeString(
        run.directory().resolve("shard.json"),
        "{\"shard\": \"0/2\", \"done\": false, \"experiment\": \"/e.json\", \"set\": []}");
    MlflowListener listener = listener(Map.of());
    listener.runStarted(new RunEvent.RunStarted(run));
    epochs(listener, run, 0);
    end(listener, run, RunEvent.Outcome.DONE);
    assertEquals(0, server.calls);
  }

  @Test
  void manyNumbersAndSettingsAreSentInPieces() throws Exception {
    MlflowRun run = new MlflowRun("many", Map.of());
    for (int i = 0; i < 250; i++) {
      run.parameter("p" + i, "v");
    }
    for (int i = 0; i < 2500; i++) {
      run.metric("loss", i, i);
    }
    server.experiments.put("e", "1");
    run.send(new MlflowClient(server.address(), Map.of()), "1");
    assertEquals(250, server.named("many").parameters.size());
    assertEquals(2500, server.named("many").metrics.size());
    assertEquals("loss@2499=2499.0", server.named("many").metrics.get(2499));
    assertEquals(0, run.waiting());
  }

  @Test
  void namesThatMlflowDoesNotTakeAreChangedAndStayApart() {
    assertEquals("os.c_index/a-b 1", MlflowNames.name("os.c_index/a-b 1"));
    String first = MlflowNames.name("Über:leben");
    assertTrue(first.matches("_ber_leben-[0-9a-f]{8}"), first);
    assertFalse(first.equals(MlflowNames.name("Öber:leben")));
    assertTrue(MlflowNames.name("x".repeat(400)).length() <= 250);
  }
}
