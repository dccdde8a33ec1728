/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.shards;

import java.util.ArrayList;
import java.util.List;
import org.stroma.command.UsageException;
import picocli.CommandLine.Option;

/** Options of commands whose work is split. */
public final class ShardOptions {
  private static final String PROCESSES = "--processes";
  private static final String SHARD = "--shard";
  private static final int MOST = 999;

  @Option(
      names = PROCESSES,
      paramLabel = "N",
      defaultValue = "1",
      description = "processes on this machine that share the work (default: ${DEFAULT-VALUE})")
  private int processes;

  @Option(
      names = SHARD,
      paramLabel = "i/n",
      defaultValue = "0/1",
      description =
          "does share i of n alone, counted from 0. Folds of a run and patients of a prediction are put together by merge; trials of a "
              + "sweep and slides of an extraction by the same command without --shard, in the same --out")
  private String shard;

  /**
   * How many processes share the work.
   *
   * @throws UsageException for a number that cannot be, or beside a shard
   */
  public int processes() {
    if (processes < 1 || processes > MOST) {
      throw new UsageException(PROCESSES + " is " + processes + "; it has to be 1 to " + MOST);
    }
    if (processes > 1 && !shard().whole()) {
      throw new UsageException(SHARD + " is done in one process; leave " + PROCESSES + " away");
    }
    return processes;
  }

  /**
   * What share of the work is done.
   *
   * @throws UsageException for what is none
   */
  public Shard shard() {
    return Shard.of(SHARD, shard);
  }

  /**
   * The line of a process that does a shard.
   *
   * @param given the line of the command that does all of them
   */
  public static List<String> line(List<String> given, Shard shard) {
    List<String> line = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals(PROCESSES)) {
        i++;
      } else if (!given.get(i).startsWith(PROCESSES + "=")) {
        line.add(given.get(i));
      }
    }
    line.addAll(List.of(SHARD, shard.toString()));
    return line;
  }
}
