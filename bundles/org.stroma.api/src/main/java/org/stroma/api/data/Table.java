/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A table of text cells with one row a sample: a patient, or a visit where the cohort has visits.
 *
 * @param file where it came from
 * @param columns names of the columns, the id column among them
 * @param rows by sample id, in the order of the file; an empty cell is ""
 */
public record Table(Path file, List<String> columns, Map<String, Map<String, String>> rows) {}
