/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which bundle knows which: what extensions drag in, that arrows go down, and that the drawn ones are the real ones. */
class TowerIT {
  private static final Path DRAWING =
      Stroma.SAMPLES.resolveSibling("docs").resolve("architecture.md");
  private static final String BEGIN = "```mermaid\n";
  private static final String END = "```\n";

  /** Libraries of parts: what else a part of the distribution may know. */
  private static final Set<String> SHARED = Set.of(
      "org.stroma.api",
      "org.stroma.nn",
      "org.stroma.tensorflow",
      "org.stroma.data.csv",
      "org.stroma.statistics",
      "org.stroma.onnxruntime",
      "org.stroma.settings",
      "org.stroma.regression",
      "org.stroma.tokenizers",
      "org.stroma.slides.pixels");

  private static final Set<String> PARTS = Set.of(
      "encoder",
      "fusion",
      "temporal",
      "head",
      "loss",
      "pretext",
      "optimizer",
      "schedule",
      "metric",
      "baseline",
      "split",
      "data");

  private final Bundles bundles = Bundles.ofTheDistribution();

  TowerIT() throws IOException {}

  @Test
  void anExtensionIsCompiledAgainstNoMoreThanThis() {
    assertEquals(
        Set.of("org.stroma.api", "org.stroma.nn", "org.stroma.tensorflow"),
        bundles.closure(List.of("org.stroma.api", "org.stroma.nn")));
  }

  @Test
  void noBundleComesBackToItself() {
    bundles
        .ours()
        .forEach(bundle -> assertFalse(
            bundles.closure(bundles.imports().get(bundle)).contains(bundle),
            bundle + " needs bundles that need it"));
  }

  @Test
  void noPartKnowsAnother() {
    int parts = 0;
    for (String bundle : bundles.ours()) {
      if (PARTS.contains(family(bundle))) {
        parts++;
        Set<String> known = new TreeSet<>(bundles.imports().get(bundle));
        known.removeIf(other -> SHARED.contains(other) || !other.startsWith("org.stroma."));
        assertEquals(Set.of(), known, bundle);
      }
    }
    assertTrue(parts > 30, parts + " parts");
  }

  @Test
  void exportedPackagesSayWhatMayBeNull() throws IOException {
    Set<String> silent = new TreeSet<>();
    for (String bundle : bundles.ours()) {
      Path jar;
      try (var jars = Files.walk(Stroma.DISTRIBUTION.resolve("bundles"))) {
        jar = jars.filter(f -> f.getFileName().toString().matches(bundle + "-\\d.*\\.jar"))
            .findFirst()
            .orElseThrow();
      }
      try (JarFile file = new JarFile(jar.toFile())) {
        for (String exported : bundles.exports().get(bundle)) {
          if (exported.startsWith("org.stroma.")) {
            JarEntry info = file.getJarEntry(exported.replace('.', '/') + "/package-info.class");
            if (info == null
                || !new String(
                        file.getInputStream(info).readAllBytes(), StandardCharsets.ISO_8859_1)
                    .contains("Lorg/jspecify/annotations/NullMarked;")) {
              silent.add(exported);
            }
          }
        }
      }
    }
    assertEquals(Set.of(), silent, "not @NullMarked");
  }

  @Test
  void theDrawingShowsTheBundlesAsTheyAre() throws IOException {
    String page = Files.readString(DRAWING);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    assertTrue(begin >= BEGIN.length(), DRAWING + " holds no drawing");
    String now = drawing();
    Path file = Path.of("target", "tower.mermaid");
    Files.createDirectories(file.getParent());
    Files.writeString(file, now);
    assertEquals(
        now,
        page.substring(begin, page.indexOf(END, begin)),
        "the drawing in " + DRAWING + " has to be that of " + file.toAbsolutePath());
  }

  /**
   * Bundles as boxes, arrows from who needs to what is needed. An arrow that others imply is left out. Bundles that nobody needs,
   * and that need the same, share a box; a family of them is named once.
   */
  private String drawing() {
    List<String> ours = bundles.ours();
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (String bundle : ours) {
      Set<String> direct = new TreeSet<>(bundles.imports().get(bundle));
      direct.retainAll(ours);
      Set<String> implied = direct.stream()
          .flatMap(other -> bundles.closure(bundles.imports().get(other)).stream())
          .collect(Collectors.toSet());
      direct.removeAll(implied);
      arrows.put(bundle, direct);
    }
    Set<String> needed = new HashSet<>();
    arrows.values().forEach(needed::addAll);
    Map<Set<String>, Set<String>> shared =
        new TreeMap<>((a, b) -> String.join(" ", a).compareTo(String.join(" ", b)));
    Map<String, Set<String>> boxes = new TreeMap<>();
    arrows.forEach((bundle, downward) -> {
      if (needed.contains(bundle)) {
        boxes.put(bundle, Set.of(bundle));
      } else {
        shared.computeIfAbsent(downward, d -> new TreeSet<>()).add(bundle);
      }
    });
    shared.values().forEach(names -> boxes.put(names.iterator().next(), names));

    StringBuilder text = new StringBuilder("flowchart TD\n");
    boxes.forEach((box, names) ->
        text.append("  ").append(id(box)).append("[\"").append(label(names)).append("\"]\n"));
    boxes.keySet().forEach(box -> arrows
        .get(box)
        .forEach(below ->
            text.append("  ").append(id(box)).append(" --> ").append(id(below)).append('\n')));
    return text.toString();
  }

  private static String label(Set<String> names) {
    Map<String, Set<String>> families = new TreeMap<>();
    names.forEach(
        name -> families.computeIfAbsent(family(name), f -> new TreeSet<>()).add(name));
    return families.entrySet().stream()
        .map(family -> family.getValue().size() == 1
            ? family.getValue().iterator().next().substring("org.stroma.".length())
            : family.getKey() + ".*")
        .collect(Collectors.joining("<br/>"));
  }

  private static String id(String bundle) {
    return bundle.substring("org.stroma.".length()).replace('.', '_');
  }

  /** "encoder" of org.stroma.encoder.abmil. */
  private static String family(String bundle) {
    return bundle.substring("org.stroma.".length()).replaceFirst("\\..*", "");
  }
}
