/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api;

import java.util.SortedMap;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** The one implementation. */
record HeadInputValues(
    Operand<TFloat32> embedding,
    Operand<TFloat32> visits,
    SortedMap<String, Encoding> encodings,
    SortedMap<String, Operand<TFloat32>> presence,
    TargetInfo info)
    implements HeadInput {
  @Override
  public HeadInput withVisits(Operand<TFloat32> others) {
    return new HeadInputValues(embedding, others, encodings, presence, info);
  }

  @Override
  public HeadInput withEncodings(
      SortedMap<String, Encoding> others, SortedMap<String, Operand<TFloat32>> otherPresence) {
    return new HeadInputValues(embedding, visits, others, otherPresence, info);
  }
}
