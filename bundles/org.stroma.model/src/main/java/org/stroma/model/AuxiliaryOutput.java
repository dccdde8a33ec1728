/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

/**
 * The numbers of what a model computes beside its predictions.
 *
 * @param shape the batch, or its visits, come first
 * @param values row-major
 */
public record AuxiliaryOutput(long[] shape, float[] values) {}
