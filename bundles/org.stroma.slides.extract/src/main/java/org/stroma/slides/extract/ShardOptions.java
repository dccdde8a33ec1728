/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.stroma.command.ExitCode;
import org.stroma.command.Progress;
import org.stroma.command.UsageException;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;

/** How the slides of an extraction are split. */
final class ShardOptions {
  static final String PROCESSES = "--processes";
  static final String SHARD = "--shard";

  private ShardOptions() {}

  /**
   * What is extracted here.
   *
   * @throws UsageException for options that do not go together
   */
  static Shard shard(String text, int processes) {
    Shard shard = Shard.of(SHARD, text);
    if (Processes.checked(processes) > 1 && !shard.whole()) {
      throw new UsageException(
          "--shard extracts its slides in one process; leave --processes away");
    }
    return shard;
  }

  /** The slides of a shard. */
  static Map<String, Path> slides(Map<String, Path> all, Shard shard) {
    Map<String, Path> own = new LinkedHashMap<>();
    shard.of(List.copyOf(all.keySet())).forEach(name -> own.put(name, all.get(name)));
    return own;
  }

  /**
   * Has the slides extracted in other processes. What was wrong with a slide comes out again when its turn comes here.
   *
   * @param given the command's own line
   * @param told what the user has been told already
   */
  static void elsewhere(
      Processes processes,
      List<String> given,
      int number,
      Progress progress,
      Predicate<String> told) {
    List<Processes.Work> work = new ArrayList<>();
    for (Shard shard : Shard.all(number)) {
      work.add(new Processes.Work("shard " + shard, line(given, shard)));
    }
    List<Failure> ended =
        processes.run(work, progress, () -> "extracting in " + number + " processes", told).stream()
            .filter(failure -> failure.code() != ExitCode.UNUSABLE_DATA.number())
            .toList();
    if (!ended.isEmpty()) {
      throw Failure.all(ended);
    }
  }

  /** The line of a process: that of all, with its shard. */
  static List<String> line(List<String> given, Shard shard) {
    List<String> line = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals(PROCESSES)) {
        i++;
      } else if (!given.get(i).startsWith(PROCESSES + "=")) {
        line.add(given.get(i));
      }
    }
    line.add(SHARD);
    line.add(shard.toString());
    return line;
  }
}
