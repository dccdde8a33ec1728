/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.extract;

import java.nio.file.Path;
import java.util.Locale;
import org.stroma.api.data.DataException;

/** A slide without a patch of tissue: nothing is wrong with the file, and other slides go on. */
final class NoTissueException extends DataException {
  private static final long serialVersionUID = 1L;

  NoTissueException(Path file, Tissue tissue, Patches patches, Options options) {
    super(sentence(file, tissue, patches, options));
  }

  private static String sentence(Path file, Tissue tissue, Patches patches, Options options) {
    int cells = 0;
    for (boolean inside : tissue.inside()) {
      cells += inside ? 1 : 0;
    }
    return String.format(
        Locale.ROOT,
        "%s has no patch of tissue: %.1f %% of it is coloured (a saturation above %d of 255, %s), %.1f %% is tissue in pieces of "
            + "at least a patch, and no patch has more than %.0f %% of it, where --tissue asks for %.0f %%; --least-saturation "
            + "takes paler tissue%s",
        file,
        100 * tissue.coloured(),
        tissue.threshold(),
        options.leastSaturation() < 0 ? "by Otsu" : "as given",
        100.0 * cells / tissue.inside().length,
        100 * patches.most(),
        100 * options.tissue(),
        patches.darkGrid() == 0 || options.leastBrightness() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", and %d of %d squares are darker than %d of 255, which --least-brightness leaves out",
                patches.darkGrid(),
                patches.grid(),
                options.leastBrightness()));
  }
}
