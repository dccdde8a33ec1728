/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.api.data;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** What a reader may know: where relative paths start, and the cohort. */
@ProviderType
public interface ReadContext {
  /** Resolves a path of the experiment file and notes the file for the run's provenance. */
  Path resolve(String path);

  /** The cohort's table. */
  Table cohort();

  /** The name of the column with the patients' ids. */
  String idColumn();

  /** Tells the user something worth knowing, once. */
  void note(String message);
}
