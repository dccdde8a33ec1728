/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;
import org.stroma.experiment.Experiment;
import org.stroma.experiment.Precision;

/**
 * What a run was made of: programs by version and SHA-256, data by SHA-256, device and seed; an OSGi service. It is in a run's {@code
 * provenance.json}.
 */
@ProviderType
public interface Provenance {
  /**
   * What is so at this moment.
   *
   * @param files of data that were read
   * @param computed on what and how
   */
  ObjectNode of(Experiment experiment, Collection<Path> files, Computed computed);

  /**
   * What computed.
   *
   * @param devices in words
   * @param precision that was computed in, which is float32 on a CPU where the experiment wants tensorfloat32
   * @param attention the way that it was computed, in words
   */
  record Computed(List<String> devices, Precision precision, String attention) {}

  /**
   * Tells in one sentence which bundles are no longer those that a run was made with: by version, and where it is the same, by
   * content. Bundles that were not there then are not told.
   */
  void differences(Path runDirectory, Consumer<String> note);
}
