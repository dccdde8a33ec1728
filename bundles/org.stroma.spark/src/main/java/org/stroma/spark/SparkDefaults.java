/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.nio.file.Path;
import org.apache.spark.SparkConf;

/** Options of Spark for Stroma, where the user has not said others. */
final class SparkDefaults {
  private static final String PLUGINS = "spark.plugins";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  /** Native memory of TensorFlow, in MiB: of its libraries, and of each task. */
  private static final int NATIVE_MIB = 1024;

  private SparkDefaults() {}

  /**
   * Adds them.
   *
   * @param folder base of relative paths in arguments
   */
  static void apply(SparkConf conf, ShardedCommand command, Path folder) {
    String plugins = conf.get(PLUGINS, "");
    if (!plugins.contains(StromaPlugin.class.getName())) {
      conf.set(
          PLUGINS,
          plugins.isBlank()
              ? StromaPlugin.class.getName()
              : plugins + "," + StromaPlugin.class.getName());
    }
    conf.setIfMissing("spark.app.name", "stroma " + command.kind().word() + " " + command.input());
    conf.setIfMissing("spark.log.level", "WARN");
    // as bin/stroma has them: the same numbers as the command line's
    conf.setIfMissing("spark.executorEnv.TF_DETERMINISTIC_OPS", "1");
    conf.setIfMissing("spark.executorEnv.TF_CPP_MIN_LOG_LEVEL", "3");
    conf.setIfMissing(
        SharedDistribution.FOLDER, folder.toAbsolutePath().normalize().toString());
    if (!conf.contains(OVERHEAD) && !conf.contains(OVERHEAD + "Factor")) {
      conf.set(OVERHEAD, (1 + tasksAtOnce(conf)) * NATIVE_MIB + "m");
    }
    if (!command.kind().isMerged()) {
      // a second attempt in the same folder would wait for the first
      conf.set("spark.speculation", "false");
    }
  }

  /** Whether driver and executor are one process. */
  static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "").matches("local(\\[.*])?");
  }

  private static int tasksAtOnce(SparkConf conf) {
    return Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
  }
}
