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
 * @param patchesEffect log hazard ratio of one standard deviation of the factor that patches show
 * @param genesEffect the same of the factor that genes show
 * @param textEffect the same of the factor that the text shows
 * @param crossModal log hazard ratio of the interaction, which no modality shows alone
 * @param censoring expected share of patients whose event is not seen
 */
record Simulation(
    int patients,
    int patches,
    int patchWidth,
    int genes,
    int visits,
    double missing,
    double patchesEffect,
    double genesEffect,
    double textEffect,
    double crossModal,
    double censoring,
    long seed) {}
