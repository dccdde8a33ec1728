/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.regex.Pattern;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a head predicts, by name: the key of {@link Head#read}. What a head has to predict of its target says {@link
 * TargetKind#prediction}; what else it likes to tell gets a name of its own by {@link #of}. Two of the same name are equal.
 */
@ProviderType
public final class Prediction implements Comparable<Prediction> {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /** Of survival: [B], higher for an earlier event; known up to a constant, another one for each model. */
  public static final Prediction RISK = new Prediction("risk");

  /** Of survival in time bins: the probability [B, k] to survive each bin. */
  public static final Prediction SURVIVAL = new Prediction("survival");

  /** Of classes: probabilities [B, C], or [R, N, C] for patches, which sum to 1 over the classes; of labels [B, L], each by itself. */
  public static final Prediction PROBABILITY = new Prediction("probability");

  /** Of numbers and counts: [B], in the unit of the table. */
  public static final Prediction VALUE = new Prediction("value");

  private final String name;

  private Prediction(String name) {
    this.name = name;
  }

  /**
   * The prediction of that name.
   *
   * @throws IllegalArgumentException for a name that is not made of letters, digits, - and _, a letter first: it becomes
   *     part of the names of columns and of outputs of exported models
   */
  public static Prediction of(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a prediction cannot be called \"" + name
          + "\"; its name is made of letters, digits, - and _, a letter first");
    }
    return new Prediction(name);
  }

  /** The name, as it stands behind the head's in columns. */
  public String name() {
    return name;
  }

  @Override
  public int compareTo(Prediction other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction prediction && prediction.name.equals(name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
