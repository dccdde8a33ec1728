/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What a model of a baseline came to on a fold, as plain data.
 *
 * @param predictions of validation and test patients, by HEAD.NAME and patient; nobody of whom it can say nothing
 * @param fits by head: the numbers that tell how it was fitted, or why it was not as {@code undefined}
 * @param test the metrics of the test patients, by head and name
 */
public record BaselineResult(
    Map<String, Map<String, double[]>> predictions, JsonNode fits, JsonNode test) {}
