/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

/**
 * What is known of a target before training; what is learned is learned from training patients alone.
 *
 * @param kind the target's kind
 * @param classes how many classes there are; 0 where the target has none
 * @param shares the share of each class among the training patients (or patches); empty where there are none
 * @param cuts the inner bounds of the time bins of a head that asked for bins, rising; empty otherwise. Bin j holds the times
 *     t with cuts[j-1] &lt;= t &lt; cuts[j]
 * @param mean the mean of a number among the training patients: heads predict and losses compare (value - mean) / scale
 * @param scale the standard deviation of a number among the training patients
 * @param modality the modality whose elements carry the target, for {@link TargetKind#PATCHES}; else null
 */
public record TargetInfo(
    TargetKind kind,
    int classes,
    float[] shares,
    float[] cuts,
    float mean,
    float scale,
    String modality) {

  /** A target of a kind that needs no more to be known. */
  public static TargetInfo of(TargetKind kind) {
    return new TargetInfo(kind, 0, new float[0], new float[0], 0, 1, null);
  }

  /** Classes with equal shares. */
  public static TargetInfo classes(int classes) {
    float[] shares = new float[classes];
    java.util.Arrays.fill(shares, 1f / classes);
    return new TargetInfo(TargetKind.CLASS, classes, shares, new float[0], 0, 1, null);
  }

  /** Classes of the elements of a modality, with equal shares. */
  public static TargetInfo patches(int classes, String modality) {
    return new TargetInfo(
        TargetKind.PATCHES, classes, classes(classes).shares(), new float[0], 0, 1, modality);
  }

  /** Survival in time bins. */
  public static TargetInfo bins(float... cuts) {
    return new TargetInfo(TargetKind.SURVIVAL, 0, new float[0], cuts.clone(), 0, 1, null);
  }

  /** A number. */
  public static TargetInfo number(float mean, float scale) {
    return new TargetInfo(TargetKind.NUMBER, 0, new float[0], new float[0], mean, scale, null);
  }
}
