/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Arrays;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Properties of a target before training; statistics come from training patients only. There is a
 * class for each kind: test {@code info instanceof TargetInfo.Classes c}, or call
 * {@link #requireClasses} if a part takes only that kind. More kinds may be added, so code that
 * distinguishes them needs a default case.
 */
@ProviderType
public sealed interface TargetInfo {
  /** The target's kind. */
  TargetKind kind();

  /** A follow-up time, and whether the event was observed then. */
  @ProviderType
  final class Survival implements TargetInfo {
    private final float[] cuts;

    private Survival(float[] cuts) {
      this.cuts = cuts.clone();
    }

    /**
     * Inner bounds of the time bins, ascending; empty unless the head asked for bins. Bin j holds
     * the times t with cuts[j-1] &lt;= t &lt; cuts[j].
     */
    public float[] cuts() {
      return cuts.clone();
    }

    @Override
    public TargetKind kind() {
      return TargetKind.SURVIVAL;
    }
  }

  /** Mutually exclusive classes: of patients, or of the elements of a bag. */
  @ProviderType
  sealed interface Labelled extends TargetInfo {
    /** Number of classes. */
    int count();

    /** Fraction of each class among the training patients, or their elements. */
    float[] shares();

    /** Class names by index; empty if unknown. */
    List<String> names();
  }

  /** One of several classes per patient. */
  @ProviderType
  final class Classes implements Labelled {
    private final float[] shares;
    private final List<String> names;

    private Classes(float[] shares, List<String> names) {
      if (!names.isEmpty() && names.size() != shares.length) {
        throw new IllegalArgumentException(
            "there are " + shares.length + " shares of classes and " + names.size() + " names");
      }
      this.shares = shares.clone();
      this.names = List.copyOf(names);
    }

    @Override
    public int count() {
      return shares.length;
    }

    @Override
    public float[] shares() {
      return shares.clone();
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    public TargetKind kind() {
      return TargetKind.CLASS;
    }
  }

  /** A real number. Heads predict and losses compare (value - mean) / scale. */
  @ProviderType
  final class Real implements TargetInfo {
    private final float mean;
    private final float scale;

    private Real(float mean, float scale) {
      this.mean = mean;
      this.scale = scale;
    }

    /** Mean among the training patients. */
    public float mean() {
      return mean;
    }

    /** Standard deviation among the training patients; 1 if all values are equal. */
    public float scale() {
      return scale;
    }

    @Override
    public TargetKind kind() {
      return TargetKind.NUMBER;
    }
  }

  /** How many of something. Heads give and losses compare the logarithm of the expected count over {@link #mean}. */
  @ProviderType
  final class Count implements TargetInfo {
    private final float mean;

    private Count(float mean) {
      if (!(mean > 0)) {
        throw new IllegalArgumentException(
            "the mean of counts is " + mean + "; it has to be above 0");
      }
      this.mean = mean;
    }

    /** The mean among the training patients, above 0; 1 where all are 0. */
    public float mean() {
      return mean;
    }

    @Override
    public TargetKind kind() {
      return TargetKind.COUNT;
    }
  }

  /** Several labels at once, each there or not, whatever the others. */
  @ProviderType
  final class Labels implements TargetInfo {
    private final float[] shares;
    private final List<String> names;

    private Labels(float[] shares, List<String> names) {
      if (!names.isEmpty() && names.size() != shares.length) {
        throw new IllegalArgumentException(
            "there are " + shares.length + " shares of labels and " + names.size() + " names");
      }
      this.shares = shares.clone();
      this.names = List.copyOf(names);
    }

    /** How many labels there are, L. */
    public int count() {
      return shares.length;
    }

    /**
     * By label, the share of those who have it among the training patients of whom it is known; the shares of labels need not
     * sum to 1. 0.5 where it is known of nobody.
     */
    public float[] shares() {
      return shares.clone();
    }

    /** The names of the labels in their order; empty where they are not known. */
    public List<String> names() {
      return names;
    }

    @Override
    public TargetKind kind() {
      return TargetKind.LABELS;
    }
  }

  /** A class of each element of a modality's bags. */
  @ProviderType
  final class Patches implements Labelled {
    private final String modality;
    private final Classes classes;

    private Patches(String modality, Classes classes) {
      this.modality = modality;
      this.classes = classes;
    }

    /** The modality whose elements carry the target. */
    public String modality() {
      return modality;
    }

    @Override
    public int count() {
      return classes.count();
    }

    @Override
    public float[] shares() {
      return classes.shares();
    }

    @Override
    public List<String> names() {
      return classes.names();
    }

    @Override
    public TargetKind kind() {
      return TargetKind.PATCHES;
    }
  }

  /**
   * Survival.
   *
   * @param cuts inner bounds of time bins, ascending; none for a head without bins
   */
  static Survival survival(float... cuts) {
    return new Survival(cuts);
  }

  /** Classes of equal fractions, without names. */
  static Classes classes(int count) {
    float[] shares = new float[count];
    Arrays.fill(shares, 1f / count);
    return new Classes(shares, List.of());
  }

  /**
   * Classes.
   *
   * @param shares fraction of each class
   * @param names name of each class, or none
   */
  static Classes classes(float[] shares, List<String> names) {
    return new Classes(shares, names);
  }

  /** A number. */
  static Real number(float mean, float scale) {
    return new Real(mean, scale);
  }

  /**
   * How many of something.
   *
   * @param mean above 0
   */
  static Count count(float mean) {
    return new Count(mean);
  }

  /**
   * Several labels at once.
   *
   * @param shares of each label, of those who have it
   * @param names of each label, or none
   */
  static Labels labels(float[] shares, List<String> names) {
    return new Labels(shares, names);
  }

  /** Classes of the elements of a modality. */
  static Patches patches(String modality, Classes classes) {
    return new Patches(modality, classes);
  }

  /**
   * This info if it is of survival.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Survival requireSurvival() {
    return require(Survival.class, TargetKind.SURVIVAL.label());
  }

  /**
   * This info if it is of classes of patients.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Classes requireClasses() {
    return require(Classes.class, TargetKind.CLASS.label());
  }

  /**
   * This info if it is of classes, of patients or elements.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Labelled requireLabelled() {
    return require(Labelled.class, TargetKind.CLASS.label() + " or " + TargetKind.PATCHES.label());
  }

  /**
   * This info if it is of a number.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Real requireNumber() {
    return require(Real.class, TargetKind.NUMBER.label());
  }

  /** This, for a part that takes counts alone; others are refused in a sentence. */
  default Count requireCount() {
    return require(Count.class, TargetKind.COUNT.label());
  }

  /** This, for a part that takes several labels at once alone; others are refused in a sentence. */
  default Labels requireLabels() {
    return require(Labels.class, TargetKind.LABELS.label());
  }

  /** This, for a part that takes classes of elements alone; others are refused in a sentence. */
  default Patches requirePatches() {
    return require(Patches.class, TargetKind.PATCHES.label());
  }

  private <T> T require(Class<T> type, String wanted) {
    return Required.of(this, kind(), type, wanted);
  }
}
