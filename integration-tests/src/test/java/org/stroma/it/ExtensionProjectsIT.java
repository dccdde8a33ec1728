/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects of extension authors: outside the reactor, compiled against the distribution's sdk alone, by a Maven of their own. */
class ExtensionProjectsIT {
  private static final List<String> KINDS = List.of(
      "encoder",
      "fusion",
      "temporal",
      "head",
      "loss",
      "reader",
      "transform",
      "tokenizer",
      "optimizer",
      "schedule",
      "pretext",
      "metric",
      "baseline",
      "split");

  @TempDir
  private Path folder;

  private Path extensions;

  @BeforeEach
  void folders() throws IOException {
    extensions = Files.createDirectory(folder.resolve("extensions"));
  }

  /**
   * Runs Maven with the local repository as it is, but for Stroma's own bundles: those of an earlier build would be taken for
   * these.
   */
  private Stroma.Result maven(Path project) throws Exception {
    Path repository = Stroma.scratch();
    Path real = Path.of(System.getProperty("it.repository")).toRealPath();
    link(real, repository, "org");
    link(real.resolve("org"), Files.createDirectory(repository.resolve("org")), "stroma");
    return Stroma.run(
        project,
        new ProcessBuilder(
                Path.of(System.getProperty("it.maven"), "bin/mvn").toString(),
                "-B",
                "-ntp",
                "-q",
                "-T",
                "2",
                "package",
                "-Dmaven.repo.local=" + repository,
                "-Dstroma.home=" + Stroma.DISTRIBUTION)
            .directory(project.toFile()));
  }

  private static void link(Path from, Path to, String but) throws IOException {
    try (var entries = Files.list(from)) {
      for (Path entry :
          entries.filter(e -> !e.getFileName().toString().equals(but)).toList()) {
        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
      }
    }
  }

  private void drop(Path project) throws IOException {
    try (var jars = Files.list(project.resolve("target"))) {
      for (Path jar : jars.filter(f -> f.toString().endsWith(".jar")).toList()) {
        ExtensionJar.drop(jar, extensions.resolve(jar.getFileName()));
      }
    }
  }

  private Stroma.Result stroma(String... arguments) throws Exception {
    return Stroma.runWith(folder, List.of("-Dstroma.extensions=" + extensions), arguments);
  }

  @Test
  void theRadiomicsSampleIsBuiltDroppedInAndUsed() throws Exception {
    Path sample = Stroma.SAMPLES.resolve("radiomics-extension");
    Path project = folder.resolve("radiomics-extension");
    try (var files = Files.walk(sample)) {
      for (Path file :
          files.filter(f -> !f.startsWith(sample.resolve("target"))).toList()) {
        Files.copy(file, project.resolve(sample.relativize(file).toString()));
      }
    }
    long lines = 0;
    try (var files = Files.walk(project)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        lines += Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(l ->
                !l.isEmpty() && !l.startsWith("/*") && !l.startsWith("*") && !l.startsWith("//"))
            .count();
      }
    }
    assertTrue(
        lines < 150, "a modality takes less than 150 lines of Java, its tests included: " + lines);
    assertEquals(
        4, stroma("run", "radiomics-extension/experiment.json", "--out", "none").code());
    Stroma.Result built = maven(project);
    assertEquals(0, built.code(), built.toString());
    drop(project);
    Stroma.Result described = stroma("describe", "radiomics-mlp");
    assertTrue(described.out().contains("from 0 to 0.99; default 0.1"), described.toString());
    Stroma.Result run = stroma("run", "radiomics-extension/experiment.json", "--out", "run");
    assertEquals(0, run.code(), run.toString());
    assertTrue(
        Files.readString(folder.resolve("run/provenance.json")).contains("org.example.radiomics"));
  }

  @Test
  void everyProjectThatIsWrittenBuildsAndWorks() throws Exception {
    Path projects = Files.createDirectory(folder.resolve("projects"));
    List<String> projectsOf =
        Stream.concat(KINDS.stream(), Stream.of("command")).toList();
    for (String kind : projectsOf) {
      Stroma.Result made = Stroma.run(projects, "extension", "new", "my-" + kind, "--kind", kind);
      assertEquals(0, made.code(), made.toString());
    }
    Files.writeString(
        projects.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>all</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging>
          <modules>%s</modules>
        </project>
        """
            .formatted(projectsOf.stream()
                .map(k -> "<module>my-" + k + "</module>")
                .collect(Collectors.joining())));
    Stroma.Result built = maven(projects);
    assertEquals(0, built.code(), built.toString());
    for (String kind : projectsOf) {
      drop(projects.resolve("my-" + kind));
    }
    Stroma.Result parts = stroma("parts");
    List<String> missing = new ArrayList<>(KINDS);
    missing.removeIf(
        kind -> parts.out().lines().anyMatch(l -> l.matches(kind + " +my-" + kind + " .*")));
    assertEquals(List.of(), missing, parts.toString());

    SimulatedCohort.write(folder, 40);
    Files.writeString(
        folder.resolve("mine.json"),
        """
        {"cohort": {"table": "patients.csv", "id": "id", "targets": {"days": {"kind": "number", "column": "days"}}},
         "modalities": {
           "a": {"reader": {"type": "my-reader", "path": "a.csv"}, "transforms": [{"type": "my-transform"}, {"type": "zscore"}],
                 "encoder": {"type": "my-encoder"}},
           "note": {"reader": {"type": "text-column", "column": "note"}, "tokenizer": {"type": "my-tokenizer"},
                    "encoder": {"type": "clinical-transformer", "layers": 1, "heads": 2}}},
         "model": {"embedDim": 8, "fusion": {"type": "my-fusion"}, "heads": {"days": {"type": "my-head", "target": "days"}}},
         "losses": [{"type": "my-loss", "head": "days"}],
         "training": {"epochs": 3, "optimizer": {"type": "my-optimizer"}, "schedule": {"type": "my-schedule"}},
         "evaluation": {"split": {"type": "my-split", "column": "grade"}, "metrics": [{"type": "my-metric"}, {"type": "mae"}]}}
        """);
    Stroma.Result run = stroma("run", "mine.json", "--out", "mine");
    assertEquals(0, run.code(), run.toString());
    Stroma.Result predicted = stroma("predict", "mine", "patients.csv", "--out", "p.csv");
    assertEquals(0, predicted.code(), predicted.toString());
    JsonNode metrics = Stroma.json(folder.resolve("mine/metrics.json"));
    assertEquals(2, metrics.path("folds").size(), "a fold a grade");
    for (String metric : List.of("absolute_error_50", "mae")) {
      assertTrue(metrics.path("mean").path("days").path(metric).isNumber(), metrics.toString());
    }
    Stroma.Result counted = stroma("my-command", "p.csv");
    assertEquals("41", counted.out().strip(), counted.toString());
  }
}
