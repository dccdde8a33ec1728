/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiment after experiment in one framework. it.soak says how many; 200 take a few minutes. */
class SoakIT {
  private static final Path PROGRAM = Path.of("src/test/embedding/SoakProgram.java");

  @TempDir
  Path folder;

  @Test
  void nothingGrows() throws Exception {
    SimulatedCohort.write(folder, 40);
    Path jar = new ExtensionJar("soaked")
        .encoder(
            "soaked",
            "return Encoding.of(net.dense(\"projection\", input.vectors().values(), net.embedDim()));")
        .write(folder.resolve("soaked.jar"));
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    String classPath = Stroma.DISTRIBUTION.resolve("lib") + "/*:"
        + Stroma.DISTRIBUTION.resolve("framework") + "/*";
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    Stroma.Result compiled = Stroma.run(
        folder,
        new ProcessBuilder(List.of(
                bin.resolve("javac").toString(),
                "-d",
                classes.toString(),
                "-cp",
                classPath,
                PROGRAM.toAbsolutePath().toString()))
            .directory(folder.toFile()));
    assertEquals(0, compiled.code(), compiled.toString());
    Stroma.Result result = Stroma.run(
        new ProcessBuilder(List.of(
                bin.resolve("java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classes + ":" + classPath,
                "SoakProgram",
                Stroma.DISTRIBUTION.toString(),
                folder.toString(),
                jar.toString(),
                System.getProperty("it.soak", "30")))
            .directory(folder.toFile()),
        60);
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.out().endsWith("all is flat\n"), result.out());
    System.out.print(result.out());
    try (var left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList(), "nothing is left in temporary folders");
    }
  }
}
