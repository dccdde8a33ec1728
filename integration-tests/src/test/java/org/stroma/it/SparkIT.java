/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of Spark gives the bits of one machine, also where an executor is killed. */
class SparkIT {
  private static final Path SCRIPT = Path.of("spark/cluster.sh").toAbsolutePath();
  private static final Path JARS =
      Path.of(System.getProperty("it.spark")).toAbsolutePath().normalize();
  private static final List<String> RUN = List.of(
      "run",
      Stroma.SAMPLES.resolve("tcga-acc/survival.json").toAbsolutePath().toString(),
      "--set",
      "training.epochs=2",
      "--set",
      "evaluation.repeats=1");

  /** The script is ended before the test's own patience is. */
  private static final List<String> BOUNDED = List.of("timeout", "--kill-after=20", "400");

  private static final int MINUTES = 8;

  @TempDir
  private static Path folder;

  @BeforeAll
  static void runOnOneMachine() throws Exception {
    folder = folder.toRealPath();
    List<String> line = new ArrayList<>(RUN);
    line.addAll(List.of("--out", "local"));
    Stroma.Result result = Stroma.run(folder, line.toArray(String[]::new));
    assertEquals(0, result.code(), result.toString());
  }

  private static Stroma.Result submit(
      Map<String, String> environment, String name, List<String> options, List<String> command)
      throws Exception {
    List<String> line = new ArrayList<>(BOUNDED);
    line.addAll(List.of(SCRIPT.toString(), JARS.toString(), name + "-cluster"));
    line.addAll(options);
    line.addAll(List.of(
        "--conf",
        "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
        "--class",
        "org.stroma.spark.Main",
        Stroma.DISTRIBUTION.resolve("spark/org.stroma.spark.jar").toString()));
    line.addAll(command);
    line.addAll(List.of("--out", name));
    ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return Stroma.run(builder, MINUTES);
  }

  private static void assertSameBits(String name) throws Exception {
    for (String file : List.of("predictions.csv", "metrics.json")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("local").resolve(file)),
          Files.readAllBytes(folder.resolve(name).resolve(file)),
          file);
    }
    assertFalse(
        Files.exists(folder.resolve(name + ".shards")), "shards stay until they are merged");
  }

  private static List<String> shards(int number) {
    List<String> command = new ArrayList<>(RUN);
    command.addAll(List.of("--shards", String.valueOf(number)));
    return command;
  }

  /** The distribution travels as an archive. */
  @Test
  void aClusterGivesTheBitsOfOneMachine() throws Exception {
    Stroma.Result packed = Stroma.run(
        folder,
        new ProcessBuilder(
                "tar",
                "-cf",
                "stroma.tar",
                "-C",
                Stroma.DISTRIBUTION.getParent().toString(),
                Stroma.DISTRIBUTION.getFileName().toString())
            .directory(folder.toFile()));
    assertEquals(0, packed.code(), packed.toString());
    // one of them has no fold
    Stroma.Result result =
        submit(Map.of(), "cluster", List.of("--archives", "stroma.tar#stroma"), shards(6));
    assertEquals(0, result.code(), result.toString());
    assertEquals(folder.resolve("cluster") + "\n", result.out());
    assertTrue(result.err().contains("stroma: 6 of 6 shards are done"), result.err());
    assertSameBits("cluster");
  }

  @Test
  void anExecutorThatIsKilledChangesNothing() throws Exception {
    Stroma.Result result = submit(
        Map.of(),
        "killed",
        List.of(
            "--kill",
            folder.resolve("killed.shards/shard-*").toString(),
            "--conf",
            "spark.stroma.home=" + Stroma.DISTRIBUTION),
        shards(5));
    assertEquals(0, result.code(), result.toString());
    assertTrue(result.err().contains("cluster.sh: executor killed"), result.err());
    assertTrue(result.err().contains("Lost task"), result.err());
    assertSameBits("killed");
  }

  @Test
  void whatIsWrongWithAnExperimentIsToldOnceAndNotTriedAgain() throws Exception {
    List<String> command = shards(3);
    command.addAll(List.of("--set", "training.epochs=none"));
    Stroma.Result result = submit(
        Map.of("WORKERS", "0", "TF_DETERMINISTIC_OPS", "1"),
        "wrong",
        List.of("--conf", "spark.stroma.home=" + Stroma.DISTRIBUTION),
        command);
    assertEquals(2, result.code(), result.toString());
    List<String> told = result.complaints();
    assertEquals(
        List.of(
            "stroma: 0 of 3 shards are done, 1 failed",
            "stroma: 0 of 3 shards are done, 2 failed",
            "stroma: 0 of 3 shards are done, 3 failed"),
        told.stream().filter(line -> line.contains(" shards are ")).toList());
    String last = told.get(told.size() - 1);
    assertTrue(last.startsWith("stroma: /training/epochs"), last);
    assertFalse(Files.exists(folder.resolve("wrong")), "nothing is left");
    assertFalse(Files.exists(folder.resolve("wrong.shards")), "nothing is left");
  }
}
