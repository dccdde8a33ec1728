/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.slides.tiff;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import org.jspecify.annotations.Nullable;

/** What a decoder says of data that are not whole, before it makes grey of them; OpenSlide refuses those too. */
final class Damage implements IIOReadWarningListener {
  private static final Pattern DAMAGE =
      Pattern.compile("corrupt|truncated|premature|unexpected end", Pattern.CASE_INSENSITIVE);

  private @Nullable String said;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    if (said == null
        && DAMAGE.matcher(warning).find()
        && !warning.toLowerCase(Locale.ROOT).contains("profile")) {
      said = warning;
    }
  }

  void forget() {
    said = null;
  }

  /** @throws IOException for what was said since it was last forgotten */
  void refuse() throws IOException {
    if (said != null) {
      throw new IOException("its data are damaged (" + said + ")");
    }
  }
}
