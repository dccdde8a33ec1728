/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What came of a run.
 *
 * @param directory the run directory, absolute
 * @param metrics by head and name, the means over the folds' test patients; those that are defined in no fold are not there. Of
 *     a pretraining: {@code first_epoch_loss} and {@code last_epoch_loss} under {@code pretraining}
 * @param notes what the user was told
 */
@ProviderType
public record RunResult(
    Path directory, Map<String, Map<String, Double>> metrics, List<String> notes) {}
