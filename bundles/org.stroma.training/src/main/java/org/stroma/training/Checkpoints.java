/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.stroma.api.TargetInfo;
import org.stroma.cohort.Cohort;
import org.stroma.dataset.Dataset;
import org.stroma.dataset.TargetStatistics;
import org.stroma.model.Model;
import org.stroma.parts.Json;
import org.stroma.run.CheckpointStore;
import org.stroma.run.RunDirectory;
import org.stroma.run.SeenPatients;

/** Hands what was trained to the {@link CheckpointStore}, which knows files alone. */
final class Checkpoints {
  private Checkpoints() {}

  /** @param candidate whose settings the models have; empty for the experiment's own */
  static void writePreparation(
      RunDirectory run,
      String folder,
      Dataset prepared,
      SortedMap<String, Cohort.Target> targets,
      SortedMap<String, TargetInfo> infos,
      String candidate,
      SeenPatients seen) {
    Map<String, List<String>> classes = new TreeMap<>();
    targets.forEach((name, target) -> classes.put(name, target.classes()));
    ObjectNode statistics = Json.MAPPER.createObjectNode();
    TargetStatistics.write(infos, statistics);
    CheckpointStore.writePreparation(
        run, folder, prepared.learned(), classes, statistics, candidate, seen);
  }

  /** Returns the file, relative to the run directory. */
  static String writeModel(RunDirectory run, String folder, int member, Model model) {
    return CheckpointStore.writeModel(
        run, folder, member, List.copyOf(model.variables().all()), model.read());
  }
}
