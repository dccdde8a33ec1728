/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One modality of a cohort. Patients who lack it are not in the map. Maps and arrays are not copied
 * and must not be changed afterwards.
 */
public sealed interface ModalityData {
  /** The patients who have the modality. */
  Set<String> patients();

  /** A vector per patient. */
  final class Matrix implements ModalityData {
    private final List<String> features;
    private final Map<String, float[]> rows;

    private Matrix(List<String> features, Map<String, float[]> rows) {
      this.features = Objects.requireNonNull(features);
      this.rows = Objects.requireNonNull(rows);
    }

    /**
     * A vector per patient.
     *
     * @param features names, in the order of the values
     * @param rows by patient; NaN is a missing cell
     */
    public static Matrix of(List<String> features, Map<String, float[]> rows) {
      return new Matrix(features, rows);
    }

    /** Feature names, in the order of the values. */
    public List<String> features() {
      return features;
    }

    /** Values by patient; NaN is a missing cell. */
    public Map<String, float[]> rows() {
      return rows;
    }

    @Override
    public Set<String> patients() {
      return rows.keySet();
    }
  }

  /** A text per patient. */
  final class Texts implements ModalityData {
    private final Map<String, String> texts;

    private Texts(Map<String, String> texts) {
      this.texts = Objects.requireNonNull(texts);
    }

    /** @param texts by patient, never blank */
    public static Texts of(Map<String, String> texts) {
      return new Texts(texts);
    }

    /** The texts by patient, never blank. */
    public Map<String, String> texts() {
      return texts;
    }

    @Override
    public Set<String> patients() {
      return texts.keySet();
    }
  }

  /** A bag of vectors per patient, such as the patches of a slide. */
  final class Bags implements ModalityData {
    private final int width;
    private final Map<String, Bag> bags;

    private Bags(int width, Map<String, Bag> bags) {
      this.width = width;
      this.bags = Objects.requireNonNull(bags);
    }

    /**
     * A bag of vectors per patient.
     *
     * @param width width of the vectors
     * @param bags by patient
     */
    public static Bags of(int width, Map<String, Bag> bags) {
      return new Bags(width, bags);
    }

    /** Width of the vectors. */
    public int width() {
      return width;
    }

    /** The bags by patient. */
    public Map<String, Bag> bags() {
      return bags;
    }

    @Override
    public Set<String> patients() {
      return bags.keySet();
    }
  }

  /** Token ids per patient, read from files that contain ids. */
  final class Tokens implements ModalityData {
    private final int vocabularySize;
    private final Map<String, int[]> ids;

    private Tokens(int vocabularySize, Map<String, int[]> ids) {
      this.vocabularySize = vocabularySize;
      this.ids = Objects.requireNonNull(ids);
    }

    /**
     * Token ids per patient.
     *
     * @param vocabularySize one more than the largest id
     * @param ids by patient; 0 is padding; texts of padding only are not allowed
     */
    public static Tokens of(int vocabularySize, Map<String, int[]> ids) {
      return new Tokens(vocabularySize, ids);
    }

    /** One more than the largest id. */
    public int vocabularySize() {
      return vocabularySize;
    }

    /** The ids by patient; 0 is padding. */
    public Map<String, int[]> ids() {
      return ids;
    }

    @Override
    public Set<String> patients() {
      return ids.keySet();
    }
  }
}
