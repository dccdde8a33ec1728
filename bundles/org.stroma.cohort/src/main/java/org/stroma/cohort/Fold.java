/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.cohort;

import java.util.List;

/** The patients of one fold; nobody is on two sides. Validation is empty where a split has none. */
public record Fold(
    int repeat, int fold, List<String> training, List<String> validation, List<String> test) {}
