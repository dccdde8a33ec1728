/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.cohort.Fold;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Selection;
import org.stroma.experiment.TestExperiments;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;

/** Choosing inside of folds, with tasks that somebody else carries out. */
class NestedSelectionTest {
  @TempDir
  private Path folder;

  /** Four folds of twelve patients, the training patients of each in three inner folds. */
  private static final List<Fold> FOLDS = IntStream.range(0, 4)
      .mapToObj(fold ->
          new Fold(0, fold, patients(i -> i % 4 != fold), List.of(), patients(i -> i % 4 == fold)))
      .toList();

  private static final InnerFolds INNER = new InnerFolds(
      FOLDS.stream()
          .map(fold -> IntStream.range(0, 3)
              .mapToObj(inner -> new Fold(
                  0,
                  fold.fold(),
                  every(fold.training(), i -> i % 3 != inner),
                  every(fold.training(), i -> i % 3 == inner),
                  List.of()))
              .toList())
          .toList(),
      true);

  private static List<String> patients(java.util.function.IntPredicate which) {
    return IntStream.range(0, 12)
        .filter(which)
        .mapToObj(i -> "p" + (char) ('a' + i))
        .toList();
  }

  private static List<String> every(List<String> of, java.util.function.IntPredicate which) {
    return IntStream.range(0, of.size()).filter(which).mapToObj(of::get).toList();
  }

  private final Runs.Words words = new Runs.Words();
  private final Runs.Said said = new Runs.Said();
  private final List<FoldTask> tasks = Collections.synchronizedList(new ArrayList<>());

  /** What each patient is worth to whoever is judged by them; the tests of leakage change it. */
  private final Map<String, Double> targets = new TreeMap<>();

  private JsonNode run(String name, Experiment experiment, FoldExecutor executor) {
    RunContext own = Runs.context(
        folder.resolve(name), said, List.of(words), experiment, Runs.cohort(patients(i -> true)));
    return CrossValidation.run(own, FOLDS, INNER, (run, initialization) -> task -> {
      FoldTask sent = FoldTask.of(copy(task.toJson()));
      assertEquals(task, sent, "a task may be carried out elsewhere");
      tasks.add(sent);
      return FoldResult.of(copy(executor.execute(sent).toJson()));
    });
  }

  private static JsonNode copy(JsonNode json) {
    try {
      return Json.MAPPER.readTree(json.toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Learns as the candidate's name says, and is judged by its validation patients alone. */
  private FoldResult result(FoldTask task) {
    if (task.inner() == FoldTask.OUTER) {
      FoldResult result = Runs.result(task);
      ObjectNode last = ((ObjectNode) result.metrics()).putObject(FoldResult.LAST);
      last.put("epoch", task.epochs());
      last.putObject(FoldResult.TEST).putObject("os").put("c_index", 0.25);
      return result;
    }
    double patients = task.validation().stream()
        .mapToDouble(p -> targets.getOrDefault(p, p.charAt(1) / 1000.0))
        .average()
        .orElseThrow();
    double skill =
        switch (task.candidate()) {
          case "good" -> 0.2;
          case "bad" -> -0.2;
          default -> 0;
        };
    // the best epoch is another one where other patients are asked
    int best = 2 + (int) Math.floor(patients * 1000) % 3;
    return scores(
        task,
        IntStream.range(0, 6)
            .mapToObj(e -> 0.5 + skill + patients - 0.01 * Math.abs(e + 1 - best))
            .toList(),
        "",
        "");
  }

  private static FoldResult scores(
      FoldTask task, List<Double> values, String undefined, String failure) {
    List<Epoch> epochs = IntStream.range(0, values.size())
        .mapToObj(e -> new Epoch(e, 1.0 / (e + 1), Map.of(), 1, 1, null, 0))
        .toList();
    return new FoldResult(
        task.repeat(),
        task.fold(),
        Map.of(),
        Json.MAPPER.createObjectNode(),
        Map.of(),
        new FoldResult.Scores(values, undefined, failure),
        null,
        List.of(epochs),
        List.of(),
        List.of(),
        0);
  }

  private static Experiment experiment(Selection.Rule rule, String... candidates) {
    return Runs.experiment(6, 2, Runs.schedule(), TestExperiments.selection(rule, candidates));
  }

  @Test
  void theBestCandidateOfTheInnerFoldsIsTrainedOnAllTrainingPatientsAndTested() throws Exception {
    JsonNode metrics =
        run("run", experiment(Selection.Rule.BEST_EPOCH, "bad", "good"), this::result);
    List<FoldTask> outer =
        tasks.stream().filter(task -> task.inner() == FoldTask.OUTER).toList();
    assertEquals(FOLDS, outer.stream().map(FoldTask::patients).toList());
    for (FoldTask task : outer) {
      assertEquals("good", task.candidate());
      assertEquals(List.of("training.epochs=1"), task.overrides());
      assertEquals(6, task.epochs());
    }
    JsonNode fold = metrics.path("folds").path(1);
    assertEquals("good", fold.at("/selection/candidate").asText());
    assertEquals(outer.get(1).epoch(), fold.at("/selection/epoch").asInt());
    assertEquals(3, fold.at("/selection/inner_folds").size());
    assertEquals(
        fold.at("/selection/candidates/1/mean").doubleValue() - 0.4,
        fold.at("/selection/candidates/0/mean").doubleValue(),
        1e-9);
    assertEquals(1.0, fold.at("/test/os/c_index").doubleValue(), "what was chosen");
    assertEquals(0.25, fold.at("/last/test/os/c_index").doubleValue(), "beside the last epoch");
    assertEquals(6, fold.at("/last/epoch").asInt());
    assertEquals(0.25, metrics.at("/last/mean/os/c_index").doubleValue());
    assertEquals("best-epoch", metrics.at("/selection/rule").asText());
    assertEquals(4, metrics.at("/selection/candidates/1/chosen").asInt());
    double mean = 0;
    for (JsonNode one : metrics.path("folds")) {
      mean += one.at("/selection/mean").doubleValue() / 4;
    }
    assertEquals(mean, metrics.at("/selection/inner_mean").doubleValue(), 1e-12);
    assertTrue(
        said.notes.stream()
            .anyMatch(n -> n.contains("by inner folds") && n.endsWith(": good in 4 of 4 folds")),
        said.notes.toString());
    List<String> inner = Files.readAllLines(folder.resolve("run/inner.csv"));
    assertEquals(1 + 4 * 2 * 3 * 6, inner.size());
    assertEquals(
        "repeat,fold,candidate,inner,training,validation,epoch,loss,os.c_index", inner.get(0));
    assertTrue(inner.get(1).startsWith("0,0,bad,0,6,3,1,1.0,0."), inner.get(1));
  }

  @Test
  void listenersHearWhatStandsInTheFileOfInnerFolds() throws Exception {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    RunListener listener = new RunListener() {
      @Override
      public void innerEnded(RunEvent.InnerEnded event) {
        for (int e = 0; e < event.losses().size(); e++) {
          heard.add(event.repeat() + "," + event.fold() + "," + event.candidate() + ","
              + event.inner() + ",6,3," + (e + 1) + "," + event.losses().get(e) + ","
              + event.values().get(e));
        }
        assertEquals("os c_index", event.head() + " " + event.metric());
      }
    };
    CrossValidation.run(
        Runs.context(
            folder.resolve("run"),
            said,
            List.of(listener),
            experiment(Selection.Rule.BEST_EPOCH, "bad", "good"),
            Runs.cohort(patients(i -> true))),
        FOLDS,
        INNER,
        (run, initialization) -> this::result);
    List<String> file = Files.readAllLines(folder.resolve("run/inner.csv"));
    assertEquals(file.subList(1, file.size()), heard);
  }

  @Test
  void noInnerTaskKnowsWhoIsTestedAndNobodyIsOnTwoSides() {
    run("run", experiment(Selection.Rule.BEST_EPOCH, "bad", "good"), this::result);
    List<FoldTask> inner =
        tasks.stream().filter(task -> task.inner() != FoldTask.OUTER).toList();
    assertEquals(4 * 2 * 3, inner.size());
    for (FoldTask task : inner) {
      Fold outer = FOLDS.get(task.fold());
      Set<String> all = new HashSet<>(task.training());
      all.addAll(task.validation());
      assertEquals(Set.copyOf(outer.training()), all);
      assertEquals(all.size(), task.training().size() + task.validation().size());
      assertEquals(List.of(), task.test());
    }
    // the test patients come last of all
    for (int fold = 0; fold < 4; fold++) {
      int number = fold;
      List<Integer> order = tasks.stream()
          .filter(task -> task.fold() == number)
          .map(FoldTask::inner)
          .toList();
      assertEquals(FoldTask.OUTER, order.get(order.size() - 1));
      assertEquals(order.size() - 1, order.indexOf(FoldTask.OUTER));
    }
  }

  private List<String> choices(String name, Experiment experiment) {
    JsonNode metrics = run(name, experiment, this::result);
    List<String> choices = new ArrayList<>();
    metrics.path("folds").forEach(fold -> choices.add(fold.path("selection").toString()));
    return choices;
  }

  /** Whatever the targets of those who are tested were: the fold would have chosen the same. */
  @Test
  void theTargetsOfTestPatientsChangeNothingOfWhatIsChosen() {
    Experiment experiment = experiment(Selection.Rule.ONE_STANDARD_ERROR, "bad", "good");
    List<String> before = choices("before", experiment);
    Set<String> changed = new HashSet<>();
    for (int fold = 0; fold < 4; fold++) {
      targets.clear();
      int number = fold;
      FOLDS.get(fold).test().forEach(p -> targets.put(p, (p.charAt(1) * 7 + number) / 900.0));
      List<String> after = choices("after-" + fold, experiment);
      assertEquals(before.get(fold), after.get(fold));
      IntStream.range(0, 4)
          .filter(other -> !before.get(other).equals(after.get(other)))
          .forEach(other -> changed.add("fold " + other));
    }
    assertEquals(4, changed.size(), "other folds train with these patients, and choose otherwise");
  }

  @Test
  void theOrderOfTheCandidatesChangesNoValueAndNoChoice() {
    choices("a", experiment(Selection.Rule.BEST_EPOCH, "bad", "good", "plain"));
    List<FoldTask> first = List.copyOf(tasks);
    tasks.clear();
    choices("b", experiment(Selection.Rule.BEST_EPOCH, "plain", "good", "bad"));
    assertNotEquals(first, tasks);
    assertEquals(Set.copyOf(plain(first)), Set.copyOf(plain(tasks)));
  }

  /** Without the experiment, which names the candidates in their order. */
  private static List<String> plain(List<FoldTask> tasks) {
    return tasks.stream()
        .map(task -> task.fold() + " " + task.inner() + " " + task.candidate() + " " + task.seed()
            + " " + task.training() + " " + task.epoch() + " " + task.epochs())
        .collect(Collectors.toList());
  }

  @Test
  void candidatesDrawTheSameNumbersAndInnerFoldsOthers() {
    run("run", experiment(Selection.Rule.BEST_EPOCH, "bad", "good"), this::result);
    Map<String, Set<Long>> seeds = new TreeMap<>();
    tasks.forEach(task -> seeds
        .computeIfAbsent(task.fold() + " " + task.inner(), k -> new HashSet<>())
        .add(task.seed()));
    assertTrue(seeds.values().stream().allMatch(its -> its.size() == 1), seeds.toString());
    assertEquals(
        4 * 3 + 1,
        seeds.values().stream().flatMap(Set::stream).distinct().count(),
        "one for each inner fold, and that of the experiment");
  }

  @Test
  void aCandidateThatCannotBeTrainedIsOutAndTold() {
    JsonNode metrics = run(
        "run",
        experiment(Selection.Rule.BEST_EPOCH, "good", "bad"),
        task -> task.inner() == 1 && task.candidate().equals("good")
            ? scores(task, List.of(), "", "the loss is no longer a number in epoch 3")
            : result(task));
    assertEquals("bad", metrics.at("/folds/0/selection/candidate").asText());
    assertTrue(metrics.at("/folds/0/selection/candidates/0/mean").isNull());
    assertEquals(
        "the loss is no longer a number in epoch 3",
        metrics.at("/folds/0/selection/candidates/0/mean_undefined").asText());
    assertTrue(
        said.notes.contains(
            "good: inner fold 1 of repeat 0 fold 0: the loss is no longer a number in epoch 3"),
        said.notes.toString());
  }

  @Test
  void whereNothingCanBeChosenTheReasonIsTold() {
    FaultsException undefined = assertThrows(
        FaultsException.class,
        () -> run(
            "undefined",
            experiment(Selection.Rule.BEST_EPOCH),
            task -> scores(task, Collections.singletonList(null), "no two can be compared", "")));
    assertEquals(
        "/evaluation/select/metric: c_index is defined for no epoch on all inner folds of repeat 0 fold 0:"
            + " no two can be compared",
        undefined.getMessage());
    FaultsException diverged = assertThrows(
        FaultsException.class,
        () -> run(
            "diverged",
            experiment(Selection.Rule.BEST_EPOCH),
            task -> scores(task, List.of(), "", "the loss is no longer a number in epoch 1")));
    assertTrue(diverged.getMessage().startsWith("/training/optimizer: repeat 0 fold 0: the loss"));
  }

  @Test
  void patientsOnTwoSidesOfATaskAreRefused() {
    FoldTask task = FoldTask.of(experiment(Selection.Rule.BEST_EPOCH), FOLDS.get(0));
    for (String[] sides : new String[][] {
      {"training", "test"}, {"training", "validation"}, {"validation", "test"}, {"test", "test"}
    }) {
      ObjectNode json = (ObjectNode) copy(task.toJson());
      json.withArrayProperty(sides[0]).add("px");
      json.withArrayProperty(sides[1]).add("px");
      // Jackson wraps what the constructor throws
      String message =
          assertThrows(IllegalArgumentException.class, () -> FoldTask.of(json)).getMessage();
      assertTrue(
          message.contains(
              "patient px is twice in repeat 0 fold 0; a patient has to be on one side"),
          message);
    }
    ObjectNode inner = (ObjectNode) copy(task.toJson());
    inner.put("inner", 0);
    String message =
        assertThrows(IllegalArgumentException.class, () -> FoldTask.of(inner)).getMessage();
    assertTrue(message.contains("inner fold 0 of repeat 0 fold 0 has test patients"), message);
    assertFalse(tasks.contains(task));
  }
}
