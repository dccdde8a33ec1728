/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.spark;

import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** Shards as one job of Spark, a task each. */
final class Shards {
  private Shards() {}

  /** What a task does; serialised to executors. */
  private interface Work
      extends Function2<TaskContext, Iterator<ShardTask>, ShardOutcome>, Serializable {}

  /**
   * Carries shards out.
   *
   * @param ended called with each outcome as it comes in, by one thread at a time
   * @throws IllegalStateException if Spark gives the job up, as a sentence
   */
  static void run(JavaSparkContext context, List<ShardTask> tasks, Consumer<ShardOutcome> ended) {
    if (tasks.isEmpty()) {
      return;
    }
    Work work = (taskContext, shards) -> shards.next().run();
    Function2<Object, ShardOutcome, BoxedUnit> handler = (partition, outcome) -> {
      ended.accept(outcome);
      return BoxedUnit.UNIT;
    };
    List<Object> partitions =
        IntStream.range(0, tasks.size()).boxed().map(Object.class::cast).toList();
    try {
      context
          .sc()
          .runJob(
              context.parallelize(tasks, tasks.size()).rdd(),
              work,
              CollectionConverters.asScala(partitions).toSeq(),
              handler,
              ClassTag$.MODULE$.apply(ShardOutcome.class));
    } catch (Exception e) {
      // SparkException, which Scala does not declare
      throw new IllegalStateException(
          "Spark gave up: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }
}
