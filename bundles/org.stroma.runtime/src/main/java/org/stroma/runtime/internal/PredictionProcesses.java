/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.stroma.command.UsageException;
import org.stroma.files.AtomicFiles;
import org.stroma.run.OutputFile;
import org.stroma.runtime.PredictionRequest;
import org.stroma.shards.Failure;
import org.stroma.shards.Processes;
import org.stroma.shards.Shard;

/** Predicts in several processes, each a shard of the patients. */
final class PredictionProcesses {
  private PredictionProcesses() {}

  /** What can be refused before anything is read. */
  static void check(PredictionRequest request) {
    boolean shard = !request.shard().whole();
    if ((request.processes() > 1 || shard) && request.details().isPresent()) {
      throw new UsageException("--details looks at all patients; leave "
          + (shard ? "--shard" : "--processes") + " away");
    }
  }

  static void predict(PredictionRequest request, Processes processes) {
    Path out = request.out().toAbsolutePath().normalize();
    OutputFile.check("--out", out);
    OutputFile.checkApart("--out", out, List.of(request.table()));
    AtomicFiles.inFolderBeside(out, folder -> {
      List<Processes.Work> all = new ArrayList<>();
      List<Path> tables = new ArrayList<>();
      for (Shard shard : Shard.all(request.processes())) {
        Path table = folder.resolve(shard.fileName() + ".csv");
        tables.add(table);
        all.add(new Processes.Work(shard, arguments(request, shard, table)));
      }
      List<Failure> failures = processes.run(
          all,
          request.progress(),
          () -> tables.stream().filter(Files::exists).count() + " of " + tables.size()
              + " processes have predicted",
          note -> false);
      if (!failures.isEmpty()) {
        throw Failure.all(failures);
      }
      SplitPredictions.merge(tables, out);
    });
  }

  private static List<String> arguments(PredictionRequest request, Shard shard, Path table) {
    List<String> arguments = new ArrayList<>(List.of(
        "predict",
        request.run().toAbsolutePath().normalize().toString(),
        request.table().toAbsolutePath().normalize().toString(),
        "--shard",
        shard.toString(),
        "--out",
        table.toString()));
    if (!request.times().isEmpty()) {
      arguments.add("--times");
      arguments.add(request.times().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (request.trainingPatients()) {
      arguments.add("--training-patients");
    }
    return arguments;
  }
}
