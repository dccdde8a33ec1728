/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Implementation of {@link HeadInput}. */
record HeadInputValues(
    Operand<TFloat32> embedding,
    Operand<TFloat32> visits,
    SortedMap<String, Encoding> encodings,
    SortedMap<String, Operand<TFloat32>> presence,
    TargetInfo info)
    implements HeadInput {
  @Override
  public HeadInput withVisits(Operand<TFloat32> newVisits) {
    return new HeadInputValues(embedding, newVisits, encodings, presence, info);
  }

  @Override
  public HeadInput withEncodings(
      SortedMap<String, Encoding> newVisits, SortedMap<String, Operand<TFloat32>> otherPresence) {
    return new HeadInputValues(embedding, visits, newVisits, otherPresence, info);
  }
}
