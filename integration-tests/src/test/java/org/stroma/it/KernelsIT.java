/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution on a newer Java, {@code STROMA_JDK25} or one of Debian's or Temurin's, with its own options. */
class KernelsIT {
  @TempDir
  Path folder;

  private static Path newerJava() throws IOException {
    String named = System.getenv("STROMA_JDK25");
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    Path usual = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(usual)) {
      return null;
    }
    try (Stream<Path> homes = Files.list(usual)) {
      return homes
          .filter(home -> home.getFileName().toString().contains("-25-"))
          .findFirst()
          .orElse(null);
    }
  }

  private Stroma.Result doctor(Path home, String options) throws Exception {
    ProcessBuilder builder = Stroma.command(folder, "doctor");
    builder.environment().put("JAVA_HOME", home.toString());
    builder.environment().put("STROMA_JAVA_OPTS", options);
    builder.environment().remove("TF_CPP_MIN_LOG_LEVEL");
    return Stroma.run(folder, builder);
  }

  @Test
  void attentionIsComputedInJavaAndTheScreenStaysClean() throws Exception {
    Path home = newerJava();
    assumeTrue(home != null, "no Java 25 (STROMA_JDK25)");
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
