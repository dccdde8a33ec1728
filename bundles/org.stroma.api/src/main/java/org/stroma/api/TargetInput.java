/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import org.osgi.annotation.versioning.ProviderType;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The target's values in a batch, with a class for each kind as in {@link TargetInfo}. Unobserved
 * entries hold arbitrary finite numbers.
 */
@ProviderType
public sealed interface TargetInput {
  /** The target's kind. */
  TargetKind kind();

  /** 1 where the target was observed, [B], [B, L] for labels, or [R, N] for patches: others take no part in a loss. */
  Operand<TFloat32> observedMask();

  /** A copy of which other entries take part: a mask of the same shape as {@link #observedMask}. */
  TargetInput withObservedMask(Operand<TFloat32> mask);

  /** A follow-up time, and whether the event was observed then. */
  @ProviderType
  final class Survival implements TargetInput {
    private final Operand<TFloat32> time;
    private final Operand<TFloat32> event;
    private final Operand<TFloat32> observedMask;

    private Survival(
        Operand<TFloat32> time, Operand<TFloat32> event, Operand<TFloat32> observedMask) {
      this.time = time;
      this.event = event;
      this.observedMask = observedMask;
    }

    /** Follow-up time [B], in the unit of the table. */
    public Operand<TFloat32> time() {
      return time;
    }

    /**
     * Event indicator [B]: 1 if the event was observed, 0 if censored. Who had another event that competes with it is censored then, so
     * that what is learned is the cause-specific hazard (Lau, Cole and Gange 2009).
     */
    public Operand<TFloat32> event() {
      return event;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Survival withObservedMask(Operand<TFloat32> mask) {
      return new Survival(time, event, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.SURVIVAL;
    }
  }

  /** Class indices: of patients, or of the elements of a bag. */
  @ProviderType
  sealed interface Labelled extends TargetInput {
    /** Class indices [B], or [R, N] for patches. */
    Operand<TInt32> label();
  }

  /** One of several classes per patient. */
  @ProviderType
  final class Classes implements Labelled {
    private final Operand<TInt32> label;
    private final Operand<TFloat32> observedMask;

    private Classes(Operand<TInt32> label, Operand<TFloat32> observedMask) {
      this.label = label;
      this.observedMask = observedMask;
    }

    @Override
    public Operand<TInt32> label() {
      return label;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Classes withObservedMask(Operand<TFloat32> mask) {
      return new Classes(label, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.CLASS;
    }
  }

  /** A number. */
  @ProviderType
  final class Real implements TargetInput {
    private final Operand<TFloat32> value;
    private final Operand<TFloat32> observedMask;

    private Real(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
      this.value = value;
      this.observedMask = observedMask;
    }

    /** Numbers [B], in the unit of the table. */
    public Operand<TFloat32> value() {
      return value;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Real withObservedMask(Operand<TFloat32> mask) {
      return new Real(value, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.NUMBER;
    }
  }

  /** How many of something. */
  @ProviderType
  final class Count implements TargetInput {
    private final Operand<TFloat32> value;
    private final Operand<TFloat32> observedMask;

    private Count(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
      this.value = value;
      this.observedMask = observedMask;
    }

    /** Counts [B], 0 or more, as they stand in the table. */
    public Operand<TFloat32> value() {
      return value;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Count withObservedMask(Operand<TFloat32> mask) {
      return new Count(value, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.COUNT;
    }
  }

  /** Several labels at once, each known or not. */
  @ProviderType
  final class Labels implements TargetInput {
    private final Operand<TFloat32> value;
    private final Operand<TFloat32> observedMask;

    private Labels(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
      this.value = value;
      this.observedMask = observedMask;
    }

    /** [B, L], 1 where the patient has the label and 0 where not. */
    public Operand<TFloat32> value() {
      return value;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Labels withObservedMask(Operand<TFloat32> mask) {
      return new Labels(value, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.LABELS;
    }
  }

  /** A class of each element of a bag. */
  @ProviderType
  final class Patches implements Labelled {
    private final Operand<TInt32> label;
    private final Operand<TFloat32> observedMask;

    private Patches(Operand<TInt32> label, Operand<TFloat32> observedMask) {
      this.label = label;
      this.observedMask = observedMask;
    }

    @Override
    public Operand<TInt32> label() {
      return label;
    }

    @Override
    public Operand<TFloat32> observedMask() {
      return observedMask;
    }

    @Override
    public Patches withObservedMask(Operand<TFloat32> mask) {
      return new Patches(label, mask);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.PATCHES;
    }
  }

  /** Times and events, each [B]. */
  static Survival survival(
      Operand<TFloat32> time, Operand<TFloat32> event, Operand<TFloat32> observedMask) {
    return new Survival(time, event, observedMask);
  }

  /** Class indices of patients [B]. */
  static Classes classes(Operand<TInt32> label, Operand<TFloat32> observedMask) {
    return new Classes(label, observedMask);
  }

  /** Numbers [B]. */
  static Real number(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
    return new Real(value, observedMask);
  }

  /** Counts [B]. */
  static Count count(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
    return new Count(value, observedMask);
  }

  /** Labels [B, L], 1 or 0, and which of them are known [B, L]. */
  static Labels labels(Operand<TFloat32> value, Operand<TFloat32> observedMask) {
    return new Labels(value, observedMask);
  }

  /** Indices of the elements' classes [R, N]. */
  static Patches patches(Operand<TInt32> label, Operand<TFloat32> observedMask) {
    return new Patches(label, observedMask);
  }

  /**
   * This input if it is of survival.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Survival requireSurvival() {
    return require(Survival.class, TargetKind.SURVIVAL.label());
  }

  /**
   * This input if it is of classes of patients.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Classes requireClasses() {
    return require(Classes.class, TargetKind.CLASS.label());
  }

  /**
   * This input if it is of classes, of patients or elements.
   *
   * @throws IllegalArgumentException otherwise, with a sentence for the user
   */
  default Labelled requireLabelled() {
    return require(Labelled.class, TargetKind.CLASS.label() + " or " + TargetKind.PATCHES.label());
  }

  /**
   * This input if it is of a number.
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
