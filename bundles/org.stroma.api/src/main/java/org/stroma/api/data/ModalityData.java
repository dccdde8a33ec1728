/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.util.List;
import java.util.Map;

/** One modality of a cohort. Patients who lack it are not in the map. */
public sealed interface ModalityData {
  /** The patients who have the modality. */
  java.util.Set<String> patients();

  /**
   * A vector a patient.
   *
   * @param features names, in the order of the numbers
   * @param rows by patient; NaN is a missing cell
   */
  record Matrix(List<String> features, Map<String, float[]> rows) implements ModalityData {
    @Override
    public java.util.Set<String> patients() {
      return rows.keySet();
    }
  }

  /**
   * A text a patient.
   *
   * @param texts by patient, never blank
   */
  record Texts(Map<String, String> texts) implements ModalityData {
    @Override
    public java.util.Set<String> patients() {
      return texts.keySet();
    }
  }

  /**
   * A bag of vectors a patient, such as the patches of a slide.
   *
   * @param width numbers a vector
   * @param bags by patient
   */
  record Bags(int width, Map<String, Bag> bags) implements ModalityData {
    @Override
    public java.util.Set<String> patients() {
      return bags.keySet();
    }
  }

  /**
   * Token ids a patient, from a file that holds them already.
   *
   * @param vocabularySize one more than the largest id
   * @param ids by patient; 0 is padding, and nobody has padding alone
   */
  record Tokens(int vocabularySize, Map<String, int[]> ids) implements ModalityData {
    @Override
    public java.util.Set<String> patients() {
      return ids.keySet();
    }
  }
}
