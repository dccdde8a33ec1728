/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attention inside of TensorFlow, on every Java that is there and can: the one that runs the tests, and a newer one, {@code
 * STROMA_JDK25} or one where Debian and Temurin put theirs.
 */
class SessionTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";
  private static final String FOREIGN_17 = "--add-modules=jdk.incubator.foreign";
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  private static final Path USUAL = Path.of("/usr/lib/jvm");

  @TempDir
  Path folder;

  /** The homes of Javas that can. */
  static List<Path> javas() throws IOException {
    Set<Path> homes = new LinkedHashSet<>();
    if (able(Runtime.version().feature())) {
      homes.add(Path.of(System.getProperty("java.home")));
    }
    String named = System.getenv("STROMA_JDK25");
    if (named != null && !named.isEmpty()) {
      assertTrue(Files.isExecutable(java(Path.of(named))), "STROMA_JDK25 is no JDK: " + named);
      homes.add(Path.of(named));
    } else if (Files.isDirectory(USUAL)) {
      try (Stream<Path> there = Files.list(USUAL)) {
        there
            .filter(home -> home.getFileName().toString().matches("(temurin|java|jdk)-25\\b.*"))
            .filter(home -> Files.isExecutable(java(home)))
            .sorted()
            .limit(1)
            .forEach(homes::add);
      }
    }
    return List.copyOf(homes);
  }

  private static boolean able(int version) {
    return version == 17 || version >= 22;
  }

  private static Path java(Path home) {
    return home.resolve("bin/java");
  }

  /** What lets a Java call native functions. */
  private static List<String> foreign(Path home) throws IOException {
    boolean incubating = Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
    return incubating ? List.of(FOREIGN_17, NATIVE) : List.of(NATIVE);
  }

  private static List<String> with(List<String> options, String... more) {
    return Stream.concat(options.stream(), Stream.of(more)).toList();
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

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("javas")
  void attentionInJavaIsAnOperationOfTensorFlow(Path home) throws Exception {
    String text = run(home, with(foreign(home), VECTORS));
    assertTrue(text.lines().anyMatch("done"::equals), text);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("javas")
  void withoutItsOptionsAJavaHasNoKernelAndNoWarning(Path home) throws Exception {
    assertEquals("not available\n", run(home, List.of(), "available"));
    assertEquals("not available\n", run(home, List.of(NATIVE), "available"));
    String text = run(home, foreign(home), "available");
    assertTrue(text.endsWith("not available\n"), text);
    text = run(home, List.of(VECTORS), "available");
    assertTrue(text.endsWith("not available\n"), text);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("javas")
  void withoutTheCompilerForVectorsThereIsNoKernel(Path home) throws Exception {
    List<String> options = with(foreign(home), VECTORS);
    String text = run(home, options, "available");
    assertTrue(text.endsWith("\navailable\n"), text);
    text = run(home, with(options, "-XX:TieredStopAtLevel=1"), "available");
    assertTrue(text.endsWith("not available\n"), text);
  }
}
