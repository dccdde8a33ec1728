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
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.stroma.command.ExitCode;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;
import org.stroma.shards.ShardOptions;

/** The slides of an extraction, split over processes. */
final class ExtractionShards {
  private static final long BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(5);

  private final Processes processes;
  private final NotesOnce progress;
  private final Map<String, Path> all;
  private final Predicate<String> done;
  private final long started = System.nanoTime();
  private final int before;
  private String line = "";
  private long looked;

  /**
   * For slides that are about to be extracted.
   *
   * @param done whether a slide has features
   */
  ExtractionShards(
      Processes processes, NotesOnce progress, Map<String, Path> all, Predicate<String> done) {
    this.processes = processes;
    this.progress = progress;
    this.all = all;
    this.done = done;
    before = there();
  }

  private int there() {
    return (int) all.keySet().stream().filter(done).count();
  }

  /** How far all processes are together: by the files that are there. */
  private String at(int number) {
    long now = System.nanoTime();
    if (line.isEmpty() || now - looked > BETWEEN_LOOKS) {
      looked = now;
      int there = there();
      double seconds = (now - started) / 1e9;
      line = "extracting in " + number + " processes  slides " + there + "/" + all.size()
          + (there > before
              ? "  " + ExtractionRate.words(seconds / (there - before) * (all.size() - there))
              : "");
    }
    return line;
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
    List<Failure> ended = processes.run(work, progress, () -> at(number), progress::told).stream()
        .filter(failure -> failure.code() != ExitCode.UNUSABLE_DATA.number())
        .toList();
    if (!ended.isEmpty()) {
      throw Failure.all(ended);
    }
  }
}
