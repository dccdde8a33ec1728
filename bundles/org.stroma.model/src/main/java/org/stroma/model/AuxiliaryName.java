/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.model;

import java.util.Comparator;
import org.stroma.api.Encoding;
import org.stroma.api.Prediction;

/**
 * What a model computes beside its predictions, by kind, owner and name.
 *
 * @param owner the modality whose encoder or temporal module gives it, or the head; empty for what is of no single one
 * @param name tells apart what an owner gives; empty for the only one
 */
public record AuxiliaryName(Kind kind, String owner, String name)
    implements Comparable<AuxiliaryName> {

  private static final Comparator<AuxiliaryName> ORDER = Comparator.comparing(AuxiliaryName::kind)
      .thenComparing(AuxiliaryName::owner)
      .thenComparing(AuxiliaryName::name);

  private static final String ARROW = "->";

  /** What it tells. */
  public enum Kind {
    /** Weights of the elements of a modality: [R, N]. */
    ATTENTION,
    /** Weights of the fusion: [R, ...]. */
    FUSION,
    /** Steps between visits: [B, T-1, p]. */
    PROGRESSION,
    /** What a head predicts of the elements of bags: [R, N, C]. */
    PATCHES
  }

  /** Attention of a modality's encoder, by the name that the encoder gave it. */
  public static AuxiliaryName attention(String modality, String name) {
    return new AuxiliaryName(Kind.ATTENTION, modality, name.equals(Encoding.ATTENTION) ? "" : name);
  }

  /** Attention of the fusion. */
  public static AuxiliaryName fusion(String name) {
    return new AuxiliaryName(Kind.FUSION, "", name);
  }

  /** Progression between visits, of all modalities together or of one (late fusion). */
  public static AuxiliaryName progression(String modality) {
    return new AuxiliaryName(Kind.PROGRESSION, modality, "");
  }

  /** A prediction of patches. */
  public static AuxiliaryName patches(String head, Prediction prediction) {
    return new AuxiliaryName(Kind.PATCHES, head, prediction.toString());
  }

  /** The modality whose elements are weighed: KEY of a fusion's QUERY->KEY, else the owner or the name. */
  public String key() {
    String key = owner.isEmpty() ? name : owner;
    return isCross() ? name.substring(name.indexOf(ARROW) + ARROW.length()) : key;
  }

  /** The modality that attends: QUERY of a fusion's QUERY->KEY, else the owner or the name. */
  public String query() {
    return isCross() ? name.substring(0, name.indexOf(ARROW)) : key();
  }

  /** Whether a modality attends over the elements of another. */
  public boolean isCross() {
    return kind == Kind.FUSION && name.contains(ARROW);
  }

  @Override
  public int compareTo(AuxiliaryName other) {
    return ORDER.compare(this, other);
  }
}
