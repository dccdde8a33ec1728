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
import org.stroma.command.ExitCode;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;
import org.stroma.shards.ShardOptions;

/** The slides of an extraction, split over processes. */
final class ExtractionShards {
  private final Processes processes;
  private final NotesOnce progress;

  ExtractionShards(Processes processes, NotesOnce progress) {
    this.processes = processes;
    this.progress = progress;
  }

  /** The slides of a shard. */
  static Map<String, Path> of(Map<String, Path> all, Shard shard) {
    Map<String, Path> own = new LinkedHashMap<>();
    shard.of(List.copyOf(all.keySet())).forEach(name -> own.put(name, all.get(name)));
    return own;
  }

  /**
   * Has the slides extracted. What was wrong with one comes out again when its turn comes here.
   *
   * @param given the command's own line
   */
  void run(List<String> given, int number) {
    List<Processes.Work> work = new ArrayList<>();
    for (Shard shard : Shard.all(number)) {
      work.add(new Processes.Work(shard, ShardOptions.line(given, shard)));
    }
    List<Failure> ended = processes
        .run(work, progress, () -> "extracting in " + number + " processes", progress::told)
        .stream()
        .filter(failure -> failure.code() != ExitCode.UNUSABLE_DATA.number())
        .toList();
    if (!ended.isEmpty()) {
      throw Failure.all(ended);
    }
  }
}
