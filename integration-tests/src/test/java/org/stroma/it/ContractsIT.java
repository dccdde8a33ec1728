/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Authors of parts are promised a contract of each kind: ours keep it first. */
class ContractsIT {
  private static final Path BUNDLES = Stroma.SAMPLES.resolveSibling("bundles");

  /** A class that an annotation makes a part: its kind and its name. */
  private static final Pattern PART = Pattern.compile(
      "(?m)^@([A-Z]\\w*)Part\\(.*(?:\\R.*)*?\\R(?:public )?(?:final )?class (\\w+)");

  /** {@code PartContract.encoder(Abmil::new, ...)}, or {@code s -> new Abmil(s, 1)}: the kind and the class. */
  private static final Pattern RUN = Pattern.compile(
      "PartContract\\s*\\.\\s*([a-z]\\w*)\\(\\s*(?:(?:\\([^)]*\\)|\\w+)\\s*->\\s*new\\s+)?(\\w+)(?:::new|\\()");

  @Test
  void everyPartRunsTheContractOfItsKind() throws IOException {
    List<String> without = new ArrayList<>();
    TreeMap<String, Integer> parts = new TreeMap<>();
    try (Stream<Path> bundles = Files.list(BUNDLES)) {
      for (Path bundle :
          bundles.filter(b -> Files.isDirectory(b.resolve("src/main"))).sorted().toList()) {
        List<String> run = new ArrayList<>();
        Matcher tested = RUN.matcher(java(bundle.resolve("src/test/java")));
        while (tested.find()) {
          run.add(tested.group(1) + " " + tested.group(2));
        }
        Matcher declared = PART.matcher(java(bundle.resolve("src/main/java")));
        while (declared.find()) {
          String kind = declared.group(1).substring(0, 1).toLowerCase(Locale.ROOT)
              + declared.group(1).substring(1);
          parts.merge(kind, 1, Integer::sum);
          if (!run.contains(kind + " " + declared.group(2))) {
            without.add(bundle.getFileName() + ": no test runs PartContract." + kind + "("
                + declared.group(2) + "::new, ...)");
          }
        }
      }
    }
    assertTrue(
        parts.keySet().containsAll(List.of("encoder", "loss", "pretext", "reader", "stain")),
        parts.toString());
    assertEquals(List.of(), without);
  }

  /** All sources of a folder, one behind the other. */
  private static String java(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file :
            files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          all.append(Files.readString(file)).append('\n');
        }
      }
    }
    return all.toString();
  }
}
