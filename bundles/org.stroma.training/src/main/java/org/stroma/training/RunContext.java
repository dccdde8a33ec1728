/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.training;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Supplier;
import org.stroma.cohort.Cohort;
import org.stroma.cohort.CohortReader;
import org.stroma.command.Progress;
import org.stroma.experiment.Experiment;
import org.stroma.model.Devices;
import org.stroma.parts.WiredParts;
import org.stroma.run.RunDirectory;
import org.stroma.run.RunDocument;

/**
 * What a run works with.
 *
 * @param experiment checked
 * @param parts of the experiment, started
 * @param candidates starts the parts of candidates
 * @param cohort its data
 * @param reader that read them, and knows all files
 * @param directory where the run writes; not claimed yet
 * @param progress hears how it goes
 * @param listeners is asked for listeners at each event
 * @param provenance what is so at the moment of asking
 * @param documents is asked at the end for what is written from the finished directory
 * @param splitting which folds are carried out here
 */
public record RunContext(
    Experiment experiment,
    WiredParts parts,
    CandidateParts candidates,
    Cohort cohort,
    CohortReader reader,
    RunDirectory directory,
    Progress progress,
    Supplier<List<RunListener>> listeners,
    Devices devices,
    Supplier<? extends JsonNode> provenance,
    Supplier<List<RunDocument>> documents,
    Splitting splitting) {
  /** The same with the settings and parts of a candidate. */
  RunContext with(Experiment settings, WiredParts started) {
    return new RunContext(
        settings,
        started,
        candidates,
        cohort,
        reader,
        directory,
        progress,
        listeners,
        devices,
        provenance,
        documents,
        splitting);
  }
}
