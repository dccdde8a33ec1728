/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.simulate;

/**
 * What to simulate.
 *
 * @param patches a slide, on average
 * @param patchWidth numbers a patch
 * @param visits a patient has at most
 * @param missing probability with which a patient lacks a modality; one always stays
 * @param singleModal log hazard ratio of one standard deviation of each modality's own factor
 * @param crossModal log hazard ratio of the interaction, which no modality shows alone
 * @param censoring share of patients whose event is not seen, about
 */
record Simulation(
    int patients,
    int patches,
    int patchWidth,
    int genes,
    int visits,
    double missing,
    double singleModal,
    double crossModal,
    double censoring,
    long seed) {}
