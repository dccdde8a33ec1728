/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stroma in a program of somebody else, which is compiled and started as its author would do. */
class EmbeddingIT {
  private static final Path PROGRAM = Path.of("src/test/embedding/EmbeddingProgram.java");

  @TempDir
  private Path folder;

  @BeforeEach
  void writeCohort() throws Exception {
    folder = folder.toRealPath();
    SimulatedCohort.write(folder, 40);
  }

  /** Its own checks are in the program; it prints nothing else, and ends by itself. */
  @Test
  void aProgramRunsStromaTwiceAndItsVirtualMachineStaysAsItWas() throws Exception {
    Stroma.Result result = start(PROGRAM.toAbsolutePath(), Stroma.DISTRIBUTION, folder);
    assertEquals(0, result.code(), result.toString());
    assertEquals("all is well\n", result.out());
  }

  @Test
  void theProgramInTheReadmeWorks() throws Exception {
    String readme = Files.readString(Stroma.SAMPLES.resolveSibling("README.md"));
    String section = readme.substring(readme.indexOf("\n## Embedding\n"));
    String program = section
        .lines()
        .dropWhile(line -> !line.startsWith("    import "))
        .takeWhile(line -> line.isEmpty() || line.startsWith("    "))
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"));
    Path source = Files.writeString(folder.resolve("Study.java"), program);
    Stroma.Result result = start(source, Stroma.DISTRIBUTION, folder);
    assertEquals(0, result.code(), result.toString());
    assertEquals("written to " + folder.resolve("runs/simulated") + "\n", result.out());
    assertTrue(result.err().contains("os c_index"), result.err());
    Files.writeString(
        folder.resolve("experiment.json"),
        SimulatedCohort.EXPERIMENT.replace("\"genomic-mlp\"", "\"genomic-mpl\""));
    Stroma.Result faulty = start(source, Stroma.DISTRIBUTION, folder);
    assertTrue(faulty.out().contains("/modalities/a/encoder/type: "), faulty.out());
    assertTrue(faulty.out().contains("did you mean genomic-mlp?"), faulty.out());
  }

  private Stroma.Result start(Path source, Path home, Path argument) throws Exception {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    String classPath = home.resolve("lib") + "/*:" + home.resolve("framework") + "/*";
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Stroma.Result compiled = Stroma.run(
        folder,
        new ProcessBuilder(
                bin.resolve("javac").toString(),
                "-d",
                classes.toString(),
                "-cp",
                classPath,
                source.toString())
            .directory(folder.toFile()));
    assertEquals(0, compiled.code(), compiled.toString());
    // elsewhere, so that relative paths are seen to be the folder's
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    return Stroma.run(
        elsewhere,
        new ProcessBuilder(
                bin.resolve("java").toString(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + ":" + classPath,
                source.getFileName().toString().replace(".java", ""),
                home.toString(),
                argument.toString())
            .directory(elsewhere.toFile()));
  }
}
