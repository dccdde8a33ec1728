/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attention inside of TensorFlow, which takes a newer Java than the one that builds: {@code
 * STROMA_JDK25}, or the one that runs the tests, or one beside it where Debian and Temurin put theirs.
 */
class SessionTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  private static final Path USUAL = Path.of("/usr/lib/jvm");

  @TempDir
  Path folder;

  /** The home of a newer Java; null if there is none. */
  private static Path newerJava() throws IOException {
    String named = System.getenv("STROMA_JDK25");
    if (named != null && !named.isEmpty()) {
      assertTrue(Files.isExecutable(java(Path.of(named))), "STROMA_JDK25 is no JDK: " + named);
      return Path.of(named);
    }
    if (Runtime.version().feature() >= Foreign.SINCE) {
      return Path.of(System.getProperty("java.home"));
    }
    if (!Files.isDirectory(USUAL)) {
      return null;
    }
    try (Stream<Path> homes = Files.list(USUAL)) {
      return homes
          .filter(home -> home.getFileName().toString().matches("(temurin|java|jdk)-25\\b.*"))
          .filter(home -> Files.isExecutable(java(home)))
          .sorted()
          .findFirst()
          .orElse(null);
    }
  }

  private static Path java(Path home) {
    return home.resolve("bin/java");
  }

  private String run(Path home, List<String> options, String... arguments) throws Exception {
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>(List.of(java(home).toString(), "-Xmx1g"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), SessionProgram.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertEquals(0, process.waitFor(), text);
    return text;
  }

  private static Path needed() throws IOException {
    Path home = newerJava();
    if (home == null) {
      System.out.println(
          "SKIPPED: attention in TensorFlow is tested with Java 25: set STROMA_JDK25");
    }
    assumeTrue(home != null, "no Java 25 (STROMA_JDK25)");
    return home;
  }

  @Test
  void attentionInJavaIsAnOperationOfTensorFlow() throws Exception {
    String text = run(needed(), List.of(VECTORS, NATIVE));
    assertTrue(text.lines().anyMatch("done"::equals), text);
  }

  @Test
  void withoutItsOptionsAJavaHasNoKernelAndNoWarning() throws Exception {
    Path home = needed();
    assertEquals("not available\n", run(home, List.of(), "available"));
    assertEquals("not available\n", run(home, List.of(NATIVE), "available"));
    String text = run(home, List.of(VECTORS), "available");
    assertTrue(text.endsWith("not available\n"), text);
  }

  @Test
  void withoutTheCompilerForVectorsThereIsNoKernel() throws Exception {
    Path home = needed();
    String text = run(home, List.of(VECTORS, NATIVE), "available");
    assertTrue(text.endsWith("\navailable\n"), text);
    text = run(home, List.of(VECTORS, NATIVE, "-XX:TieredStopAtLevel=1"), "available");
    assertTrue(text.endsWith("not available\n"), text);
  }

  @Test
  void thisJavaSaysSoWhereItIsTooOld() {
    assertTrue(Runtime.version().feature() >= Foreign.SINCE || !Availability.available());
  }
}
