/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.stroma.command.UsageException;
import org.stroma.launcher.DistributionException;

/** Starts a distribution with each executor, before its first task, and closes it with the executor. */
public final class StromaPlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(StromaPlugin.class);

  /** The driver needs nothing until all shards are done. */
  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extraConf) {
        try {
          SharedDistribution.get(context.conf());
        } catch (UsageException | DistributionException e) {
          // an executor that does not start is started again and again; its tasks tell the driver
          LOG.warn(e.getMessage());
        }
      }

      @Override
      public void shutdown() {
        SharedDistribution.close();
      }
    };
  }
}
