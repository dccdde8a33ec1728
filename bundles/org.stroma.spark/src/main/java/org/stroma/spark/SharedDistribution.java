/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkFiles;
import org.stroma.command.UsageException;
import org.stroma.launcher.Distribution;
import org.stroma.launcher.DistributionException;
import org.stroma.settings.SettingKeys;

/**
 * The distribution of this virtual machine. There is one for its life, since native libraries belong
 * to the class loader that has loaded them first. With a master {@code local[N]} driver and executor
 * share it.
 */
final class SharedDistribution {
  /** Names a distribution that is installed on all machines. */
  static final String HOME = "spark.stroma.home";

  /** Set by the driver: the base of relative paths. */
  static final String FOLDER = "spark.stroma.folder";

  private static final String SETTING = "spark.stroma.";
  private static final String ARCHIVE = "stroma";

  /**
   * jHDF warns of each attribute that it reads. Kept here, because an unreferenced logger loses its
   * level.
   */
  private static final Logger JHDF = Logger.getLogger("io.jhdf");

  private static Distribution running;
  private static boolean hooked;

  /** Where messages go: an executor's standard error is its log. */
  private static volatile PrintStream messages = System.err;

  private SharedDistribution() {}

  /**
   * Starts it unless it runs.
   *
   * @throws UsageException if there is none
   * @throws DistributionException if it does not start
   */
  static synchronized Distribution get(SparkConf conf) {
    if (running == null) {
      JHDF.setLevel(Level.SEVERE);
      closeAtEnd();
      running = builder(conf, home(candidates(conf, System.getenv()))).start();
    }
    return running;
  }

  /**
   * The virtual machine waits until it is closed: a worker ends its executors by a signal, which the
   * plugin's own shutdown does not outlast, and temporary files would stay.
   */
  private static void closeAtEnd() {
    if (!hooked) {
      Runtime.getRuntime().addShutdownHook(new Thread(SharedDistribution::close, "stroma-close"));
      hooked = true;
    }
  }

  /** Interrupts its commands and stops it; it can be started again. */
  static synchronized void close() {
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /**
   * Whether messages of commands are told. Where driver and executor are one, all shards would tell the
   * same; their errors come as outcomes.
   */
  static void tell(boolean told) {
    messages = told ? System.err : new PrintStream(OutputStream.nullOutputStream());
  }

  private static Distribution.Builder builder(SparkConf conf, Path home) {
    Distribution.Builder builder = Distribution.at(home).messages(messages());
    if (conf.contains(FOLDER)) {
      builder.folder(Path.of(conf.get(FOLDER)));
    }
    settings(conf).forEach(builder::set);
    return builder;
  }

  private static PrintStream messages() {
    OutputStream switched = new OutputStream() {
      @Override
      public void write(int b) {
        messages.write(b);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        messages.write(bytes, from, length);
      }

      @Override
      public void flush() {
        messages.flush();
      }
    };
    return new PrintStream(switched, true, StandardCharsets.UTF_8);
  }

  /** {@code stroma.device} is {@code spark.stroma.device}: what Spark carries to executors begins with its name. */
  static Map<String, String> settings(SparkConf conf) {
    Map<String, String> settings = new TreeMap<>();
    String threads = SettingKeys.THREADS.name();
    if (System.getProperty(threads) == null) {
      settings.put(threads, conf.get("spark.task.cpus", "1"));
    }
    for (var entry : conf.getAllWithPrefix(SETTING)) {
      String name = SETTING + entry._1();
      if (!name.equals(HOME) && !name.equals(FOLDER)) {
        settings.put("stroma." + entry._1(), entry._2());
      }
    }
    return settings;
  }

  /**
   * Where a distribution may be: {@code spark.stroma.home} alone if set; else the archive
   * {@code stroma.tgz#stroma}, which Spark unpacks into an executor's working directory and a folder
   * of the driver's, then {@code STROMA_HOME}.
   */
  static List<Path> candidates(SparkConf conf, Map<String, String> environment) {
    if (conf.contains(HOME)) {
      return List.of(Path.of(conf.get(HOME)));
    }
    List<Path> candidates = new ArrayList<>();
    candidates.add(Path.of(ARCHIVE).toAbsolutePath());
    candidates.add(
        Path.of(SparkFiles.getRootDirectory(), ARCHIVE).toAbsolutePath().normalize());
    String installed = environment.getOrDefault("STROMA_HOME", "");
    if (!installed.isBlank()) {
      candidates.add(Path.of(installed));
    }
    return candidates.stream().distinct().toList();
  }

  /**
   * The first that is one.
   *
   * @throws UsageException if none is
   */
  static Path home(List<Path> candidates) {
    for (Path candidate : candidates) {
      Path home = distribution(candidate);
      if (home != null) {
        return home;
      }
    }
    throw new UsageException("there is no distribution of Stroma here ("
        + String.join(", ", candidates.stream().map(Path::toString).toList())
        + "); bring one with --archives stroma.tgz#stroma, or name one that is on all machines with --conf "
        + HOME + "=DIR");
  }

  /** The folder itself, or the only one in it, as an archive of a folder holds that folder. */
  private static Path distribution(Path folder) {
    if (Files.isDirectory(folder.resolve("bundles"))) {
      return folder;
    }
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> inside =
          entries.filter(entry -> Files.isDirectory(entry.resolve("bundles"))).toList();
      return inside.size() == 1 ? inside.get(0) : null;
    } catch (IOException e) {
      return null;
    }
  }
}
