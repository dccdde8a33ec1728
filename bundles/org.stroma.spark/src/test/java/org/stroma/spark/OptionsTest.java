/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.stroma.command.UsageException;
import org.stroma.launcher.ExitCode;

/** Options of Spark, where the distribution is found, and what is refused before a cluster is asked. */
class OptionsTest {
  @TempDir
  private Path work;

  private static SparkConf conf(String... pairs) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < pairs.length; i += 2) {
      conf.set(pairs[i], pairs[i + 1]);
    }
    return conf;
  }

  private SparkConf applied(String command, String... pairs) {
    SparkConf conf = conf(pairs);
    SparkDefaults.apply(
        conf, ShardedCommand.parse(List.of(command, "e", "--out", "o"), work), work);
    return conf;
  }

  @Test
  void whatTheUserHasSaidStays() {
    SparkConf defaults = applied("run", "spark.executor.cores", "4", "spark.task.cpus", "2");
    assertEquals(StromaPlugin.class.getName(), defaults.get("spark.plugins"));
    assertEquals("1", defaults.get("spark.executorEnv.TF_DETERMINISTIC_OPS"));
    assertEquals("3072m", defaults.get("spark.executor.memoryOverhead"));
    assertEquals(work.toString(), defaults.get("spark.stroma.folder"));
    SparkConf own = applied(
        "run",
        "spark.plugins",
        "org.example.Gauges",
        "spark.executor.memoryOverhead",
        "9g",
        "spark.executorEnv.TF_CPP_MIN_LOG_LEVEL",
        "0",
        "spark.app.name",
        "mine",
        "spark.speculation",
        "true");
    assertEquals("org.example.Gauges,org.stroma.spark.StromaPlugin", own.get("spark.plugins"));
    assertEquals("9g", own.get("spark.executor.memoryOverhead"));
    assertEquals("0", own.get("spark.executorEnv.TF_CPP_MIN_LOG_LEVEL"));
    assertEquals("mine", own.get("spark.app.name"));
    assertEquals("true", own.get("spark.speculation"));
    assertEquals("false", applied("sweep", "spark.speculation", "true").get("spark.speculation"));
  }

  @Test
  void settingsOfTheInstallationTravelAsOptionsOfSpark() {
    assertEquals(
        Map.of("stroma.threads", "2", "stroma.device", "cpu"),
        SharedDistribution.settings(conf(
            "spark.task.cpus",
            "2",
            "spark.stroma.device",
            "cpu",
            "spark.stroma.home",
            "/opt/stroma",
            "spark.stroma.folder",
            "/data")));
    assertEquals(
        Map.of("stroma.threads", "7"),
        SharedDistribution.settings(conf("spark.task.cpus", "2", "spark.stroma.threads", "7")));
  }

  @Test
  void aDistributionIsFoundInTheArchiveOrInTheFolderInIt() throws Exception {
    Path home = Files.createDirectories(work.resolve("a/stroma-1.0/bundles")).getParent();
    Files.createDirectories(work.resolve("empty"));
    List<Path> places = List.of(work.resolve("nowhere"), work.resolve("empty"), work.resolve("a"));
    assertEquals(home, SharedDistribution.home(places));
    assertEquals(home, SharedDistribution.home(List.of(home)));
    String refusal = assertThrows(
            UsageException.class, () -> SharedDistribution.home(places.subList(0, 2)))
        .getMessage();
    assertEquals(
        "there is no distribution of Stroma here (" + work.resolve("nowhere") + ", "
            + work.resolve("empty")
            + "); bring one with --archives stroma.tgz#stroma, or name one that is on all machines with --conf spark.stroma.home=DIR",
        refusal);
  }

  @Test
  void aDistributionThatIsNamedIsTheOnlyCandidate() {
    assertEquals(
        List.of(Path.of("/opt/stroma")),
        SharedDistribution.candidates(
            conf("spark.stroma.home", "/opt/stroma"), Map.of("STROMA_HOME", "/usr/stroma")));
  }

  private String refusal(SparkConf conf, String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertEquals(
        ExitCode.WRONG_USE,
        Main.run(
            List.of(arguments), conf.set("spark.stroma.folder", work.toString()), stream, stream));
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatTheDriverSeesIsRefusedBeforeThereIsACluster() throws Exception {
    assertEquals(
        "stroma: no cluster is named; start it with spark-submit --master URL\n",
        refusal(conf(), "run", "e.json", "--out", "o"));
    SparkConf cluster = conf("spark.master", "spark://nowhere:7077");
    assertEquals(
        "stroma: " + work.resolve("e.json") + " is not there\n",
        refusal(cluster, "run", "e.json", "--out", "o"));
    Files.writeString(work.resolve("e.json"), "{}");
    Files.createDirectories(work.resolve("o/checkpoints"));
    assertEquals(
        "stroma: " + work.resolve("o") + " is there already; name another place with --out\n",
        refusal(cluster, "run", "e.json", "--out", "o"));
    assertTrue(refusal(cluster, "walk").startsWith("stroma: \"walk\" is no command for a cluster"));
  }
}
