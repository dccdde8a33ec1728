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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The distribution on the Java that runs the tests, and on a newer one, {@code STROMA_JDK25} or one of Debian's or Temurin's. */
class KernelsIT {
  @TempDir
  Path folder;

  static List<Path> javas() throws IOException {
    List<Path> homes = new ArrayList<>();
    int version = Runtime.version().feature();
    if (version == 17 || version >= 22) {
      homes.add(Path.of(System.getProperty("java.home")));
    }
    String named = System.getenv("STROMA_JDK25");
    Path usual = Path.of("/usr/lib/jvm");
    if (named != null && !named.isEmpty()) {
      homes.add(Path.of(named));
    } else if (Files.isDirectory(usual)) {
      try (Stream<Path> there = Files.list(usual)) {
        there
            .filter(home -> home.getFileName().toString().contains("-25-"))
            .limit(1)
            .forEach(homes::add);
      }
    }
    return homes;
  }

  private Stroma.Result doctor(Path home, String options) throws Exception {
    ProcessBuilder builder = Stroma.command(folder, "doctor");
    builder.environment().put("JAVA_HOME", home.toString());
    builder.environment().put("STROMA_JAVA_OPTS", options);
    builder.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    return Stroma.run(folder, builder);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("javas")
  void attentionIsComputedInJavaAndTheScreenStaysClean(Path home) throws Exception {
    Stroma.Result result = doctor(home, "-Xmx1g");
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().contains("kernels in Java, "), result.out());
    assertEquals("", result.err());
    // what the virtual machine has to say of its options is on the screen all the same
    Stroma.Result wrong = doctor(home, "-XX:NoSuchOption");
    assertEquals(1, wrong.code());
    assertTrue(wrong.err().contains("NoSuchOption"), wrong.err());
  }

  @Test
  void aKernelThatIsDemandedAndNotThereIsAProblem() throws Exception {
    ProcessBuilder builder = Stroma.command(folder, "doctor");
    // without the compiler for vectors there is no kernel on any Java
    builder
        .environment()
        .put("STROMA_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Dstroma.attention=kernel");
    Stroma.Result result = Stroma.run(folder, builder);
    assertEquals(1, result.code(), result.toString());
    assertTrue(result.out().contains("Problem     stroma.attention is kernel, "), result.out());
    assertTrue(result.out().contains("\nParts  "), result.out());
  }
}
