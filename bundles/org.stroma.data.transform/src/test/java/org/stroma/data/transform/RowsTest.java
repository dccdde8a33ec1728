/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.data.transform;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.stroma.api.data.DataException;
import org.stroma.api.data.ModalityData.Matrix;

class RowsTest {
  @Test
  void lackOfMemoryIsToldWithWhatIsNeeded() {
    Matrix data = Matrix.of(List.of("a", "b"), Map.of("p", new float[] {1, 2}));
    String message = assertThrows(
            DataException.class,
            () -> RowMapper.of("log1p", data.features(), data, (patient, row) -> {
              throw new OutOfMemoryError("Java heap space");
            }))
        .getMessage();
    assertTrue(
        message.startsWith("log1p makes 1 x 2 numbers of 1 x 2")
            && message.contains("STROMA_JAVA_OPTS=-Xmx"),
        message);
  }
}
