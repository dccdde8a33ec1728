/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Ridge regression on arrays, one row a patient: Cox, logistic (two classes and more) and linear, for 50 to a few thousand patients and
 * 1 to 60,000 features. {@link org.stroma.regression.RidgeRegression} fits one at a penalty,
 * {@link org.stroma.regression.CrossValidatedRidge} chooses the penalty by cross-validated likelihood. Arguments that do not fit
 * together, and patients from whom nothing can be fitted, are an {@link java.lang.IllegalArgumentException} with one sentence. Equal
 * input gives equal output, bit by bit.
 */
@Version("1.0.0")
@Export
@NullMarked
package org.stroma.regression;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
