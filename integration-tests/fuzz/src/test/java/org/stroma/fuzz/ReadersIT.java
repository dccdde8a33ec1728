/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.fuzz;

import org.junit.jupiter.api.Test;

/** Readers of data, models and extensions, without a framework around them: some thousand inputs a second. */
class ReadersIT {
  @Test
  void whateverIsChangedIsReadOrRefusedInWords() throws Exception {
    Budget.spend(Readings.all(), Budget.folder("readers"));
  }
}
