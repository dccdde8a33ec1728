/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input: a sentence with the place, the right exit code, and no half-written run directory. */
class BadInputIT {
  @TempDir
  private Path folder;

  @BeforeEach
  void simulate() throws Exception {
    SimulatedCohort.write(folder, 20);
  }

  private void edit(String file, String regex, String replacement) throws Exception {
    String text = Files.readString(folder.resolve(file));
    String edited = text.replaceFirst(regex, replacement);
    assertFalse(text.equals(edited), regex + " is not in " + file);
    Files.writeString(folder.resolve(file), edited);
  }

  /** Runs and expects one complaint that holds all the words. */
  private void refused(int code, List<String> sets, String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("run", "experiment.json", "--out", "out"));
    sets.forEach(set -> arguments.addAll(List.of("--set", set)));
    Stroma.Result result = Stroma.run(folder, arguments.toArray(String[]::new));
    assertEquals(code, result.code(), result.toString());
    assertEquals(1, result.complaints().size(), result.err());
    for (String word : words) {
      assertTrue(
          result.complaints().get(0).contains(word), word + " is not in: " + result.complaints());
    }
    assertFalse(result.err().contains("\tat ") || result.err().contains("Exception"), result.err());
    assertFalse(Files.exists(folder.resolve("out")), "a run directory was left");
  }

  @Test
  void brokenJson() throws Exception {
    edit("experiment.json", "\"seed\": 1,", "\"seed\": 1");
    refused(2, List.of(), "experiment.json is no JSON", "line 3");
  }

  @Test
  void everyFaultAtOnce() throws Exception {
    edit("experiment.json", "\"embedDim\": 16", "\"embedDim\": 7, \"colour\": 1");
    edit("experiment.json", "\"epochs\": 40", "\"epochs\": -1");
    edit("experiment.json", "\"path\": \"a.csv\"", "\"file\": \"a.csv\"");
    edit("experiment.json", "\"head\": \"os\"", "\"head\": \"pfs\"");
    edit("experiment.json", "\"hidden1\": 8", "\"hidden1\": \"many\"");
    Stroma.Result result = Stroma.run(folder, "validate", "experiment.json");
    assertEquals(2, result.code(), result.toString());
    for (String pointer : List.of(
        "/model/embedDim:",
        "/model/colour:",
        "/training/epochs:",
        "/modalities/a/reader/file:",
        "/modalities/a/reader/path:",
        "/losses/0/head:",
        "/modalities/a/encoder/hidden1:")) {
      assertEquals(
          1,
          result.complaints().stream()
              .filter(c -> c.startsWith("stroma: " + pointer))
              .count(),
          pointer + " in " + result.err());
    }
    assertEquals(7, result.complaints().size(), result.err());
  }

  @Test
  void unknownPart() throws Exception {
    refused(
        4,
        List.of("modalities.a.encoder={\"type\":\"radiomics-mlp\"}"),
        "/modalities/a/encoder/type",
        "radiomics-mlp",
        "genomic-mlp");
  }

  @Test
  void missingFiles() throws Exception {
    refused(3, List.of("modalities.a.reader.path=nowhere.csv"), "there is no file", "nowhere.csv");
    refused(3, List.of("cohort.table=nobody.csv"), "there is no file", "nobody.csv");
    Stroma.Result result = Stroma.run(folder, "run", "nothing.json");
    assertEquals(2, result.code());
    assertTrue(result.err().contains("there is no file"), result.err());
  }

  @Test
  void nonNumericCell() throws Exception {
    edit("a.csv", "s0,[^,]*", "s0,high");
    refused(3, List.of(), "a.csv", "line 2", "s0", "a1", "\"high\"");
  }

  @Test
  void duplicatePatient() throws Exception {
    edit("patients.csv", "\ns3,", "\ns2,");
    refused(3, List.of(), "patients.csv", "s2", "line 4", "line 5");
  }

  @Test
  void negativeTime() throws Exception {
    edit("patients.csv", "s4,[^,]*", "s4,-3");
    refused(3, List.of(), "patients.csv", "s4", "days", "-3", "0 or more");
  }

  @Test
  void zeroTimesAndPatientsWithoutModalitiesAreLeftOutAndNamed() throws Exception {
    edit("patients.csv", "s4,[^,]*,[01]", "s4,0,0");
    edit("patients.csv", "\ns5,", "\nelsewhere,");
    Stroma.Result result = Stroma.run(folder, "validate", "experiment.json");
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().contains("18 patients"), result.out());
    assertTrue(result.err().contains("patient s4 without follow-up"), result.err());
    assertTrue(result.err().contains("elsewhere left out: none of the modalities"), result.err());
  }

  @Test
  void missingTarget() throws Exception {
    refused(3, List.of("cohort.targets.os.time=weeks"), "no column weeks", "days");
    edit("patients.csv", "s4,([^,]*),[01]", "s4,$1,maybe");
    refused(3, List.of(), "s4", "event", "maybe", "1 for an event");
  }

  @Test
  void oneClassOnly() throws Exception {
    String patients = Files.readString(folder.resolve("patients.csv"));
    Files.writeString(folder.resolve("patients.csv"), patients.replace(",high,", ",low,"));
    refused(
        3,
        List.of(
            "cohort.targets={\"grade\":{\"kind\":\"class\",\"column\":\"grade\"}}",
            "model.heads={\"grade\":{\"type\":\"classification\",\"target\":\"grade\"}}",
            "losses=[{\"type\":\"cross-entropy\",\"head\":\"grade\"}]",
            "evaluation.split.stratify=grade"),
        "grade",
        "only the class [low]",
        "at least two");
  }

  @Test
  void foldsWithoutEvents() throws Exception {
    String none =
        Files.readString(folder.resolve("patients.csv")).replaceAll("(s\\d+,[^,]*),1,", "$1,0,");
    Files.writeString(folder.resolve("patients.csv"), none.replaceFirst("(s7,[^,]*),0,", "$1,1,"));
    refused(3, List.of(), "no event of target os", "use fewer folds");
    Files.writeString(folder.resolve("patients.csv"), none);
    refused(3, List.of(), "has no events in column event");
  }

  @Test
  void headAndLossThatDoNotFitTheTarget() throws Exception {
    refused(2, List.of("model.heads.os.type=classification"), "/model/heads/os", "survival");
    refused(2, List.of("losses.0.type=cross-entropy"), "/losses/0", "survival");
  }

  @Test
  void encoderThatDoesNotFitTheModality() throws Exception {
    refused(
        2,
        List.of("modalities.a.encoder={\"type\":\"clinical-transformer\"}"),
        "/modalities/a/encoder",
        "takes texts");
    refused(2, List.of("model.fusion.heads=3"), "/model/fusion", "does not divide into 3 heads");
  }

  /** Fault 7: what would be ignored is refused. */
  @Test
  void settingsThatNobodyWouldReadAreRefused() throws Exception {
    refused(
        2,
        List.of("modalities.a.tokenizer={\"type\":\"word\"}"),
        "/modalities/a/tokenizer",
        "gives numbers");
    refused(
        2,
        List.of("modalities.a.reader={\"type\":\"text-column\",\"column\":\"note\"}"),
        "/modalities/a/transforms",
        "gives texts");
    refused(
        2,
        List.of(
            "modalities.a.reader={\"type\":\"text-column\",\"column\":\"note\"}",
            "modalities.a.transforms=[]"),
        "/modalities/a/tokenizer",
        "is missing");
    refused(2, List.of("training.schedule.warmth=1"), "/training/schedule/warmth", "warmupEpochs");
  }

  @Test
  void placesThatCannotBeWritten() throws Exception {
    Stroma.Result result = Stroma.run(folder, "run", "experiment.json", "--out", "/proc/out");
    assertEquals(2, result.code(), result.toString());
    assertEquals(1, result.complaints().size(), result.err());
    assertTrue(
        result.complaints().get(0).contains("/proc/out")
            && result.err().contains("cannot be written"),
        result.err());
  }

  @Test
  void missingCellsNeedATransform() throws Exception {
    edit("a.csv", "s0,[^,]*", "s0,");
    refused(3, List.of("modalities.a.transforms=[]"), "modality a", "s0", "a1", "zscore");
  }

  /** Fault 10: a text of blanks is no text. */
  @Test
  void blankTextsAreMissing() throws Exception {
    edit("patients.csv", "(s6,[^\n]*),[^,\n]*\n", "$1,   \n");
    String text =
        "{\"reader\":{\"type\":\"text-column\",\"column\":\"note\"},\"tokenizer\":{\"type\":\"word\"},"
            + "\"encoder\":{\"type\":\"clinical-transformer\",\"heads\":2}}";
    Stroma.Result result =
        Stroma.run(folder, "validate", "experiment.json", "--set", "modalities.note=" + text);
    assertEquals(0, result.code(), result.toString());
    assertTrue(
        result.out().contains("20 patients") && result.out().contains("note 19"), result.out());
  }

  @Test
  void nothingIsOverwritten() throws Exception {
    Files.createDirectory(folder.resolve("out"));
    Files.writeString(folder.resolve("out/thesis.txt"), "mine");
    Stroma.Result result = Stroma.run(folder, "run", "experiment.json", "--out", "out");
    assertEquals(2, result.code(), result.toString());
    assertTrue(result.err().contains("exists already"), result.err());
    assertEquals("mine", Files.readString(folder.resolve("out/thesis.txt")));
  }

  @Test
  void predictionNeedsARun() throws Exception {
    Stroma.Result early = Stroma.run(folder, "predict", ".", "patients.csv", "--out", "out.csv");
    assertEquals(3, early.code(), early.toString());
    assertTrue(early.err().contains("holds no trained model"), early.err());
    Files.createDirectory(folder.resolve("empty"));
    Stroma.Result empty =
        Stroma.run(folder, "predict", "empty", "patients.csv", "--out", "out.csv");
    assertEquals(3, empty.code(), empty.toString());
    assertTrue(empty.err().contains("is no run directory"), empty.err());
    assertFalse(Files.exists(folder.resolve("out.csv")));
  }
}
