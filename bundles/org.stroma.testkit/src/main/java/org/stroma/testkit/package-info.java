/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Tools for the tests of parts, for their authors' own Maven projects: a test dependency on {@code org.stroma.testkit} brings
 * JUnit and TensorFlow, and no OSGi framework runs.
 *
 * <p>{@link org.stroma.testkit.PartContract} runs a part through all that Stroma expects of its kind, in one method:
 *
 * <pre>{@code
 * class RadiomicsMlpTest {
 *   @TestFactory
 *   Stream<DynamicTest> keepsTheContract() {
 *     return PartContract.encoder(RadiomicsMlp::new, RadiomicsMlp.Settings.class).vectors(12).tests();
 *   }
 * }
 * }</pre>
 *
 * <p>Each check is a test of its own, whose failure says in words what is wrong and what would be right. {@code with(setting,
 * value)} changes a setting, {@code without(check, why)} leaves a check out and keeps the reason in the report.
 *
 * <p>For what the part alone should do, {@link org.stroma.testkit.GraphBench} runs a part on numbers, {@link
 * org.stroma.testkit.Defaults} makes its settings, {@link org.stroma.testkit.Fixture} compares it with another implementation,
 * and {@link org.stroma.testkit.TestCohort} gives a reader something to read.
 */
@Version("1.2.0")
@Export
@NullMarked
package org.stroma.testkit;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
