/*
 * Copyright the Stroma authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.stroma.extensions;

import java.nio.file.Path;
import org.osgi.framework.Bundle;

/**
 * What was made of a jar in the folder.
 *
 * @param stamp the version of the file
 * @param bundle null where it is not installed
 * @param copy the file that was checked and that runs
 * @param extension what others see
 */
record InstalledJar(JarFolder.Stamp stamp, Bundle bundle, Path copy, Extension extension) {
  /** A jar that is not installed. */
  static InstalledJar none(
      String file,
      JarFolder.Stamp stamp,
      Path copy,
      String words,
      Extension.State state,
      String reason) {
    return new InstalledJar(stamp, null, copy, new Extension(file, words, state, reason));
  }

  /** The same in another state. */
  InstalledJar in(Extension.State state, String reason) {
    return new InstalledJar(
        stamp, bundle, copy, new Extension(extension.file(), extension.bundle(), state, reason));
  }

  boolean is(Extension.State state) {
    return extension.state() == state;
  }
}
