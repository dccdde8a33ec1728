/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.stroma.files.FileNames;
import org.stroma.parts.Fault;
import org.stroma.parts.FaultsException;
import org.stroma.parts.Json;
import org.stroma.parts.PartCatalog;
import org.stroma.parts.PartDescriptor;
import org.stroma.parts.PartKind;

/** Faults that no part has to do with: none is installed here, which is a fault of its own. */
class ExperimentReaderTest {
  @TempDir
  private Path folder;

  private final PartCatalog nothing = new PartCatalog() {
    @Override
    public List<PartDescriptor> parts() {
      return List.of();
    }

    @Override
    public Optional<PartDescriptor> part(PartKind kind, String type) {
      return Optional.empty();
    }

    @Override
    public List<String> flaws() {
      return List.of();
    }

    @Override
    public boolean ofDistribution(Bundle bundle) {
      return true;
    }
  };

  private List<String> faults(String file, String json) throws IOException {
    Path written = Files.writeString(folder.resolve(file), json);
    return assertThrows(
            FaultsException.class, () -> ExperimentReader.read(written, List.of(), nothing))
        .faults()
        .stream()
        .map(Fault::toString)
        .toList();
  }

  private static boolean at(List<String> faults, String pointer) {
    return faults.stream().anyMatch(f -> f.startsWith(pointer + ":"));
  }

  /** Probabilities of a target with competing events cannot be had, and so are not asked for. */
  @Test
  void aCauseIsANumberAndAsksForNoProbabilities() throws Exception {
    String experiment =
        """
        {"name": "e", "cohort": {"table": "c.csv",
          "targets": {"os": {"kind": "survival", "time": "t", "event": "e"CAUSE}}},
         "modalities": {}, "model": {"heads": {"os": {"type": "survival", "target": "os"}}}}
        """;
    String pointer = "/cohort/targets/os/cause";
    List<String> none = faults("e.json", experiment.replace("CAUSE", ""));
    List<String> second = faults("e.json", experiment.replace("CAUSE", ", \"cause\": 2"));
    assertTrue(none.toString().contains("survival-brier"), none.toString());
    assertFalse(second.toString().contains("survival-brier"), second.toString());
    assertTrue(second.toString().contains("c-index"), second.toString());
    assertFalse(at(second, pointer), second.toString());
    assertTrue(at(faults("e.json", experiment.replace("CAUSE", ", \"cause\": 0")), pointer));
    assertTrue(at(faults("e.json", experiment.replace("CAUSE", ", \"cause\": \"x\"")), pointer));
  }

  @Test
  void aPrecisionIsOneOfThoseThereAre() throws Exception {
    String pointer = "/training/precision";
    String experiment = "{\"name\": \"e\", \"training\": {\"precision\": \"VALUE\"}}";
    for (String label : Precision.labels()) {
      assertFalse(at(faults("e.json", experiment.replace("VALUE", label)), pointer), label);
      assertEquals(label, Precision.of(label).label());
    }
    List<String> other = faults("e.json", experiment.replace("VALUE", "tf32"));
    assertTrue(other.toString().contains("float32 or tensorfloat32 or bfloat16"), other.toString());
  }

  @Test
  void aNameIsTheNameOfAFolder() throws Exception {
    for (String name : new String[] {
      "../../x", "a/b", "..", ".", " ", "a\\\\b", "a\\nb", "x".repeat(151), "\\u0007"
    }) {
      List<String> faults = faults("e.json", "{\"name\": \"" + name + "\"}");
      assertTrue(at(faults, "/name"), name + ": " + faults);
    }
    for (String name : new String[] {"a (1)", "étude*", "my study", "..x", "x".repeat(150)}) {
      assertFalse(at(faults("e.json", "{\"name\": \"" + name + "\"}"), "/name"), name);
    }
    // what a file is called is nobody's fault
    for (String file : new String[] {
      "..json", ".json", "a (1).json", "a\\b.json", "x".repeat(240) + ".json", "a\nb.json"
    }) {
      assertFalse(at(faults(file, "{}"), "/name"), file);
      assertEquals(null, FileNames.objection(FileNames.fallback(Path.of(file))), file);
    }
  }

  private String refused(byte[] bytes) throws IOException {
    Path written = Files.write(folder.resolve("bytes.json"), bytes);
    return refused(written);
  }

  private String refused(Path file) {
    List<Fault> faults = assertThrows(
            FaultsException.class, () -> ExperimentReader.read(file, List.of(), nothing))
        .faults();
    assertEquals(1, faults.size(), faults.toString());
    return faults.get(0).toString();
  }

  @Test
  void whatIsNoJsonIsToldInTheWordsOfUsers() throws Exception {
    String[][] wrong = {
      {"{} {}", "line 1, column 4: something follows behind the end"},
      {"{\"a\": 1\n", "it begins in line 1, column 1"},
      {"[".repeat(2000), "nesting depth"},
      {"{\"a\": " + "1".repeat(2000) + "}", "length (2000)"},
      {"{\"a\": NaN}", "NaN"},
      {"{\"a\": 1, \"a\": 2}", "'a'"},
      {"{a: 1}", "double-quote"},
      {"# x", "line 1, column "}
    };
    for (String[] each : wrong) {
      String message = refused(each[0].getBytes(UTF_8));
      assertTrue(message.contains("bytes.json is no JSON: ") && message.contains(each[1]), message);
      assertFalse(
          message.matches("(?s).*(Feature|Constraints|REDACTED|`|Source|ALLOW|JsonNode).*"),
          message);
    }
  }

  @Test
  void otherKindsOfFilesAreNamed() throws Exception {
    assertTrue(
        at(faults("e.json", "\ufeff{\"$schema\": 1}"), "/$schema"),
        "a byte order mark is no matter");
    assertTrue(
        refused("{\"name\": \"a\"}".getBytes(StandardCharsets.UTF_16)).contains("in UTF-16"));
    assertTrue(
        refused("{\"name\": \"a\"}".getBytes(StandardCharsets.UTF_16LE)).contains("in UTF-16"));
    String latin = refused("{\n\"name\": \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(latin.contains("line 2 holds the byte 0xe9") && latin.contains("Latin-1"), latin);
    assertTrue(refused(new byte[] {0x1f, (byte) 0x8b, 8, 0}).contains("gunzip"));
    assertTrue(refused(folder).contains(folder + " is a folder"));
    assertTrue(refused(Path.of("/dev/zero")).contains("is a device"));
    try (var large = new java.io.RandomAccessFile(folder.resolve("large.json").toFile(), "rw")) {
      large.setLength(Json.LARGEST_EXPERIMENT + 1);
    }
    assertTrue(refused(folder.resolve("large.json")).contains("16 MiB at most"));
    assertTrue(refused(folder.resolve("none.json")).startsWith("there is no file"));
  }

  @Test
  void charactersThatNoPathHoldsAreToldWithTheirPlace() throws Exception {
    List<String> faults = faults(
        "e.json",
        "{\"cohort\": {\"table\": \"a\\u0000.csv\"}, \"modalities\": {\"a/b\": {\"reader\": {\"path\": \"\\ud800x\"}}},"
            + " \"losses\": [{\"type\": \"\\u0000\"}], \"initialize\": {\"from\": \"x\\u0000\"}, \"name\": \"ok \\ud83d\\ude00\"}");
    assertEquals(4, faults.size(), faults.toString());
    assertTrue(
        faults
            .get(0)
            .startsWith("/cohort/table: is \"a\\u0000.csv\"; no name and no path can hold"),
        faults.toString());
    assertTrue(
        at(faults, "/modalities/a~1b/reader/path")
            && at(faults, "/losses/0/type")
            && at(faults, "/initialize/from"),
        faults.toString());
  }

  @Test
  void editorsMayBeToldTheirSchema() throws Exception {
    assertFalse(at(faults("e.json", "{\"$schema\": \"stroma.schema.json\"}"), "/$schema"));
    assertTrue(at(faults("e.json", "{\"$schema\": 1}"), "/$schema"));
  }

  @Test
  void targetsSayWhatTheirKindNeedsAndHeadsNameATarget() throws Exception {
    List<String> faults = faults(
        "e.json",
        """
        {"cohort": {"table": "c.csv", "targets": {"os": {"kind": "survival"}, "y": {"kind": "class"}, "z": {"kind": "number", "tiem": "t"}}},
         "modalities": {"a": {"reader": {"type": "r"}, "encoder": {"type": "e"}}},
         "model": {"heads": {"h": {"type": "survival", "target": "oss"}}}, "losses": [{"type": "cox", "head": "h"}],
         "trainning": {}}
        """);
    for (String pointer : List.of(
        "/cohort/targets/os/time",
        "/cohort/targets/os/event",
        "/cohort/targets/y/column",
        "/cohort/targets/z/column",
        "/cohort/targets/z/tiem",
        "/model/heads/h/target")) {
      assertTrue(at(faults, pointer), pointer + " in " + faults);
    }
    assertTrue(
        faults.stream()
            .anyMatch(f -> f.startsWith("/trainning: is not known here")
                && f.endsWith("did you mean training?")),
        faults.toString());
  }

  @Test
  void timesOfSurvivalWithoutAHeadOfSurvivalAreOfNoUse() throws Exception {
    String experiment =
        """
        {"cohort": {"table": "c.csv", "targets": {"y": {"kind": "%s", "column": "y", "time": "t", "event": "e"}}},
         "model": {"heads": {"h": {"type": "x", "target": "y"}}}, "evaluation": {"times": [365]}}
        """;
    assertTrue(at(faults("e.json", experiment.formatted("class")), "/evaluation/times"));
    assertFalse(at(faults("e.json", experiment.formatted("survival")), "/evaluation/times"));
  }
}
