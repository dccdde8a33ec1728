/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import org.stroma.command.Progress;

/**
 * On whom the models of a run are to be evaluated.
 *
 * @param run a run directory
 * @param table a CSV file like the run's cohort table, with targets
 * @param trainingPatients whether patients whom every model was trained with count all the same
 * @param progress hears how it goes
 */
public record EvaluationRequest(
    Path run, Path table, boolean trainingPatients, Progress progress) {}
