/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.Arrays;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is true of n patients, or of n patches, with a class for each kind of target as in {@link TargetInfo}. More kinds may come:
 * whoever tells them apart says what happens to others. All arrays are copies.
 */
@ProviderType
public sealed interface TargetValues {
  /** The target's kind. */
  TargetKind kind();

  /** How many there are: n. */
  int size();

  /**
   * Some of them, in this order; one may be there several times.
   *
   * @param rows from 0
   */
  TargetValues select(int[] rows);

  /** A time and what ended it: the event, censoring, or another event that precludes it. */
  @ProviderType
  final class Survival implements TargetValues {
    private final double[] time;
    private final boolean[] event;
    private final boolean[] competing;

    private Survival(double[] time, boolean[] event, boolean[] competing) {
      if (time.length != event.length || time.length != competing.length) {
        throw new IllegalArgumentException("there are " + time.length + " times, " + event.length
            + " events and " + competing.length + " competing events");
      }
      for (int i = 0; i < event.length; i++) {
        if (event[i] && competing[i]) {
          throw new IllegalArgumentException(
              "patient " + i + " cannot have the event and a competing one");
        }
      }
      this.time = time.clone();
      this.event = event.clone();
      this.competing = competing.clone();
    }

    /** Follow-up [n], in the unit of the table. */
    public double[] time() {
      return time.clone();
    }

    /** [n], true where the event was seen; false where the patient was censored or had a {@link #competing} event. */
    public boolean[] event() {
      return event.clone();
    }

    /**
     * [n], true where another event came first, after which the event cannot come any more (competing risks); usually all false. To
     * the hazard of the event these patients are censored. They are not where censoring is estimated, and 1 less a Kaplan-Meier
     * curve that censors them is not the probability of the event.
     */
    public boolean[] competing() {
      return competing.clone();
    }

    /** Whether anybody had a {@link #competing} event. */
    public boolean hasCompeting() {
      for (boolean one : competing) {
        if (one) {
          return true;
        }
      }
      return false;
    }

    @Override
    public int size() {
      return time.length;
    }

    @Override
    public Survival select(int[] rows) {
      return new Survival(
          Arrays.stream(rows).mapToDouble(i -> time[i]).toArray(),
          select(event, rows),
          select(competing, rows));
    }

    private static boolean[] select(boolean[] of, int[] rows) {
      boolean[] some = new boolean[rows.length];
      for (int i = 0; i < some.length; i++) {
        some[i] = of[rows[i]];
      }
      return some;
    }

    @Override
    public TargetKind kind() {
      return TargetKind.SURVIVAL;
    }
  }

  /** Classes that exclude each other: of patients, or of patches. */
  @ProviderType
  sealed interface Labelled extends TargetValues {
    /** Indices of classes [n]. */
    int[] label();

    /** The names of the classes in the order of their indices; empty where they are not known. */
    List<String> names();
  }

  /** One of several classes. */
  @ProviderType
  final class Classes implements Labelled {
    private final int[] label;
    private final List<String> names;

    private Classes(int[] label, List<String> names) {
      this.label = label.clone();
      this.names = List.copyOf(names);
    }

    @Override
    public int[] label() {
      return label.clone();
    }

    @Override
    public List<String> names() {
      return names;
    }

    @Override
    public int size() {
      return label.length;
    }

    @Override
    public Classes select(int[] rows) {
      return new Classes(Arrays.stream(rows).map(i -> label[i]).toArray(), names);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.CLASS;
    }
  }

  /** Numbers, or counts. */
  @ProviderType
  sealed interface Numeric extends TargetValues {
    /** Numbers [n], in the unit of the table. */
    double[] value();
  }

  /** How many of something. */
  @ProviderType
  final class Count implements Numeric {
    private final Real number;

    private Count(Real number) {
      this.number = number;
    }

    @Override
    public double[] value() {
      return number.value();
    }

    @Override
    public int size() {
      return number.size();
    }

    @Override
    public Count select(int[] rows) {
      return new Count(number.select(rows));
    }

    @Override
    public TargetKind kind() {
      return TargetKind.COUNT;
    }
  }

  /** Several labels at once, each there or not, and not all known of everybody. */
  @ProviderType
  final class Labels implements TargetValues {
    private final boolean[][] observed;
    private final boolean[][] present;
    private final List<String> names;

    private Labels(boolean[][] observed, boolean[][] present, List<String> names) {
      if (observed.length != present.length) {
        throw new IllegalArgumentException("there are labels of " + present.length
            + " patients, and which are known of " + observed.length);
      }
      for (int i = 0; i < present.length; i++) {
        if (present[i].length != names.size() || observed[i].length != names.size()) {
          throw new IllegalArgumentException("there are " + names.size() + " labels, and "
              + present[i].length + " values of patient " + i);
        }
      }
      this.observed = copy(observed);
      this.present = copy(present);
      this.names = List.copyOf(names);
    }

    private static boolean[][] copy(boolean[][] rows) {
      boolean[][] copy = rows.clone();
      for (int i = 0; i < copy.length; i++) {
        copy[i] = copy[i].clone();
      }
      return copy;
    }

    /** Whether a label is known [n][labels]. */
    public boolean[][] observed() {
      return copy(observed);
    }

    /** Whether a label is there [n][labels]; false where it is not known. */
    public boolean[][] present() {
      return copy(present);
    }

    /** The names of the labels. */
    public List<String> names() {
      return names;
    }

    @Override
    public int size() {
      return present.length;
    }

    @Override
    public Labels select(int[] rows) {
      return new Labels(
          Arrays.stream(rows).mapToObj(i -> observed[i]).toArray(boolean[][]::new),
          Arrays.stream(rows).mapToObj(i -> present[i]).toArray(boolean[][]::new),
          names);
    }

    @Override
    public TargetKind kind() {
      return TargetKind.LABELS;
    }
  }

  /** A number. */
  @ProviderType
  final class Real implements Numeric {
    private final double[] value;

    private Real(double[] value) {
      this.value = value.clone();
    }

    @Override
    public double[] value() {
      return value.clone();
    }

    @Override
    public int size() {
      return value.length;
    }

    @Override
    public Real select(int[] rows) {
      return new Real(Arrays.stream(rows).mapToDouble(i -> value[i]).toArray());
    }

    @Override
    public TargetKind kind() {
      return TargetKind.NUMBER;
    }
  }

  /** A class of each patch that has a label. */
  @ProviderType
  final class Patches implements Labelled {
    private final Classes classes;

    private Patches(Classes classes) {
      this.classes = classes;
    }

    @Override
    public int[] label() {
      return classes.label();
    }

    @Override
    public List<String> names() {
      return classes.names();
    }

    @Override
    public int size() {
      return classes.size();
    }

    @Override
    public Patches select(int[] rows) {
      return new Patches(classes.select(rows));
    }

    @Override
    public TargetKind kind() {
      return TargetKind.PATCHES;
    }
  }

  /** Times and events, as many of each. */
  static Survival survival(double[] time, boolean[] event) {
    return new Survival(time, event, new boolean[event.length]);
  }

  /**
   * Times, events, and events that compete with them, as many of each.
   *
   * @throws IllegalArgumentException where a patient has both
   */
  static Survival survival(double[] time, boolean[] event, boolean[] competing) {
    return new Survival(time, event, competing);
  }

  /** Indices of the patients' classes, and the names of these or none. */
  static Classes classes(int[] label, List<String> names) {
    return new Classes(label, names);
  }

  /** Numbers. */
  static Real number(double... value) {
    return new Real(value);
  }

  /** Counts, each 0 or more. */
  static Count count(double... value) {
    return new Count(new Real(value));
  }

  /** Whether each label is known, and whether it is there, each [n][labels]; and their names. */
  static Labels labels(boolean[][] observed, boolean[][] present, List<String> names) {
    return new Labels(observed, present, names);
  }

  /** Indices of the patches' classes, and the names of these or none. */
  static Patches patches(int[] label, List<String> names) {
    return new Patches(new Classes(label, names));
  }

  /** This, for a part that takes survival alone; others are refused in a sentence. */
  default Survival requireSurvival() {
    return require(Survival.class, TargetKind.SURVIVAL.label());
  }

  /** This, for a part that takes classes of patients alone; others are refused in a sentence. */
  default Classes requireClasses() {
    return require(Classes.class, TargetKind.CLASS.label());
  }

  /** This, for a part that takes classes, of patients as of patches; others are refused in a sentence. */
  default Labelled requireLabelled() {
    return require(Labelled.class, TargetKind.CLASS.label() + " or " + TargetKind.PATCHES.label());
  }

  /** This, for a part that takes numbers alone; others are refused in a sentence. */
  default Real requireNumber() {
    return require(Real.class, TargetKind.NUMBER.label());
  }

  /** This, for a part that takes numbers or counts; others are refused in a sentence. */
  default Numeric requireNumeric() {
    return require(Numeric.class, TargetKind.NUMBER.label() + " or " + TargetKind.COUNT.label());
  }

  /** This, for a part that takes several labels at once; others are refused in a sentence. */
  default Labels requireLabels() {
    return require(Labels.class, TargetKind.LABELS.label());
  }

  /** This, for a part that takes classes of patches alone; others are refused in a sentence. */
  default Patches requirePatches() {
    return require(Patches.class, TargetKind.PATCHES.label());
  }

  private <T> T require(Class<T> type, String wanted) {
    return Required.of(this, kind(), type, wanted);
  }
}
